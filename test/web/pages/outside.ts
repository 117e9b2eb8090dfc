import type { Page } from 'playwright-core';
import type { PageState } from './state.js';

/** What the server says of logging in when it has no account yet. */
const noAccountYet = (allowed: boolean) => (page: Page) =>
  page.route('**/api/v1/login-methods', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), setup: { allowed } } });
  });

/** The pages of those who have not logged in. */
export const OUTSIDE_STATES: readonly PageState[] = [
  { name: 'log-in', who: 'nobody', path: () => '/log-in', shows: 'Log in to Debrief', isBrief: true },
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
    name: 'setup',
    who: 'nobody',
    before: noAccountYet(true),
    path: () => '/setup#token=one',
    shows: 'Welcome to Debrief',
    isBrief: true,
  },
  {
    name: 'setup-from-elsewhere',
    who: 'nobody',
    before: noAccountYet(false),
    path: () => '/setup',
    shows: 'Not from here',
  },
  { name: 'setup-done', who: 'nobody', path: () => '/setup', shows: 'Debrief is set up' },
  { name: 'demo-link-ended', who: 'nobody', path: () => '/demo#token=nothing', shows: 'This link has ended' },
  {
    name: 'shared',
    who: 'nobody',
    path: ({ sharedPath }) => sharedPath,
    shows: 'Listen to how the price is brought up',
    isBrief: true,
  },
  { name: 'shared-gone', who: 'nobody', path: () => '/shared/nothing', shows: 'There is nothing at this link' },
  { name: 'shared-clip', who: 'nobody', path: ({ sharedClipPath }) => sharedClipPath, shows: 'Hear this part' },
  {
    name: 'shared-clip-gone',
    who: 'nobody',
    path: () => '/shared/clips/nothing',
    shows: 'There is nothing at this link',
  },
];
