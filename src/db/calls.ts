import { type RawBuilder, sql } from 'kysely';
import type { CallRow, CallTopicsRow, DeletedCallRow } from '../wire/call-json.js';
import type { FragmentRef } from '../wire/fragment.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope } from './database.js';
import type { Feed, KnownEntry, Position } from './feed.js';

/** The columns of a `CallRow`, without the transcript. Needs the join `caller`. */
export const callColumns = sql`
  c.call_id as "callId", u.email as "callerEmail", c.caller_id as "callerId", c.call_summary as "callSummaryJson",
  c.call_time as "callTime", coalesce(c.duration, c.words_end) as "duration", c.direction, c.state,
  c.stats as "statsJson", c.original_path as "originalPath", c.metadata as "metadataJson", c.stamp as "modified"`;

/** Joins the caller of a call (`c`) as `u`. */
export const caller = sql`left join users u on u.account_id = c.account_id and u.user_id = c.caller_id`;

function fragmentColumns(alias: string): RawBuilder<unknown> {
  const f = sql.ref(alias);
  return sql`${f}.fragment_id as "fragmentId", ${f}.raw_length as "rawLength", ${f}.crc32 as "crc32",
    octet_length(${f}.deflated) as "deflatedLength"`;
}

type FlatRef = { [K in keyof FragmentRef]: FragmentRef[K] | null };

function takeRef(row: FlatRef): FragmentRef | null {
  const { fragmentId, rawLength, crc32, deflatedLength } = row;
  if (fragmentId === null) return null;
  return { fragmentId, rawLength: rawLength!, crc32: crc32!, deflatedLength: deflatedLength! };
}

/** Which optional parts of a call are read. */
export interface CallParts {
  readonly transcripts: boolean;
  readonly crmMatches: boolean;
  /** What call-card templates show of a call. `'any'` reads it only if the account has active templates. */
  readonly cards: 'none' | 'any' | 'always';
}

/** What call-card templates show of a call beyond the fields of the wire. */
export interface CardDetails {
  readonly callerFirstName: string | null;
  readonly callerLastName: string | null;
  readonly callerSystemIds: readonly string[] | null;
  readonly teamId: string | null;
  readonly teamName: string | null;
  readonly cardCrmMatchesJson: string;
  /** The first CRM match; null if there is none. */
  readonly cardCrmMatchJson: string | null;
}

/** A call, with what call-card templates show of it. */
export interface CallWithCard extends CallRow {
  /** Null if it was not asked for, or if `'any'` was asked for and the account has no active templates. */
  readonly card: CardDetails | null;
}

type FlatCall = FlatRef & Omit<CallRow, 'transcript'> & Partial<CardDetails> & { readonly hasCard?: boolean };

function selectCalls(scope: Scope, parts: CallParts): RawBuilder<FlatCall> {
  const crm = parts.crmMatches ? sql`, c.crm_matches as "crmMatchesJson"` : sql`, '[]' as "crmMatchesJson"`;
  const withCards = parts.cards !== 'none';
  // The page's own query checks for templates, so an account without any costs no extra query.
  const card = withCards
    ? sql`, u.first_name as "callerFirstName", u.last_name as "callerLastName", u.system_ids as "callerSystemIds",
      t.team_id as "teamId", t.name as "teamName", c.crm_matches as "cardCrmMatchesJson",
      c.crm_matches->0 as "cardCrmMatchJson", ${parts.cards === 'always'} or exists (select from call_card_templates
        where account_id = ${scope.accountId} and active) as "hasCard"`
    : sql``;
  const team = withCards ? sql`left join teams t on t.account_id = u.account_id and t.team_id = u.team_id` : sql``;
  const transcript = parts.transcripts
    ? sql`, ${fragmentColumns('f')}`
    : sql`, null as "fragmentId", null as "rawLength", null as "crc32", null as "deflatedLength"`;
  const join = parts.transcripts
    ? sql`left join fragments f on f.account_id = c.account_id and f.fragment_id = c.transcript_fragment_id`
    : sql``;
  return sql`select ${callColumns} ${crm} ${transcript} ${card} from calls c ${caller} ${team} ${join}`;
}

function toCall(row: FlatCall): CallWithCard {
  return { ...row, transcript: takeRef(row), card: row.hasCard ? (row as unknown as CardDetails) : null };
}

/** A page of the feed of calls: those strictly after a position, in feed order. */
export async function callsAfter(
  db: Db,
  scope: Scope,
  after: Position,
  limit: number,
  parts: CallParts,
): Promise<CallWithCard[]> {
  const page = await sql<FlatCall>`${selectCalls(scope, parts)}
    where c.account_id = ${scope.accountId} and (c.stamp, c.call_id) > (${toTimestamp(after.stamp)}::timestamptz, ${after.id})
    order by c.stamp, c.call_id limit ${limit}`.execute(db);
  return page.rows.map(toCall);
}

const EVERYTHING: CallParts = { transcripts: true, crmMatches: true, cards: 'any' };

/** One call, with all parts unless fewer are asked for; null if it does not exist. */
export async function findCall(
  db: Db,
  scope: Scope,
  callId: string,
  parts: CallParts = EVERYTHING,
): Promise<CallWithCard | null> {
  const found = await sql<FlatCall>`${selectCalls(scope, parts)}
    where c.account_id = ${scope.accountId} and c.call_id = ${callId}`.execute(db);
  return found.rows[0] ? toCall(found.rows[0]) : null;
}

/** A page of the feed of topic matches. */
export async function callTopicsAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<CallTopicsRow[]> {
  const page = await sql<FlatRef & Omit<CallTopicsRow, 'topicMatches'>>`
    select c.call_id as "callId", c.stamp as "modified", c.question_counts as "questionCountsJson", ${fragmentColumns('f')}
    from calls c join fragments f on f.account_id = c.account_id and f.fragment_id = c.topics_fragment_id
    where c.account_id = ${scope.accountId} and c.state = 'COMPLETE'
      and (c.stamp, c.call_id) > (${toTimestamp(after.stamp)}::timestamptz, ${after.id})
    order by c.stamp, c.call_id limit ${limit}`.execute(db);
  return page.rows.map((row) => ({ ...row, topicMatches: takeRef(row)! }));
}

/** A page of the feed of deleted calls. */
export async function deletedCallsAfter(
  db: Db,
  scope: Scope,
  after: Position,
  limit: number,
): Promise<DeletedCallRow[]> {
  const page = await sql<DeletedCallRow>`
    select call_id as "callId", stamp as "deletedAt", caller_id as "callerId", call_time as "callTime"
    from deleted_calls where account_id = ${scope.accountId}
      and (stamp, call_id) > (${toTimestamp(after.stamp)}::timestamptz, ${after.id})
    order by stamp, call_id limit ${limit}`.execute(db);
  return page.rows;
}

async function findCallEntry(db: Db, scope: Scope, callId: string): Promise<KnownEntry | null> {
  const found = await sql<{ stamp: Micros | null; firstStamp: Micros; callTime: Micros }>`
    select stamp, first_stamp as "firstStamp", call_time as "callTime" from calls
    where account_id = ${scope.accountId} and call_id = ${callId}
    union all
    select null, first_stamp, call_time from deleted_calls
    where account_id = ${scope.accountId} and call_id = ${callId}
    limit 1`.execute(db);
  const row = found.rows[0];
  return row ? { stamp: row.stamp, firstStamp: row.firstStamp, times: [row.callTime] } : null;
}

async function findDeletedEntry(db: Db, scope: Scope, callId: string): Promise<KnownEntry | null> {
  const found = await sql<{ stamp: Micros; callTime: Micros }>`
    select stamp, call_time as "callTime" from deleted_calls
    where account_id = ${scope.accountId} and call_id = ${callId}`.execute(db);
  const row = found.rows[0];
  return row ? { stamp: row.stamp, firstStamp: row.stamp, times: [row.callTime] } : null;
}

function stampFinder(from: RawBuilder<unknown>): Feed['hasStamp'] {
  return async (db, scope, stamp) => {
    const found = await sql`select 1 from ${from} and account_id = ${scope.accountId}
      and stamp = ${toTimestamp(stamp)}::timestamptz limit 1`.execute(db);
    return found.rows.length > 0;
  };
}

/** The feed of calls (api-v2 §4). */
export const callsFeed: Feed = {
  name: 'calls',
  pagedByTimes: false,
  findEntry: findCallEntry,
  hasStamp: stampFinder(sql`calls where true`),
};
/** The feed of topic matches (api-v2 §4). It has the calls that are COMPLETE. */
export const callTopicsFeed: Feed = {
  name: 'call_topics',
  pagedByTimes: false,
  findEntry: findCallEntry,
  hasStamp: stampFinder(sql`calls where state = 'COMPLETE'`),
};
/** The feed of deleted calls (api-v2 §4). */
export const deletedCallsFeed: Feed = {
  name: 'calls/deleted',
  pagedByTimes: false,
  findEntry: findDeletedEntry,
  hasStamp: stampFinder(sql`deleted_calls where true`),
};

/** How many calls are waiting for their first analysis, or are in it. */
export async function countAnalyzing(db: Db, scope: Scope): Promise<number> {
  const found = await sql<{ count: number }>`select count(*) as count from calls
    where account_id = ${scope.accountId} and state = 'ANALYZING'`.execute(db);
  return found.rows[0]!.count;
}

/** The maximum number of ids that a search returns. */
const SEARCH_LIMIT = 1000;

/** Ids of calls that have this metadata value, by id. */
export async function searchCalls(db: Db, scope: Scope, digest: string): Promise<string[]> {
  const found = await db
    .selectFrom('metadata_values')
    .select('call_id')
    .where('account_id', '=', scope.accountId)
    .where('digest', '=', digest)
    .orderBy('call_id')
    .limit(SEARCH_LIMIT)
    .execute();
  return found.map((row) => row.call_id);
}

/** Ids of the calls whose own id, in lower case, is this one: a search for `metadata.id`. */
export async function searchCallIds(db: Db, scope: Scope, loweredId: string): Promise<string[]> {
  const found = await sql<{ call_id: string }>`select call_id from calls
    where account_id = ${scope.accountId} and lower(call_id) = ${loweredId}
    order by call_id limit ${SEARCH_LIMIT}`.execute(db);
  return found.rows.map((row) => row.call_id);
}
