import { type RawBuilder, sql } from 'kysely';
import type { CallRow } from '../wire/call-json.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import { callColumns, caller } from './calls.js';
import type { Scope } from './database.js';
import { type Sight, visible } from './visibility.js';

/** Filters of the library: a call is listed if it passes all that are given. */
export interface CallFilters {
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

/** The position of a call in the order of time. */
export interface CallPlace {
  readonly callTime: Micros;
  readonly callId: string;
}

/** A call as the library lists it. */
export interface LibraryRow extends Omit<CallRow, 'transcript' | 'crmMatchesJson'> {
  readonly externalId: string | null;
  readonly callerName: string | null;
  readonly teamId: string | null;
  readonly comments: number;
  readonly results: number;
}

/** The account whose calls are listed, and which of them the viewer sees. */
export interface Viewer extends Scope {
  readonly sight: Sight;
}

/** A page of the library, newest calls first, starting after a place. */
export function newestPage(
  viewer: Viewer,
  filters: CallFilters,
  after: CallPlace | null,
  limit: number,
): RawBuilder<LibraryRow> {
  return sql`with page as materialized (${newestCalls(viewer, filters, { before: after }, limit)})
    ${listed(viewer, sql`page`)} order by page.call_time desc, page.call_id desc`;
}

/** The calls with these ids, in the order of the ids. */
export function callsOf(viewer: Viewer, callIds: readonly string[]): RawBuilder<LibraryRow> {
  return sql`${listed(viewer, sql`unnest(${[...callIds]}::text[]) with ordinality as page (call_id, place)`)}
    order by page.place`;
}

function listed(viewer: Viewer, page: RawBuilder<unknown>) {
  return sql<LibraryRow>`select ${callColumns}, c.external_id as "externalId", u.team_id as "teamId",
      nullif(trim(u.first_name || ' ' || u.last_name), '') as "callerName",
      (select count(*) from feedback f where f.account_id = c.account_id and f.call_id = c.call_id and ${isComment})
        as "comments",
      (select count(*) from results r where r.account_id = c.account_id and r.call_id = c.call_id and ${isSubmitted})
        as "results"
    from ${page} join calls c on c.account_id = ${viewer.accountId} and c.call_id = page.call_id ${caller}`;
}

const isComment = sql`f.kind = 'comment' and not f.deleted`;
const isSubmitted = sql`r.state <> 'DRAFT'`;

/** A part of the order of time: everything before a call, or from one call to another, both included. */
export type Part = { readonly before: CallPlace | null } | { readonly from: CallPlace; readonly to: CallPlace };

/** The newest calls of a part that pass the filters and a condition on `c`; all of them if no limit is given. */
export function newestCalls(
  viewer: Viewer,
  filters: CallFilters,
  part: Part,
  limit: number | null,
  condition: RawBuilder<unknown> | null = null,
): RawBuilder<unknown> {
  const all = [...conditions(viewer, filters), ...bounds(part), ...(condition === null ? [] : [condition])];
  return sql`select c.call_id, c.call_time from calls c where ${sql.join(all, sql` and `)}
    order by c.call_time desc, c.call_id desc limit ${limit}`;
}

/** A place as a row of PostgreSQL, to compare with a call's time and id. */
export const place = ({ callTime, callId }: CallPlace) => sql`(${toTimestamp(callTime)}::timestamptz, ${callId})`;

function bounds(part: Part): RawBuilder<unknown>[] {
  const call = sql`(c.call_time, c.call_id)`;
  if ('before' in part) return part.before === null ? [] : [sql`${call} < ${place(part.before)}`];
  return [sql`${call} <= ${place(part.to)}`, sql`${call} >= ${place(part.from)}`];
}

function conditions(viewer: Viewer, filters: CallFilters): RawBuilder<unknown>[] {
  const { from, to, direction, state, loweredId } = filters;
  const given: (RawBuilder<unknown> | null)[] = [
    sql`c.account_id = ${viewer.accountId}`,
    visible(viewer.sight, 'c'),
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
    ...within(sql`coalesce(c.duration, c.words_end)`, filters.duration),
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
