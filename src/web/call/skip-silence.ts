import type { CallClock } from './clock.js';
import type { SecondsRange } from './marks.js';
import { lastAtOrBelow } from './spoken-text.js';

/** How much of a silence is left at its beginning and at its end: speech that begins at once sounds cut off. */
const KEPT_SECONDS = 0.4;

/**
 * Jumps over silences while a call is played: to just before the next sound. A range that is played for its own sake is
 * played whole. Returns what ends this.
 */
export function skipSilence(clock: CallClock, silences: readonly SecondsRange[]): () => void {
  const starts = silences.map(({ startSeconds }) => startSeconds);
  return clock.listen((now) => {
    if (!clock.isPlaying || clock.isInRange) return;
    const silence = silences[lastAtOrBelow(starts, now - KEPT_SECONDS)];
    if (silence !== undefined && now < silence.endSeconds - 2 * KEPT_SECONDS) {
      clock.seek(silence.endSeconds - KEPT_SECONDS);
    }
  });
}
