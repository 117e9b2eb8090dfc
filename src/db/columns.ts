import type { ColumnType } from 'kysely';
import type { Micros } from '../wire/instants.js';

// Types of columns that are read as one type and written as another, or that need not be written.

/** Read as microseconds since the epoch, written as ISO text. */
export type Timestamp = ColumnType<Micros, string, string>;
/** The driver would read it as `Date`s; none of our queries reads it. */
export type Timestamps = ColumnType<Date[], string[], string[]>;
/** Written as `YYYY-MM-DD`. Queries read it by `to_char`, because the driver's `Date` is in the machine's time zone. */
export type CalendarDate = ColumnType<Date, string, string>;

/** A column with a default: it need not be written. */
export type Generated<T> =
  T extends ColumnType<infer Selected, infer Inserted, infer Updated>
    ? ColumnType<Selected, Inserted | undefined, Updated>
    : ColumnType<T, T | undefined, T>;
/** A column whose value only the database sets. */
export type GeneratedAlways<T> = ColumnType<T, never, never>;
