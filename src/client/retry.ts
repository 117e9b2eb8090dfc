import { ApiError } from './api-error.js';

/** How often and when a request is sent again after a temporary failure. */
export interface RetrySettings {
  /** The most attempts, the first included. */
  readonly attempts: number;
  /** The wait before the second attempt, in milliseconds. It doubles before each later one. */
  readonly firstMs: number;
  /** The longest wait, in milliseconds, unless the server asks for a longer one. */
  readonly maxMs: number;
}

/** Waits for some milliseconds; rejects with the signal's reason if it is aborted. */
export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

/** Temporary: too many requests, and what a server or proxy answers while it is down or busy. */
const PASSING = new Set([429, 502, 503, 504]);

/**
 * Repeats what may be repeated until it succeeds. It gives up after the last attempt, on a permanent failure, or when
 * it is aborted. Temporary failures are lost connections, answers that break off, and the statuses above.
 */
export async function retrying<T>(
  run: () => Promise<T>,
  { attempts, firstMs, maxMs }: RetrySettings,
  wait: Wait,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await run();
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= attempts || !isPassing(error)) throw error;
      const backoff = Math.min(firstMs * 2 ** (attempt - 1), maxMs);
      // Half of it is random, so that clients that failed together do not return together.
      await wait(Math.max(backoff * (0.5 + Math.random() / 2), retryAfterMs(error)), signal);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return PASSING.has(error.status);
  // fetch throws a TypeError for anything that happens to the connection; an answer that breaks off is not valid JSON.
  return error instanceof TypeError || error instanceof SyntaxError;
}

/** The wait that the server asked for, in milliseconds; it sends seconds or a date (RFC 9110 §10.2.3). */
function retryAfterMs(error: unknown): number {
  const header = error instanceof ApiError ? error.headers.get('retry-after') : null;
  if (header === null) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/** Waits with a timer; rejects with the signal's reason if it is aborted. */
export const waitFor: Wait = (ms, signal) =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
