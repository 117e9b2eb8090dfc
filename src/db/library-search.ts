import { type RawBuilder, sql } from 'kysely';
import { toTimestamp } from '../wire/instants.js';
import { byPlace, type CallOrder, type CallPlace, type OrderedPlace } from './call-order.js';
import type { Scope, Tx } from './database.js';
import { type CallFilters, orderedCalls, type Part, type Viewer } from './library.js';

// A search has three steps: find which of its words are rare enough to look calls up by, find the newest calls that
// have those words, and rank those that match. Only the last step reads sections; it takes most of the time.

/** A search, as the texts of tsqueries. */
interface SearchTexts {
  readonly alternatives: readonly {
    readonly required: readonly RequiredTexts[];
    readonly excluded: readonly TermTexts[];
  }[];
  /** Ranks sections by all words of the search that they contain. */
  readonly any: string;
  /** Ranks sections that contain everything that one alternative requires. */
  readonly together: string;
}

interface TermTexts {
  /** Matches the sections that contain the term. */
  readonly match: string;
}

interface RequiredTexts extends TermTexts {
  /** The same for the term as written. */
  readonly written: string;
}

/**
 * Settings for the rest of the transaction: a time limit for each statement, in milliseconds, and sections are looked
 * up by the index of their words. For common words the planner would read all sections instead: it counts the few bytes
 * in a row, but not that the words are stored separately (TOAST) and take a hundred times as long to read.
 */
export async function beginSearch(tx: Tx, statementMs: number): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(statementMs)}, true), set_config('enable_seqscan', 'off', true)`.execute(
    tx,
  );
}

/** How many sections have the words of each text, counted up to `most`. */
export function countSections(scope: Scope, words: readonly string[], most: number): RawBuilder<{ sections: number }> {
  return sql`select (select count(*) from (${withWords(scope, sql`given.words`)} limit ${most}) as found) as "sections"
    from unnest(${[...words]}::text[]) with ordinality as given (words, place) order by given.place`;
}

/**
 * The ids of an account's calls with sections that have these words. The account is compared outside the subquery:
 * inside it, PostgreSQL could read the account's sections one by one through their key.
 */
function withWords(scope: Scope, words: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select f.call_id from (select s.account_id, s.call_id from call_sections s
    where s.tsv @@ (${words})::tsquery offset 0) as f where f.account_id = ${scope.accountId}`;
}

/**
 * The first calls of a part of an order that may match, judged by the words that each alternative is looked up by; null
 * means every call.
 */
export function callsWithWords(
  viewer: Viewer,
  filters: CallFilters,
  order: CallOrder,
  alternatives: readonly (readonly string[])[] | null,
  part: Part,
  limit: number | null,
): RawBuilder<OrderedPlace> {
  const placesOf = (calls: RawBuilder<unknown>) =>
    sql<OrderedPlace>`select call_id as "callId", call_time as "callTime", value from (${calls}) as page
      order by ${byPlace(order)}`;
  if (alternatives === null) return placesOf(orderedCalls(viewer, filters, order, part, limit));
  // Sets, not joins: each index scan runs once, however wrong the planner's estimate of its rows.
  const found = alternatives.map(
    (words) =>
      sql`(${sql.join(
        words.map((each) => withWords(viewer, sql`${each}`)),
        sql` intersect `,
      )})`,
  );
  const isFound = sql`c.call_id in (select call_id from found)`;
  return sql`with found as materialized (${sql.join(found, sql` union `)})
    ${placesOf(orderedCalls(viewer, filters, order, part, limit, isFound))}`;
}

/** A call that matches, with its place in the order of results. */
export interface RankedPlace extends CallPlace {
  /** Whether the call contains the search terms as written. */
  readonly isWritten: boolean;
  readonly rank: string;
}

/**
 * Weights of a lexeme's positions, in the order D, C, B, A: an English form counts for less than the word as written.
 */
const WEIGHTS = sql.lit('{0.1, 0.02, 1, 1}');

/**
 * Those of the given calls that match: matches as written first, then by rank, then newest; with a place, those after
 * it. Each section with a match is ranked twice: by the search words it contains, and, if it contains everything
 * required, by how close together they are. Ranks are added as decimals: the sum of binary fractions would depend on
 * the order of the rows.
 */
export function rankCalls(
  scope: Scope,
  { alternatives, any, together }: SearchTexts,
  calls: readonly CallPlace[],
  after: RankedPlace | null,
): RawBuilder<RankedPlace> {
  const texts = new Set([
    ...alternatives.flatMap(({ required }) => required.flatMap(({ match, written }) => [match, written])),
    ...alternatives.flatMap(({ excluded }) => excluded.map(({ match }) => match)),
  ]);
  const columns = new Map(Array.from(texts, (text, i) => [text, sql.ref(`has${i}`)]));
  const has = (text: string) => columns.get(text)!;
  const found = sql.join(
    [...new Set(alternatives.flatMap(({ required }) => required.map(({ match }) => has(match))))],
    sql` or `,
  );
  const rank = (text: string) => sql`ts_rank_cd(${WEIGHTS}, tsv, ${text}::tsquery)::numeric`;
  // For one word or phrase the two ranks are the same.
  const ranks = any === together ? rank(any) : sql`${rank(any)} + ${rank(together)}`;
  const fits = (as: 'match' | 'written') => {
    const each = alternatives.map(({ required, excluded }) => {
      const all = [
        ...required.map((term) => sql`bool_or(${has(term[as])})`),
        ...excluded.map((term) => sql`not bool_or(${has(term.match)})`),
      ];
      return sql`(${sql.join(all, sql` and `)})`;
    });
    return sql.join(each, sql` or `);
  };
  const goesOn = after
    ? sql`where (is_written, rank, call_time, call_id) <
        (${after.isWritten}, ${after.rank}::numeric, ${toTimestamp(after.callTime)}::timestamptz, ${after.callId})`
    : sql``;
  return sql`with sections as (
      -- Deleting a lexeme that no section has makes PostgreSQL fetch the words from TOAST once, not once per match.
      select c.call_id, c.call_time, ts_delete(s.tsv, '') as tsv
      from unnest(${calls.map(({ callId }) => callId)}::text[],
        ${calls.map(({ callTime }) => toTimestamp(callTime))}::timestamptz[]) as c (call_id, call_time)
      join call_sections s on s.account_id = ${scope.accountId} and s.call_id = c.call_id offset 0
    ), matched as (
      select *, ${sql.join([...columns].map(([match, column]) => sql`tsv @@ ${match}::tsquery as ${column}`))}
      from sections offset 0
    ), ranked as (
      select call_id, call_time, sum(case when ${found} then ${ranks} else 0 end) as rank,
        ${fits('written')} as is_written
      from matched group by call_id, call_time having ${fits('match')}
    )
    select call_id as "callId", call_time as "callTime", is_written as "isWritten", rank::text as "rank" from ranked
    ${goesOn} order by is_written desc, ranked.rank desc, call_time desc, call_id desc`;
}
