/** The source of the time. Tests use a fake one. */
export interface Clock {
  /** Microseconds since the Unix epoch. */
  now(): number;
}

/** This machine's clock. */
export const systemClock: Clock = { now: () => Date.now() * 1000 };
