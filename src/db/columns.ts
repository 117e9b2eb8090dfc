import type { ColumnType } from 'kysely';
import type { Micros } from '../wire/instants.js';

// The types of columns that are read as one thing and written as another, or need not be written.

/** Read as microseconds since the epoch, written as ISO text. */
export type Timestamp = ColumnType<Micros, string, string>;
/** Read by the driver itself, as `Date`: no query of ours reads them. */
export type Timestamps = ColumnType<Date[], string[], string[]>;
/** `YYYY-MM-DD` when it is written. Queries read it by `to_char`: the driver's own `Date` is in the machine's zone. */
export type CalendarDate = ColumnType<Date, string, string>;

/** The database has a value for it where none is given. */
export type Generated<T> =
  T extends ColumnType<infer Selected, infer Inserted, infer Updated>
    ? ColumnType<Selected, Inserted | undefined, Updated>
    : ColumnType<T, T | undefined, T>;
/** The database alone gives it a value. */
export type GeneratedAlways<T> = ColumnType<T, never, never>;
