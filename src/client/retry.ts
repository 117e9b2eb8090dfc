import { ApiError } from './api-error.js';

/** How often, and how long after, a request that failed for now is sent again. */
export interface RetrySettings {
  /** How often it is sent at most, the first time included. */
  readonly attempts: number;
  /** Before the second time; twice as long before each that follows. */
  readonly firstMs: number;
  /** Never longer, unless the server says so. */
  readonly maxMs: number;
}

export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

/** Too many requests, and what a server or a proxy answers while it is away or busy. */
const PASSING = new Set([429, 502, 503, 504]);

/**
 * Runs what may be run again until it succeeds, and gives up after so many attempts, where the failure is no passing one,
 * or when it is aborted. A passing failure is a lost connection or an answer that breaks off, and the statuses above.
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
      // Half of it at random, so that clients that failed together do not come back together.
      await wait(Math.max(backoff * (0.5 + Math.random() / 2), retryAfterMs(error)), signal);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return PASSING.has(error.status);
  // fetch throws a TypeError for whatever happens to the connection; an answer cut short is no JSON any more.
  return error instanceof TypeError || error instanceof SyntaxError;
}

/** What the server asked for: seconds, or a date (RFC 9110 §10.2.3). */
function retryAfterMs(error: unknown): number {
  const header = error instanceof ApiError ? error.headers.get('retry-after') : null;
  if (header === null) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/** Waits; rejects with the signal's reason when it is aborted. */
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
