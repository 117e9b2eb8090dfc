import { type RawBuilder, sql } from 'kysely';
import type { CallRow } from '../wire/call-json.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import {
  byPlace,
  type CallOrder,
  type CallPlace,
  duration,
  isAfter,
  isComment,
  isSubmitted,
  type OrderedPlace,
  type OrderPart,
  partsOf,
  place,
  score,
} from './call-order.js';
import { callColumns, caller } from './calls.js';
import type { Scope } from './database.js';
import { type Sight, visible } from './visibility.js';

/** Filters of the library: a call is listed if it passes all that are given. */
export interface CallFilters {
  readonly callIds: readonly string[] | null;
  readonly callerIds: readonly string[] | null;
  readonly teamIds: readonly string[] | null;
  /** Whether teams below those are included. */
  readonly teamsBelow: boolean;
  /** Bounds of callTime: `from` is inclusive, `to` exclusive. */
  readonly from: Micros | null;
  readonly to: Micros | null;
  readonly direction: string | null;
  readonly state: string | null;
  /** Calls with matches of any of these topics. */
  readonly topicIds: readonly number[] | null;
  readonly talkRatio: Range;
  /** Percent, of at least one submitted result on the call. */
  readonly score: Range;
  readonly hasComments: boolean | null;
  /** In seconds. */
  readonly duration: Range;
  /** Digests of metadata fields with their values. A call must have all of them. */
  readonly metadata: readonly string[];
  /** The call's own id, in lower case. */
  readonly loweredId: string | null;
}

/** Inclusive bounds; null means no bound. */
interface Range {
  readonly min: number | null;
  readonly max: number | null;
}

/** A call as the library lists it. */
export interface LibraryRow extends Omit<CallRow, 'transcript' | 'crmMatchesJson'> {
  readonly externalId: string | null;
  readonly callerName: string | null;
  readonly teamId: string | null;
  readonly comments: number;
  readonly results: number;
  /** The mean percentage of its submitted results; null without one. */
  readonly score: number | null;
}

/** The account whose calls are listed, and which of them the viewer sees. */
export interface Viewer extends Scope {
  readonly sight: Sight;
}

/** A page of the library in an order, starting after a place. */
export function libraryPage(
  viewer: Viewer,
  filters: CallFilters,
  order: CallOrder,
  after: OrderedPlace | null,
  limit: number,
): RawBuilder<LibraryRow & Pick<OrderedPlace, 'value'>> {
  return sql`with page as materialized (${orderedCalls(viewer, filters, order, { after }, limit)})
    ${listed(viewer, sql`page`, sql`, page.value`)} order by ${byPlace(order)}`;
}

/** The calls with these ids, in the order of the ids. */
export function callsOf(viewer: Viewer, callIds: readonly string[]): RawBuilder<LibraryRow> {
  return sql`${listed(viewer, sql`unnest(${[...callIds]}::text[]) with ordinality as page (call_id, place)`)}
    order by page.place`;
}

function listed(viewer: Viewer, page: RawBuilder<unknown>, more = sql``) {
  return sql<never>`select ${callColumns}, c.external_id as "externalId", u.team_id as "teamId",
      nullif(trim(u.first_name || ' ' || u.last_name), '') as "callerName",
      (select count(*) from feedback f where f.account_id = c.account_id and f.call_id = c.call_id and ${isComment})
        as "comments",
      reviewed.results, reviewed.score ${more}
    from ${page} join calls c on c.account_id = ${viewer.accountId} and c.call_id = page.call_id ${caller}
    cross join lateral (select count(*) as results, ${score} as score from results r
      where r.account_id = c.account_id and r.call_id = c.call_id and ${isSubmitted}) as reviewed`;
}

/** A part of an order: everything after a call; or of the newest calls, from one to another, both included. */
export type Part = { readonly after: OrderedPlace | null } | { readonly from: CallPlace; readonly to: CallPlace };

/**
 * The first calls of a part of an order that pass the filters and a condition on `c`; all of them if no limit is given.
 * The rows have `call_id`, `call_time`, `value` and `part`.
 */
export function orderedCalls(
  viewer: Viewer,
  filters: CallFilters,
  order: CallOrder,
  part: Part,
  limit: number | null,
  condition: RawBuilder<unknown> | null = null,
): RawBuilder<unknown> {
  const all = [...conditions(viewer, filters), ...(condition === null ? [] : [condition])];
  const way = order.isDescending ? sql`desc` : sql`asc`;
  const select = ({ source, value, condition }: OrderPart, number: number, bounds: readonly RawBuilder<unknown>[]) => {
    const conditions = [...all, ...(condition === null ? [] : [condition]), ...bounds];
    return sql`select c.call_id, c.call_time, ${value ?? sql`null`}::float8 as value, ${sql.lit(number)} as part
      from ${source} where ${sql.join(conditions, sql` and `)}
      order by ${value === null ? sql`` : sql`${value} ${way},`} c.call_time ${way}, c.call_id ${way} limit ${limit}`;
  };
  const parts = partsOf(viewer, order);
  if ('from' in part) {
    const call = sql`(c.call_time, c.call_id)`;
    return select(parts[0]!, 0, [sql`${call} <= ${place(part.to)}`, sql`${call} >= ${place(part.from)}`]);
  }
  const { after } = part;
  const first = after === null ? 0 : parts.findIndex(({ value }) => (value === null) === (after.value === null));
  const head = select(parts[first]!, first, after === null ? [] : [isAfter(parts[first]!, order, after)]);
  const next = parts[first + 1];
  if (next === undefined) return head;
  // The inner limit lets an index supply the order; the outer one is 0 for most pages, which then read no more.
  return sql`with head as materialized (${head}),
    tail as materialized (select * from (${select(next, first + 1, [])}) as tail
      limit greatest(0, ${limit} - (select count(*) from head)))
    select * from (select * from head union all select * from tail) as page order by ${byPlace(order)}`;
}

function conditions(viewer: Viewer, filters: CallFilters): RawBuilder<unknown>[] {
  const { from, to, direction, state, loweredId } = filters;
  const given: (RawBuilder<unknown> | null)[] = [
    sql`c.account_id = ${viewer.accountId}`,
    visible(viewer.sight, 'c'),
    filters.callIds && isAnyOf(sql`c.call_id`, filters.callIds, sql`text`),
    filters.callerIds && isAnyOf(sql`c.caller_id`, filters.callerIds, sql`text`),
    filters.teamIds && ofTeams(viewer, filters.teamIds, filters.teamsBelow),
    from === null ? null : sql`c.call_time >= ${toTimestamp(from)}::timestamptz`,
    to === null ? null : sql`c.call_time < ${toTimestamp(to)}::timestamptz`,
    direction === null ? null : sql`c.direction = ${direction}`,
    state === null ? null : sql`c.state = ${state}`,
    loweredId === null ? null : sql`lower(c.call_id) = ${loweredId}`,
    filters.topicIds &&
      sql`c.call_id in (select h.call_id from call_topic_hits h where h.account_id = ${viewer.accountId}
        and ${isAnyOf(sql`h.topic_id`, filters.topicIds, sql`bigint`)})`,
    ...within(sql`c.talk_ratio`, filters.talkRatio),
    ...within(duration, filters.duration),
    scored(viewer, filters.score),
    filters.hasComments === null
      ? null
      : sql`${filters.hasComments ? sql`` : sql`not`} exists (select from feedback f
        where f.account_id = ${viewer.accountId} and f.call_id = c.call_id and ${isComment})`,
    ...filters.metadata.map(
      (digest) => sql`c.call_id in (select m.call_id from metadata_values m
        where m.account_id = ${viewer.accountId} and m.digest = ${digest}::uuid)`,
    ),
  ];
  return given.filter((condition) => condition !== null);
}

/** A single value is compared with `=`, so that an index can supply the order of the page. */
function isAnyOf(column: RawBuilder<unknown>, values: readonly (string | number)[], type: RawBuilder<unknown>) {
  return values.length === 1 ? sql`${column} = ${values[0]}::${type}` : sql`${column} = any(${[...values]}::${type}[])`;
}

function ofTeams(viewer: Viewer, teamIds: readonly string[], below: boolean): RawBuilder<unknown> {
  const teams = below
    ? sql`with recursive meant as (
        select t.team_id from teams t where t.account_id = ${viewer.accountId} and t.team_id = any(${[...teamIds]})
        union select t.team_id from meant
          join teams t on t.account_id = ${viewer.accountId} and t.parent_team_id = meant.team_id)
      select team_id from meant`
    : sql`select unnest(${[...teamIds]}::text[])`;
  return sql`c.caller_id in (select p.user_id from users p
    where p.account_id = ${viewer.accountId} and p.team_id in (${teams}))`;
}

function within(column: RawBuilder<unknown>, { min, max }: Range): RawBuilder<unknown>[] {
  return [
    ...(min === null ? [] : [sql`${column} >= ${min}::double precision`]),
    ...(max === null ? [] : [sql`${column} <= ${max}::double precision`]),
  ];
}

function scored(viewer: Viewer, { min, max }: Range): RawBuilder<unknown> | null {
  // Percentages are whole numbers. Compared with fractions they would be converted one by one, and the index not used.
  const bounds = [
    ...(min === null ? [] : [sql`r.percentage >= ${Math.ceil(min)}::integer`]),
    ...(max === null ? [] : [sql`r.percentage <= ${Math.floor(max)}::integer`]),
  ];
  if (bounds.length === 0) return null;
  return sql`c.call_id in (select r.call_id from results r
    where r.account_id = ${viewer.accountId} and ${isSubmitted} and ${sql.join(bounds, sql` and `)})`;
}

/** Counts the calls that pass the filters, up to `most`. */
export function countCalls(viewer: Viewer, filters: CallFilters, most: number): RawBuilder<{ calls: number }> {
  return sql`select count(*) as calls from (
    select from calls c where ${sql.join(conditions(viewer, filters), sql` and `)} limit ${most}) as found`;
}

/** The metadata of the newest calls that the viewer sees, as JSON. */
export function newestMetadata(viewer: Viewer, limit: number): RawBuilder<{ metadataJson: string }> {
  return sql`select c.metadata::text as "metadataJson" from calls c
    where c.account_id = ${viewer.accountId} and ${visible(viewer.sight, 'c')}
    order by c.call_time desc, c.call_id desc limit ${limit}`;
}
