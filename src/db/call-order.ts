import { type RawBuilder, sql } from 'kysely';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Scope } from './database.js';

/**
 * An order of calls. Calls with the same value are sorted by time, those of the same time by id, in the same direction.
 * Calls without a value come last in both directions.
 */
export interface CallOrder {
  readonly by: 'date' | 'duration' | 'talkRatio' | 'score' | 'comments';
  readonly isDescending: boolean;
}

/** The order of the library unless another is asked for. */
export const NEWEST_FIRST: CallOrder = { by: 'date', isDescending: true };

/** The position of a call in the order of time. */
export interface CallPlace {
  readonly callTime: Micros;
  readonly callId: string;
}

/**
 * The position of a call in an order. `value` is what it is sorted by; null in the order of time, for a call without a
 * value, and for one without comments.
 */
export interface OrderedPlace extends CallPlace {
  readonly value: number | null;
}

/** A place as a row of PostgreSQL, to compare with a call's time and id. */
export const place = ({ callTime, callId }: CallPlace) => sql`(${toTimestamp(callTime)}::timestamptz, ${callId})`;

/** Results that count: a draft is only its reviewer's. Of `results r`. */
export const isSubmitted = sql`r.state <> 'DRAFT'`;
/** Comments that count: not highlights, nor what was deleted. Of `feedback f`. */
export const isComment = sql`f.kind = 'comment' and not f.deleted`;
/** A call's score: the mean percentage of its submitted results, as a whole number. Of `results r`. */
export const score = sql`round(avg(r.percentage))::float8`;
/** A call's length in seconds. Of `calls c`. */
export const duration = sql`coalesce(c.duration, c.words_end)`;

/** Calls of an order that are read by one index: those with a value, or those without. */
export interface OrderPart {
  /** A source of `calls c`. */
  readonly source: RawBuilder<unknown>;
  /** What its calls are sorted by before their time; null for nothing. */
  readonly value: RawBuilder<unknown> | null;
  /** Which calls are in it; null for all. */
  readonly condition: RawBuilder<unknown> | null;
}

/** The parts of an order, one after the other. */
export function partsOf(scope: Scope, { by, isDescending }: CallOrder): readonly OrderPart[] {
  const calls = sql`calls c`;
  const withValue = (value: RawBuilder<unknown>): OrderPart[] => [
    { source: calls, value, condition: sql`${value} is not null` },
    { source: calls, value: null, condition: sql`${value} is null` },
  ];
  switch (by) {
    case 'date':
      return [{ source: calls, value: null, condition: null }];
    case 'duration':
      return withValue(duration);
    case 'talkRatio':
      return withValue(sql`c.talk_ratio`);
    case 'score': {
      // People make results and comments one by one, so there are few beside the calls: they are counted each time.
      const scored = sql`select r.call_id, ${score} as value from results r
        where r.account_id = ${scope.accountId} and ${isSubmitted} and r.percentage is not null group by r.call_id`;
      const isScored = sql`exists (select from results r where r.account_id = ${scope.accountId}
        and r.call_id = c.call_id and ${isSubmitted} and r.percentage is not null)`;
      return [counted(scored), { source: calls, value: null, condition: sql`not ${isScored}` }];
    }
    case 'comments': {
      const commented = sql`select f.call_id, count(*)::float8 as value from feedback f
        where f.account_id = ${scope.accountId} and ${isComment} group by f.call_id`;
      const isCommented = sql`exists (select from feedback f where f.account_id = ${scope.accountId}
        and f.call_id = c.call_id and ${isComment})`;
      const none = { source: calls, value: null, condition: sql`not ${isCommented}` };
      return isDescending ? [counted(commented), none] : [none, counted(commented)];
    }
  }
}

/** The calls for which a query has a value. */
function counted(values: RawBuilder<unknown>): OrderPart {
  return {
    source: sql`(${values}) as valued join calls c on c.call_id = valued.call_id`,
    value: sql`valued.value`,
    condition: null,
  };
}

/** The condition that a call of a part comes after a place in it. */
export function isAfter({ value }: OrderPart, order: CallOrder, after: OrderedPlace): RawBuilder<unknown> {
  const sign = order.isDescending ? sql`<` : sql`>`;
  if (value === null) return sql`(c.call_time, c.call_id) ${sign} ${place(after)}`;
  return sql`(${value}, c.call_time, c.call_id)
    ${sign} (${after.value}::float8, ${toTimestamp(after.callTime)}::timestamptz, ${after.callId})`;
}

/** `order by` for rows `page` of parts: their `part`, `value`, `call_time` and `call_id`. */
export function byPlace({ isDescending }: CallOrder): RawBuilder<unknown> {
  const way = isDescending ? sql`desc` : sql`asc`;
  return sql`page.part, page.value ${way}, page.call_time ${way}, page.call_id ${way}`;
}
