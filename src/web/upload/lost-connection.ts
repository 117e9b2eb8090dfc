import { statusOf } from '../api.js';
import { UploadRefusal } from './refusal.js';

/** The waits before another attempt, in milliseconds; the last one is repeated. */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * Repeats what a lost connection or a busy server kept from succeeding, until it does. `run` is given what it calls when
 * it has got further. Throws what is refused for good, and the signal's reason.
 */
export async function throughLostConnections<T>(
  run: (gotFurther: () => void) => Promise<T>,
  signal: AbortSignal,
  onLost: () => void,
): Promise<T> {
  let failures = 0;
  const gotFurther = () => {
    failures = 0;
  };
  for (;;) {
    signal.throwIfAborted();
    try {
      return await run(gotFurther);
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error)) throw error;
      onLost();
      await waitToTryAgain(WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)]!, signal);
    }
  }
}

/** Whether another attempt may succeed. 409: more has arrived than was known here. */
function isPassing(error: unknown): boolean {
  const status = error instanceof UploadRefusal ? error.status : statusOf(error);
  if (status === null) return error instanceof TypeError || error instanceof SyntaxError;
  return [409, 423, 429, 502, 503, 504].includes(status);
}

/** Waits, but not longer than until the connection is back. */
function waitToTryAgain(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener('online', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    const timer = setTimeout(go, ms);
    addEventListener('online', go);
    signal.addEventListener('abort', go);
  });
}
