import { broken, cutOff, type PageState, unanswered } from './state.js';

const CALLS = '**/api/v1/calls?*';
const FIRST_CALL = /^\d+:\d\d/;

/** The list of calls, and the page that sends them. */
export const CALLS_STATES: readonly PageState[] = [
  { name: 'calls', who: 'rep', path: () => '/calls', shows: FIRST_CALL },
  { name: 'calls-found', who: 'admin', path: () => '/calls?q=price', shows: FIRST_CALL, isBrief: true },
  {
    name: 'calls-filtered',
    who: 'manager',
    path: () => '/calls?direction=INBOUND&state=COMPLETE&sort=-score&minDuration=60',
    shows: FIRST_CALL,
  },
  {
    name: 'calls-filters',
    who: 'manager',
    path: () => '/calls?direction=OUTBOUND',
    act: (page) => page.getByRole('button', { name: 'Filters' }).click(),
    shows: 'Talk ratio',
    isBrief: true,
  },
  {
    name: 'calls-how-to-search',
    who: 'rep',
    path: () => '/calls',
    act: (page) => page.getByRole('button', { name: 'How to search' }).click(),
    shows: 'words that begin with it',
  },
  {
    name: 'calls-views',
    who: 'admin',
    path: () => '/calls?state=COMPLETE',
    act: (page) => page.getByRole('button', { name: 'Views' }).click(),
    shows: 'Save as…',
  },
  {
    name: 'calls-selected',
    who: 'manager',
    path: () => '/calls',
    act: (page) =>
      page
        .getByRole('checkbox', { name: /^Select / })
        .nth(1)
        .check(),
    shows: '1 call selected',
  },
  {
    name: 'calls-search-refused',
    who: 'rep',
    path: () => '/calls?q=price%20or',
    shows: /has nothing on one side of an or/,
  },
  { name: 'calls-none-found', who: 'rep', path: () => '/calls?q=xylophone', shows: 'Nothing found' },
  { name: 'calls-loading', who: 'rep', path: () => '/calls', before: unanswered(CALLS), shows: 'Calls' },
  { name: 'calls-error', who: 'rep', path: () => '/calls', before: broken(CALLS), shows: 'Something went wrong here.' },
  { name: 'calls-offline', who: 'rep', path: () => '/calls', before: cutOff(CALLS), shows: /cannot be reached/ },

  { name: 'upload', who: 'manager', path: () => '/calls/upload', shows: 'Drop recordings or transcripts here' },
  {
    name: 'upload-files',
    who: 'manager',
    path: () => '/calls/upload',
    async act(page) {
      const file = { name: '2026-03-01 10-15 outbound.wav', mimeType: 'audio/wav', buffer: Buffer.from('sound') };
      await page.locator('input[type=file]').setInputFiles(file);
    },
    shows: 'Send 1 file',
    isBrief: true,
  },
];
