import { CALL_STATES } from './call.js';
import { CALLS_STATES } from './calls.js';
import { LIBRARY_STATES } from './library.js';
import { OUTSIDE_STATES } from './outside.js';
import { ROOM_STATES } from './rooms.js';
import type { PageState } from './state.js';

/** Every page and its states. A new page is one entry, or one for each state. */
export const PAGE_STATES: readonly PageState[] = [
  ...OUTSIDE_STATES,
  ...CALLS_STATES,
  ...CALL_STATES,
  ...LIBRARY_STATES,
  ...ROOM_STATES,
];
