// The bounds of every instant and date that Debrief accepts. PostgreSQL can store all of them, and a year with a typing
// error is refused.

const FIRST_YEAR = 1900;
const END_YEAR = 2200;

/** For refusals and documentation. */
export const BOUNDS_TEXT = `from ${FIRST_YEAR} up to ${END_YEAR}`;

/** The first accepted instant, in microseconds since the Unix epoch. */
export const EARLIEST = Date.UTC(FIRST_YEAR, 0, 1) * 1000;
/** The end of the accepted instants, itself refused, in microseconds since the Unix epoch. */
export const LATEST = Date.UTC(END_YEAR, 0, 1) * 1000;

/** Whether an instant, in microseconds since the Unix epoch, is accepted. */
export function isWithinBounds(micros: number): boolean {
  return micros >= EARLIEST && micros < LATEST;
}
