import type { Page } from 'playwright-core';
import type { OpenWindow, Window } from './browser-suite.js';
import { type Demo, openAs } from './demo-suite.js';

/** A page of the app in one of its states. */
export interface PageState {
  /** Of letters, digits and hyphens: screenshots have it in their names. */
  readonly name: string;
  readonly who: keyof Demo['people'] | 'nobody';
  readonly path: (demo: Demo) => string;
  /** A text that is seen once the state is there. */
  readonly shows: string | RegExp;
  /** What is in the way before the page is opened. */
  readonly before?: (page: Page) => Promise<unknown>;
  /** What is done after the page was opened, before `shows` is there. */
  readonly act?: (page: Page, demo: Demo) => Promise<unknown>;
  /** Where it waits for an answer that does not come: there is no heading yet. */
  readonly isWaiting?: true;
}

/** Requests for these paths are never answered. */
const unanswered = (path: string) => (page: Page) => page.route(path, () => {});

/** They are answered that the server is at fault. */
const broken = (path: string) => (page: Page) =>
  page.route(path, (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      json: { type: 'about:blank', title: 'Internal Server Error', status: 500, detail: 'Something went wrong here.' },
    }),
  );

/** They do not get through. */
const cutOff = (path: string) => (page: Page) => page.route(path, (route) => route.abort('internetdisconnected'));

const CALLS = '**/api/v1/calls?*';
const CALL = '**/api/v1/calls/*';

/** Every page and its states. A new page is one entry, or one for each state. */
export const PAGE_STATES: readonly PageState[] = [
  { name: 'log-in', who: 'nobody', path: () => '/log-in', shows: 'Log in to Debrief' },
  {
    name: 'log-in-refused',
    who: 'nobody',
    path: () => '/log-in',
    async act(page) {
      await page.getByLabel('E-mail address').fill('nobody@example.com');
      await page.getByRole('textbox', { name: 'Password' }).fill('wrong password');
      await page.getByRole('button', { name: 'Log in' }).click();
    },
    shows: /password.*(wrong|not)|(wrong|not).*password/i,
  },
  { name: 'forgot', who: 'nobody', path: () => '/forgot', shows: 'This server sends no mail' },
  { name: 'password', who: 'nobody', path: () => '/password#token=nothing', shows: 'Choose a password' },
  { name: 'password-link-broken', who: 'nobody', path: () => '/password', shows: 'This link is not whole' },
  {
    name: 'shared',
    who: 'nobody',
    path: ({ sharedPath }) => sharedPath,
    shows: 'Listen to how the price is brought up',
  },
  { name: 'shared-gone', who: 'nobody', path: () => '/shared/nothing', shows: 'There is nothing at this link' },

  { name: 'calls', who: 'rep', path: () => '/calls', shows: /^\d+:\d\d/ },
  { name: 'calls-found', who: 'admin', path: () => '/calls?q=price', shows: /^\d+:\d\d/ },
  { name: 'calls-none-found', who: 'rep', path: () => '/calls?q=xylophone', shows: 'Nothing found' },
  { name: 'calls-loading', who: 'rep', path: () => '/calls', before: unanswered(CALLS), shows: 'Calls' },
  { name: 'calls-error', who: 'rep', path: () => '/calls', before: broken(CALLS), shows: 'Something went wrong here.' },
  { name: 'calls-offline', who: 'rep', path: () => '/calls', before: cutOff(CALLS), shows: /cannot be reached/ },

  { name: 'call', who: 'rep', path: ({ calls }) => `/calls/${calls.heard}?t=60`, shows: 'Summary' },
  {
    name: 'call-comments',
    who: 'rep',
    path: ({ calls }) => `/calls/${calls.heard}?panel=comments`,
    shows: /It was hard/,
  },
  { name: 'call-stats', who: 'manager', path: ({ calls }) => `/calls/${calls.heard}?panel=stats`, shows: 'Stats' },
  {
    name: 'call-without-words',
    who: 'admin',
    path: ({ calls }) => `/calls/${calls.wordless}`,
    shows: 'No words yet',
  },
  {
    name: 'call-failed',
    who: 'admin',
    path: ({ calls }) => `/calls/${calls.failed}`,
    shows: 'This call could not be processed',
  },
  { name: 'call-of-others', who: 'rep', path: ({ calls }) => `/calls/${calls.others}`, shows: 'It is not here' },
  {
    name: 'call-loading',
    who: 'rep',
    path: ({ calls }) => `/calls/${calls.heard}`,
    before: unanswered(CALL),
    shows: 'Calls',
    isWaiting: true,
  },
  {
    name: 'call-error',
    who: 'rep',
    path: ({ calls }) => `/calls/${calls.heard}`,
    before: broken(CALL),
    shows: 'This did not work',
  },
  {
    name: 'call-offline',
    who: 'rep',
    path: ({ calls }) => `/calls/${calls.heard}`,
    before: cutOff(CALL),
    shows: /cannot be reached/,
  },

  { name: 'profile', who: 'rep', path: () => '/profile', shows: 'Current password' },
  { name: 'no-such-page', who: 'rep', path: () => '/admin/nowhere', shows: 'There is no such page' },
];

/** Opens a page and brings it into a state. */
export async function openState(
  demo: Demo,
  open: OpenWindow,
  { who, path, shows, before, act }: PageState,
  options: Parameters<OpenWindow>[1],
): Promise<Window> {
  const window = await openAs(demo, open, who, options);
  const { page } = window;
  await before?.(page);
  await page.goto(path(demo));
  await act?.(page, demo);
  await page.getByText(shows).first().waitFor();
  return window;
}
