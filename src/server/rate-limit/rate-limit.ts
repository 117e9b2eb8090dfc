import type { Clock } from '../../clock.js';
import type { Db } from '../../db/database.js';
import { giveBackTurns, type RatePiece, type Turn, type TurnTaker, takeTurns } from '../../db/rate-turns.js';
import type { Micros } from '../../wire/instants.js';
import type { Limited } from '../auth/auth.js';
import { DEFAULT_HOURS, type RateHours, rateAt, ratePieces } from './rate-hours.js';

// The requests of a credential wait for their turns here (api-v2 §3). The database assigns the turns in order of
// arrival, across all processes. A killed process leaves nothing behind except the places of its requests.

/** A request that would wait this long or longer is refused at once. */
const MAX_WAIT_MS = 60_000;

/** The time that waiting goes by. A driven one, in tests, also replaces the database's clock. */
export interface TurnTime {
  /** Milliseconds that never decrease: since any moment, or since the Unix epoch if driven. */
  now(): number;
  /** Runs a function later. Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
  readonly driven: boolean;
}

/** The time of this process. */
export const systemTurnTime: TurnTime = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
  driven: false,
};

type LimitHeaders = Readonly<Record<'ratelimit-policy' | 'ratelimit' | 'x-queue-time-ms', string>>;

/** How a request's wait ended. */
type Outcome =
  | { readonly kind: 'go'; readonly waitedMs: number; readonly headers: LimitHeaders }
  | { readonly kind: 'refused'; readonly retryAfterSeconds: number; readonly headers: LimitHeaders }
  | { readonly kind: 'hung up' };

/** Makes requests wait for their turns. */
export interface RateLimiter {
  /** Resolves when it is the request's turn, when the wait would be too long, or when the client has hung up. */
  turn(taker: TurnTaker, hours: RateHours, hungUp: AbortSignal): Promise<Outcome>;
  /**
   * The headers of an answer that took no place, as far as this process knows; without a caller, those of the default
   * limit.
   */
  headers(caller: Limited | null): LimitHeaders;
}

interface LimiterDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly time: TurnTime;
}

interface Waiter {
  readonly arrived: number;
  /** Whether the database has been asked for a place for it. */
  asked: boolean;
  end(outcome: Outcome): void;
  fail(error: unknown): void;
}

interface Place extends Turn {
  /** When it is due, by the limiter's time. */
  readonly due: number;
  /** Whether it was due at once. */
  readonly free: boolean;
  /** Given up, but not the newest place in the database: the next newcomer of this process takes it. */
  kept: boolean;
}

/** A credential's requests in this process. The first waiter has the first place, and so on. */
interface Line {
  readonly taker: TurnTaker;
  hours: RateHours;
  readonly waiters: Waiter[];
  readonly places: Place[];
  /** Whether a statement is under way: one at a time keeps the order of arrival. */
  busy: boolean;
  stopTimer: () => void;
  usedUntil: Micros;
  /** The database's time minus ours, in microseconds. */
  ahead: Micros;
}

/** Makes the limiter of this process. */
export function createRateLimiter({ db, clock, time }: LimiterDeps): RateLimiter {
  const lines = new Map<string, Line>();
  const pieces = createPieces(() => (time.driven ? time.now() : clock.now() / 1000));

  function lineOf(taker: TurnTaker, hours: RateHours): Line {
    let line = lines.get(taker.credentialId);
    if (line === undefined) {
      const { accountId, credentialId } = taker;
      const fresh = { waiters: [], places: [], busy: false, stopTimer: () => {}, usedUntil: 0, ahead: 0 };
      line = { taker: { accountId, credentialId }, hours, ...fresh };
      lines.set(credentialId, line);
    }
    line.hours = hours;
    return line;
  }

  /** Ends the waits that are due, and starts what has to be done next. */
  function advance(line: Line): void {
    const { waiters, places } = line;
    line.stopTimer();
    const now = time.now();
    while (places.length > 0 && places[0]!.due <= now) {
      const place = places.shift()!;
      const waiter = waiters.shift();
      // A kept place that nobody waited for has passed.
      if (waiter === undefined) continue;
      const waitedMs = place.free ? 0 : Math.round(now - waiter.arrived);
      waiter.end({ kind: 'go', waitedMs, headers: lineHeaders(line, waitedMs) });
    }
    if (!line.busy) {
      if (places.length > waiters.length && !places.at(-1)!.kept) runStep(line, () => giveBack(line));
      else if (waiters.length > places.length) runStep(line, () => take(line));
    }
    if (places.length > 0) line.stopTimer = time.after(places[0]!.due - now, () => advance(line));
    else if (waiters.length === 0 && !line.busy) lines.delete(line.taker.credentialId);
  }

  function runStep(line: Line, step: () => Promise<void>): void {
    line.busy = true;
    void step().finally(() => {
      line.busy = false;
      advance(line);
    });
  }

  /** Takes places for all waiters without one, in one statement. */
  async function take(line: Line): Promise<void> {
    const { waiters, places } = line;
    const unplaced = waiters.slice(places.length);
    for (const waiter of unplaced) waiter.asked = true;
    try {
      const turns = await takeTurns(db, line.taker, {
        count: unplaced.length,
        pieces: pieces(line.hours),
        maxWait: MAX_WAIT_MS * 1000,
        drivenNow: time.driven ? Math.round(time.now() * 1000) : null,
      });
      const now = time.now();
      line.ahead = turns.now - now * 1000;
      line.usedUntil = turns.usedUntil;
      for (const turn of turns.given) {
        const wait = (turn.goesAt - turns.now) / 1000;
        places.push({ ...turn, due: now + wait, free: wait === 0, kept: false });
      }
      // Some of those asked for may have moved up into the places of others that hung up meanwhile.
      if (turns.refusedWait !== null) {
        const retryAfterSeconds = Math.floor((turns.refusedWait / 1000 - MAX_WAIT_MS) / 1000) + 1;
        const headers = lineHeaders(line, 0);
        for (const waiter of removeAsked(line)) waiter.end({ kind: 'refused', retryAfterSeconds, headers });
      }
    } catch (error) {
      for (const waiter of removeAsked(line)) waiter.fail(error);
    }
  }

  /** Returns the last places, which nobody waits for, to the database, if they are still its newest. */
  async function giveBack(line: Line): Promise<void> {
    const { waiters, places } = line;
    let from = places.length - 1;
    while (from > waiters.length && places[from - 1]!.usedAfter === places[from]!.usedBefore) from--;
    const given = places.splice(from);
    const [first, last] = [given[0]!, given.at(-1)!];
    // The database may have done it before it failed: then a kept place would exist twice.
    const done = await giveBackTurns(db, line.taker, { first, last }).catch(() => true);
    if (done) line.usedUntil = Math.min(line.usedUntil, first.usedBefore);
    else for (const place of given) places.push({ ...place, kept: true });
  }

  const lineHeaders = (line: Line, waitedMs: number) =>
    limitHeaders(line.hours, Math.round(time.now() * 1000 + line.ahead), line.usedUntil, waitedMs);

  return {
    turn(taker, hours, hungUp) {
      if (hungUp.aborted) return Promise.resolve({ kind: 'hung up' });
      const line = lineOf(taker, hours);
      return new Promise<Outcome>((resolve, reject) => {
        const leave = () => {
          // Those behind move up, so the last place is left over.
          line.waiters.splice(line.waiters.indexOf(waiter), 1);
          resolve({ kind: 'hung up' });
          advance(line);
        };
        const settle =
          <T>(how: (value: T) => void) =>
          (value: T) => {
            hungUp.removeEventListener('abort', leave);
            how(value);
          };
        const waiter: Waiter = { arrived: time.now(), asked: false, end: settle(resolve), fail: settle(reject) };
        hungUp.addEventListener('abort', leave);
        line.waiters.push(waiter);
        advance(line);
      });
    },
    headers(caller) {
      const line = caller && lines.get(caller.credentialId);
      if (line) return lineHeaders(line, 0);
      const hours = caller === null ? DEFAULT_HOURS : caller.rateHours;
      if (hours === null) return UNLIMITED;
      return limitHeaders(hours, time.driven ? time.now() * 1000 : clock.now(), 0, 0);
    },
  };
}

/** Removes the waiters that were asked for and got no place. */
function removeAsked({ waiters, places }: Line): Waiter[] {
  const unplaced = waiters.splice(places.length);
  waiters.push(...unplaced.filter((waiter) => !waiter.asked));
  return unplaced.filter((waiter) => waiter.asked);
}

/** The headers cannot say "no limit". Nobody makes this many requests a second, and it fits into 32 bits. */
const NO_LIMIT = 999_999_999;
/** A caller without a limit never waits. */
const UNLIMITED: LimitHeaders = {
  'ratelimit-policy': `"unlimited";q=${NO_LIMIT};w=1`,
  ratelimit: `"unlimited";r=${NO_LIMIT};t=0`,
  'x-queue-time-ms': '0',
};

/** The fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), whose numbers are whole. */
function limitHeaders(hours: RateHours, now: Micros, usedUntil: Micros, waitedMs: number): LimitHeaders {
  const rate = rateAt(hours, now);
  const window = rate < 1 ? Math.ceil(1 / rate) : 1;
  const quota = Math.floor(rate * window);
  const left = Math.min(quota, Math.max(0, Math.floor(((now - usedUntil) * rate) / 1_000_000)));
  // Seconds until the whole quota is available.
  const reset = Math.max(0, Math.ceil((usedUntil - now) / 1_000_000 + window));
  return {
    'ratelimit-policy': `"default";q=${quota};w=${window}`,
    ratelimit: `"default";r=${left};t=${reset}`,
    'x-queue-time-ms': String(waitedMs),
  };
}

const HOUR_MS = 3_600_000;
/** Wide enough for a machine whose clock is a day off: the database selects the piece by its own clock. */
const AROUND_HOURS = 26;
const MAX_KNOWN = 1000;

/** The rates around the present, computed once an hour. */
function createPieces(now: () => number): (hours: RateHours) => readonly RatePiece[] {
  const known = new Map<string, readonly RatePiece[]>();
  return (hours) => {
    const hour = Math.floor(now() / HOUR_MS);
    const key = JSON.stringify([hour, hours]);
    let found = known.get(key);
    if (found === undefined) {
      const micros = (hours: number) => hours * HOUR_MS * 1000;
      found = ratePieces(hours, micros(hour - AROUND_HOURS), micros(hour + AROUND_HOURS));
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(key, found);
    }
    return found;
  };
}
