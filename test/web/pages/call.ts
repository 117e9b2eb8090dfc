import type { Page } from 'playwright-core';
import type { Demo } from '../demo-suite.js';
import { broken, cutOff, type PageState, unanswered } from './state.js';

const CALL = '**/api/v1/calls/*';

/** The call that is heard, with a panel beside it. */
const heard =
  (panel?: string) =>
  ({ calls }: Demo) =>
    `/calls/${calls.heard}${panel === undefined ? '' : `?panel=${panel}`}`;

const click = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).first().click();

/** A call, its panels and its dialogs. */
export const CALL_STATES: readonly PageState[] = [
  { name: 'call', who: 'rep', path: ({ calls }) => `/calls/${calls.heard}?t=60`, shows: 'Summary', isBrief: true },
  { name: 'call-comments', who: 'rep', path: heard('comments'), shows: /It was hard/, isBrief: true },
  { name: 'call-scorecard', who: 'rep', path: heard('scorecard'), shows: /Acknowledge|acknowledged/, isBrief: true },
  { name: 'call-scoring', who: 'admin', path: heard('scorecard'), shows: /^So far/ },
  {
    name: 'call-topics',
    who: 'manager',
    path: heard('topics'),
    act: (page) =>
      page
        .getByRole('button', { name: /^Next / })
        .first()
        .click(),
    shows: 'Topics',
  },
  { name: 'call-stats', who: 'manager', path: heard('stats'), shows: 'How it is counted' },
  { name: 'call-more', who: 'admin', path: heard('more'), shows: 'Who listened' },
  {
    name: 'call-share',
    who: 'manager',
    path: heard(),
    act: click('Share'),
    shows: 'Others, by e-mail address',
  },
  {
    name: 'call-selection',
    who: 'manager',
    path: heard(),
    act: (page) =>
      page
        .locator('.transcript section p')
        .first()
        .dblclick({ position: { x: 30, y: 10 } }),
    shows: 'Copy link',
  },
  {
    name: 'call-clip',
    who: 'manager',
    path: heard(),
    async act(page) {
      await page
        .locator('.transcript section p')
        .first()
        .dblclick({ position: { x: 30, y: 10 } });
      await page.getByRole('toolbar').getByRole('button', { name: 'Clip' }).click();
    },
    shows: 'Make the clip',
  },
  {
    name: 'call-edit-words',
    who: 'manager',
    path: heard(),
    async act(page) {
      await click('Edit words')(page);
      await page
        .getByRole('button', { name: /^Edit / })
        .nth(1)
        .click();
    },
    shows: 'Save',
  },
  { name: 'call-who-speaks', who: 'manager', path: heard(), act: click('Who speaks'), shows: /everything|all that/i },
  {
    name: 'call-delete',
    who: 'admin',
    path: heard(),
    async act(page) {
      await click('More to do with this call')(page);
      await page.getByRole('menuitem', { name: 'Delete this call' }).click();
    },
    shows: 'Delete this call?',
  },
  {
    name: 'call-without-words',
    who: 'admin',
    path: ({ calls }) => `/calls/${calls.wordless}`,
    shows: 'No words yet',
    isBrief: true,
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
    path: heard(),
    before: unanswered(CALL),
    shows: 'Calls',
    isWaiting: true,
  },
  { name: 'call-error', who: 'rep', path: heard(), before: broken(CALL), shows: 'This did not work' },
  { name: 'call-offline', who: 'rep', path: heard(), before: cutOff(CALL), shows: /cannot be reached/ },
];
