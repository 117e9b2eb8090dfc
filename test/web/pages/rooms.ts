import { broken, type PageState } from './state.js';

/** The other pages, and what is over all of them. */
export const ROOM_STATES: readonly PageState[] = [
  { name: 'inbox', who: 'rep', path: () => '/inbox', shows: 'Mentions', isBrief: true },
  {
    name: 'inbox-error',
    who: 'rep',
    path: () => '/inbox',
    before: broken('**/api/v1/inbox?*'),
    shows: 'Something went wrong here.',
  },
  { name: 'coaching', who: 'manager', path: () => '/coaching', shows: /Held|Planned/ },
  { name: 'coaching-plans', who: 'manager', path: () => '/coaching?tab=plans', shows: /^Open$|^Completed$/ },
  { name: 'coaching-results', who: 'rep', path: () => '/coaching?tab=results', shows: 'Open a call to read' },
  { name: 'insights', who: 'manager', path: () => '/insights', shows: /% in \d+ calls?/ },
  { name: 'admin', who: 'admin', path: () => '/admin', shows: /@/ },
  ...['teams', 'departments', 'topics', 'scorecards', 'templates', 'account', 'audit'].map(
    (tab): PageState => ({
      name: `admin-${tab}`,
      who: 'admin',
      path: () => `/admin?tab=${tab}`,
      shows: /^(Active|Made .*|Time zone.*)$/,
    }),
  ),
  { name: 'admin-refused', who: 'rep', path: () => '/admin', shows: 'This is for administrators' },
  { name: 'profile', who: 'rep', path: () => '/profile', shows: 'Current password', isBrief: true },
  { name: 'no-such-page', who: 'rep', path: () => '/admin/nowhere', shows: 'There is no such page' },
  {
    name: 'keys',
    who: 'rep',
    path: () => '/calls',
    async act(page) {
      await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
      await page.keyboard.press('?');
    },
    shows: 'Single keys wait while you are typing.',
  },
  {
    name: 'search',
    who: 'admin',
    path: () => '/inbox',
    async act(page) {
      await page.getByRole('heading', { name: 'Inbox' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /Search calls/ }).fill('price');
    },
    shows: /results?$/,
  },
  {
    name: 'offline',
    who: 'rep',
    path: () => '/calls',
    async act(page) {
      await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
      await page.context().setOffline(true);
    },
    shows: 'What you write stays here.',
  },
  {
    name: 'session-ended',
    who: 'rep',
    path: () => '/coaching',
    async act(page) {
      await page.getByRole('heading', { name: 'Coaching' }).waitFor();
      await page.context().clearCookies();
      // The page may hear of it by itself before.
      await page.getByRole('tab', { name: 'Plans' }).dispatchEvent('click');
    },
    shows: 'Your session has ended',
  },
];
