/** Where the time comes from; a fake one drives the tests of whatever depends on time passing. */
export interface Clock {
  /** Microseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() * 1000 };
