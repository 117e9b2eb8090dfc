import type { Page } from 'playwright-core';
import { broken, type PageState, unanswered } from './state.js';

const PLAYLISTS = '**/api/v1/playlists?*';
const click = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();

/** Clips and playlists. */
export const LIBRARY_STATES: readonly PageState[] = [
  { name: 'library-playlists', who: 'rep', path: () => '/library', shows: 'How to open a call' },
  { name: 'library-clips', who: 'rep', path: () => '/library?tab=clips', shows: 'A good answer', isBrief: true },
  { name: 'library-none', who: 'rep', path: () => '/library?q=xylophone', shows: 'Nothing found' },
  { name: 'library-empty', who: 'rep', path: () => '/library?tab=clips&whose=mine', shows: 'No clips here yet' },
  {
    name: 'library-new-playlist',
    who: 'rep',
    path: () => '/library',
    act: click('New playlist'),
    shows: 'Make it',
  },
  { name: 'library-loading', who: 'rep', path: () => '/library', before: unanswered(PLAYLISTS), shows: 'Playlists' },
  {
    name: 'library-error',
    who: 'rep',
    path: () => '/library',
    before: broken(PLAYLISTS),
    shows: 'Something went wrong here.',
  },
  { name: 'clip', who: 'manager', path: ({ clip }) => `/library/clips/${clip}`, shows: 'Hear this part' },
  {
    name: 'clip-share',
    who: 'manager',
    path: ({ clip }) => `/library/clips/${clip}`,
    act: click('Share'),
    shows: 'Others, by e-mail address',
  },
  { name: 'clip-gone', who: 'rep', path: () => '/library/clips/nothing', shows: 'It is not here' },
  {
    name: 'playlist',
    who: 'rep',
    path: ({ playlist }) => `/library/playlists/${playlist}`,
    shows: /more item.* in this playlist/,
    isBrief: true,
  },
  {
    name: 'playlist-share',
    who: 'manager',
    path: ({ playlist }) => `/library/playlists/${playlist}`,
    act: click('Share'),
    shows: 'Share this playlist',
  },
  { name: 'playlist-gone', who: 'rep', path: () => '/library/playlists/nothing', shows: 'It is not here' },
];
