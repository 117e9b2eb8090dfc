import { type RawBuilder, sql } from 'kysely';
import type { CallRow } from '../wire/call-json.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import { callColumns, caller } from './calls.js';
import type { Scope } from './schema.js';
import { type Sight, visible } from './visibility.js';

/** Which calls of the library are listed: those for which all that is given holds. */
export interface CallFilters {
  readonly callerIds: readonly string[] | null;
  readonly teamIds: readonly string[] | null;
  /** Whether the teams below those are meant, too. */
  readonly teamsBelow: boolean;
  /** callTime, from inclusive, to exclusive. */
  readonly from: Micros | null;
  readonly to: Micros | null;
  readonly direction: string | null;
  readonly state: string | null;
  /** Any of these. */
  readonly topicIds: readonly number[] | null;
  readonly talkRatio: Range;
  /** Percent: of one submitted result on the call. */
  readonly score: Range;
  readonly hasComments: boolean | null;
  /** Seconds. */
  readonly duration: Range;
  /** Digests of metadata fields and values, all of which a call must have. */
  readonly metadata: readonly string[];
  /** The call's own id, in lower case. */
  readonly loweredId: string | null;
  readonly search: SearchTexts | null;
}

/** Bounds, both inclusive; null for none. */
interface Range {
  readonly min: number | null;
  readonly max: number | null;
}

/** A search, as the texts of tsqueries. */
export interface SearchTexts {
  readonly alternatives: readonly { readonly required: readonly string[]; readonly excluded: readonly string[] }[];
  /** Fits sections with anything that is searched for. */
  readonly any: string;
  /** Fits sections with all that one alternative requires. */
  readonly together: string;
}

/** Where a list goes on: after a call, in its order. */
export interface CallPlace {
  /** '' in lists without a search. */
  readonly rank: string;
  readonly callTime: Micros;
  readonly callId: string;
}

export interface LibraryRow extends Omit<CallRow, 'transcript' | 'crmMatchesJson'> {
  readonly externalId: string | null;
  readonly callerName: string | null;
  readonly teamId: string | null;
  readonly comments: number;
  readonly results: number;
  readonly rank: string;
}

export interface Viewer extends Scope {
  readonly sight: Sight;
}

/** A page of the library: the newest calls first, or with a search those of the highest rank first, then the newest. */
export function callPage(
  viewer: Viewer,
  filters: CallFilters,
  after: CallPlace | null,
  limit: number,
): RawBuilder<LibraryRow> {
  const page = filters.search
    ? rankedPage(viewer, filters, filters.search, after, limit)
    : newestPage(viewer, filters, after, limit);
  const order = filters.search ? sql`page.rank desc, ` : sql``;
  return sql`with page as materialized (${page})
    select ${callColumns}, c.external_id as "externalId", u.team_id as "teamId", page.rank::text as "rank",
      nullif(trim(u.first_name || ' ' || u.last_name), '') as "callerName",
      (select count(*) from feedback f where f.account_id = c.account_id and f.call_id = c.call_id and ${isComment})
        as "comments",
      (select count(*) from results r where r.account_id = c.account_id and r.call_id = c.call_id and ${isSubmitted})
        as "results"
    from page join calls c on c.account_id = ${viewer.accountId} and c.call_id = page.call_id ${caller}
    order by ${order}page.call_time desc, page.call_id desc`;
}

const isComment = sql`f.kind = 'comment' and not f.deleted`;
const isSubmitted = sql`r.state <> 'DRAFT'`;

function newestPage(viewer: Viewer, filters: CallFilters, after: CallPlace | null, limit: number) {
  const goesOn = after
    ? sql`and (c.call_time, c.call_id) < (${toTimestamp(after.callTime)}::timestamptz, ${after.callId})`
    : sql``;
  return sql`select c.call_id, c.call_time, '' as rank from calls c where ${conditions(viewer, filters)} ${goesOn}
    order by c.call_time desc, c.call_id desc limit ${limit}`;
}

/**
 * Each section counts by what it holds of the words searched for, and again, by how close together they are, where it
 * holds them all. Ranks are added up as decimals: with binary fractions the sum would depend on the order of the rows.
 */
function rankedPage(
  viewer: Viewer,
  filters: CallFilters,
  { any, together }: SearchTexts,
  after: CallPlace | null,
  limit: number,
) {
  const goesOn = after
    ? sql`where (rank, call_time, call_id) <
        (${after.rank}::numeric, ${toTimestamp(after.callTime)}::timestamptz, ${after.callId})`
    : sql``;
  const rank = (text: string) => sql`ts_rank_cd(s.tsv, ${text}::tsquery)::numeric`;
  // One word or phrase is the same twice, and ranking is what a search for a common word takes its time for.
  const ranks = any === together ? rank(any) : sql`${rank(any)} + ${rank(together)}`;
  return sql`select call_id, call_time, rank from (
      select c.call_id, c.call_time, sum(${ranks}) as rank
      from calls c join call_sections s on s.account_id = c.account_id and s.call_id = c.call_id
      where s.account_id = ${viewer.accountId} and s.tsv @@ ${any}::tsquery and ${conditions(viewer, filters)}
      group by c.call_id, c.call_time) as found
    ${goesOn} order by rank desc, call_time desc, call_id desc limit ${limit}`;
}

function conditions(viewer: Viewer, filters: CallFilters): RawBuilder<boolean> {
  const { from, to, direction, state, loweredId, search } = filters;
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
    search && fits(viewer, search),
  ];
  return sql.join(
    given.filter((condition) => condition !== null),
    sql` and `,
  );
}

/** One value is compared by itself: an index then has the order that the page wants. */
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
  // Percentages are whole: compared with fractions they would be converted one by one, past the index.
  const bounds = [
    ...(min === null ? [] : [sql`r.percentage >= ${Math.ceil(min)}::integer`]),
    ...(max === null ? [] : [sql`r.percentage <= ${Math.floor(max)}::integer`]),
  ];
  if (bounds.length === 0) return null;
  return sql`c.call_id in (select r.call_id from results r
    where r.account_id = ${viewer.accountId} and ${isSubmitted} and ${sql.join(bounds, sql` and `)})`;
}

/** A call's words may stand in any of its sections; a phrase, or two words near each other, in one. */
function fits(viewer: Viewer, { alternatives }: SearchTexts): RawBuilder<unknown> {
  const found = (text: string) => sql`select f.call_id from call_sections f
    where f.account_id = ${viewer.accountId} and f.tsv @@ ${text}::tsquery`;
  const each = alternatives.map(({ required: [first, ...others], excluded }) => {
    const more = [
      ...others.map((text) => sql`and f.call_id in (${found(text)})`),
      ...excluded.map(
        (text) => sql`and not exists (select from call_sections x
          where x.account_id = ${viewer.accountId} and x.call_id = f.call_id and x.tsv @@ ${text}::tsquery)`,
      ),
    ];
    return sql`${found(first!)} ${sql.join(more, sql` `)}`;
  });
  return sql`c.call_id in (${sql.join(each, sql` union all `)})`;
}
