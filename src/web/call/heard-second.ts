import { useSyncExternalStore } from 'react';
import type { CallClock } from './clock.js';

/** The whole second that is heard: what uses it is drawn once a second at most. */
export function useHeardSecond(clock: CallClock): number {
  return useSyncExternalStore(
    (listener) => clock.listen(listener),
    () => Math.floor(clock.now()),
  );
}
