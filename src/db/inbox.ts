import { type RawBuilder, sql } from 'kysely';
import { INBOX_DAYS, INBOX_KINDS, type InboxKind, MAX_COUNTED } from '../contract/inbox.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Tx } from './database.js';
import { type CallViewer, visible } from './visibility.js';

// A person's inbox. Its items are not stored: they are what waits for them now, as the things themselves are shown.
// Only what they have read is.

/** Whose inbox it is, and when it is looked at. */
export interface InboxOwner extends CallViewer {
  /** Their id first, then those of users merged into them. */
  readonly userIds: readonly [string, ...string[]];
  /** Whether they may act for people whose calls they see. */
  readonly isManager: boolean;
  readonly now: Micros;
  /** When today begins and ends for them. */
  readonly today: readonly [Micros, Micros];
}

/** An item; its text is HTML in a mention. */
export interface InboxRow {
  readonly id: string;
  readonly kind: InboxKind;
  readonly thingId: string;
  readonly callId: string | null;
  readonly at: Micros;
  readonly byId: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly text: string | null;
  readonly startTime: number | null;
  readonly read: boolean;
}

/** Which items: null means all. */
export interface InboxFilter {
  readonly kind: InboxKind | null;
  readonly isUnread: boolean;
}

const DAY: Micros = 86_400_000_000;
const at = (time: Micros) => sql`${toTimestamp(time)}::timestamptz`;

/**
 * By kind, the query of its items: thing_id, call_id, at, by_id, text and start_time. The rules of who may acknowledge,
 * resolve and retry are those of services/scorecards and services/recordings.
 */
function queries(owner: InboxOwner): Record<InboxKind, RawBuilder<unknown>> {
  const { accountId, sight, userIds, isManager, now, today } = owner;
  const own = sql`${[...userIds]}::text[]`;
  const since = at(now - INBOX_DAYS * DAY);
  const sees = visible(sight, 'c');
  const meetings = (mine: string, other: string) => sql`select meeting_id as thing_id, null as call_id,
      scheduled_at as at, ${sql.ref(other)} as by_id, null as text, null::float8 as start_time
    from meetings where account_id = ${accountId} and ${sql.ref(mine)} = any(${own}) and ended_at is null
      and scheduled_at >= ${at(today[0])} and scheduled_at < ${at(today[1])}`;
  const ownTeams = sql`array(select team_id from users where account_id = ${accountId} and user_id = any(${own})
      and team_id is not null
    union select team_id from teams where account_id = ${accountId} and manager_id = any(${own}))`;
  const clipShares = (recipients: RawBuilder<unknown>, ids: RawBuilder<unknown>) => sql`select clip_id, shared_at,
      shared_by, message
    from clip_shares where account_id = ${accountId} and ${recipients} && ${ids} and ${recipients} <> '{}'
      and revoked_at is null and shared_at > ${since} and shared_by <> all(${own})`;
  return {
    mention: sql`select f.feedback_id as thing_id, f.call_id, f.feedback_at as at, f.feedback_by as by_id, f.text,
        f.start_time
      from feedback f join calls c on c.account_id = f.account_id and c.call_id = f.call_id
      where f.account_id = ${accountId} and f.mentions && ${own} and f.mentions <> '{}' and not f.deleted
        and f.feedback_at > ${since} and f.feedback_by <> all(${own}) and ${sees}`,
    share: sql`select s.share_id as thing_id, s.call_id, s.shared_at as at, s.shared_by as by_id, s.message as text,
        null::float8 as start_time
      from shares s where s.account_id = ${accountId} and s.recipient_user_ids && ${own}
        and s.recipient_user_ids <> '{}' and s.revoked_at is null and s.shared_at > ${since}
        and s.shared_by <> all(${own})`,
    clip: sql`select distinct on (s.clip_id) s.clip_id as thing_id, null as call_id, s.shared_at as at,
        s.shared_by as by_id, coalesce(s.message, k.title) as text, null::float8 as start_time
      from (${clipShares(sql`recipient_user_ids`, own)} union ${clipShares(sql`recipient_team_ids`, ownTeams)}) as s
        join clips k on k.account_id = ${accountId} and k.clip_id = s.clip_id
      order by s.clip_id, s.shared_at desc`,
    result: sql`select r.result_id as thing_id, r.call_id, greatest(r.score_time, r.resolved_at) as at,
        r.reviewer_id as by_id, k.name as text, null::float8 as start_time
      from results r join calls c on c.account_id = r.account_id and c.call_id = r.call_id
        join scorecards k on k.account_id = r.account_id and k.scorecard_id = r.scorecard_id
      where r.account_id = ${accountId} and r.state = 'SUBMITTED' and c.caller_id = any(${own})
        and greatest(r.score_time, r.resolved_at) > ${since}`,
    dispute: sql`select r.result_id as thing_id, r.call_id, r.disputed_at as at, c.caller_id as by_id,
        r.dispute_reason as text, null::float8 as start_time
      from results r join calls c on c.account_id = r.account_id and c.call_id = r.call_id
      where r.account_id = ${accountId} and r.state = 'DISPUTED' and r.disputed_at > ${since}
        and (${isManager} or r.reviewer_id = any(${own})) and c.caller_id <> all(${own}) and ${sees}`,
    meeting: sql`${meetings('coach_id', 'recipient_id')} union ${meetings('recipient_id', 'coach_id')}`,
    failure: sql`select c.call_id as thing_id, c.call_id, coalesce(p.at, c.created_at) as at, null as by_id,
        coalesce(p.reason, c.error_reason) as text, null::float8 as start_time
      from (select call_id from processing_steps where account_id = ${accountId} and state = 'failed'
          union select call_id from calls where account_id = ${accountId} and state = 'ERROR') as broken
        join calls c on c.account_id = ${accountId} and c.call_id = broken.call_id
        left join lateral (select max(finished_at) as at, min(reason) as reason from processing_steps
          where account_id = ${accountId} and call_id = c.call_id and state = 'failed') as p on true
      where (${isManager} or c.caller_id = any(${own})) and coalesce(p.at, c.created_at) > ${since} and ${sees}`,
  };
}

/** The items of the kinds, as `i`, each with whether it is read; the newest of each kind, up to a number. */
function items(owner: InboxOwner, kinds: readonly InboxKind[], which: RawBuilder<unknown>, most: number) {
  const found = queries(owner);
  const { accountId, userIds } = owner;
  const [userId] = userIds;
  const readOnes = sql`left join inbox_marks m on m.account_id = ${accountId} and m.user_id = ${userId}
    left join inbox_reads x on x.account_id = ${accountId} and x.user_id = ${userId}`;
  const each = kinds.map(
    (kind) => sql`(select * from (select ${kind} || ':' || i.thing_id as id, ${kind}::text as kind, i.*,
        coalesce(x.read, i.at <= m.read_until, false) as read
      from (${found[kind]}) as i ${readOnes} and x.item_id = ${kind} || ':' || i.thing_id and x.item_at = i.at) as i
      where ${which} order by i.at desc, i.id desc limit ${most})`,
  );
  return sql`(${sql.join(each, sql` union all `)}) as i`;
}

/** A page of the inbox, the newest first. */
export async function selectInbox(
  db: Db | Tx,
  owner: InboxOwner,
  { kind, isUnread }: InboxFilter,
  { after, limit }: { readonly after: readonly [Micros, string] | null; readonly limit: number },
): Promise<InboxRow[]> {
  const which = sql`${isUnread ? sql`not i.read` : sql`true`}
    and ${after === null ? sql`true` : sql`(i.at, i.id) < (${at(after[0])}, ${after[1]})`}`;
  const found = await sql<InboxRow>`select i.id, i.kind, i.thing_id as "thingId", i.call_id as "callId", i.at,
      i.by_id as "byId", u.first_name as "firstName", u.last_name as "lastName", i.text,
      i.start_time as "startTime", i.read
    from ${items(owner, kind === null ? INBOX_KINDS : [kind], which, limit)}
      left join users u on u.account_id = ${owner.accountId} and u.user_id = i.by_id
    order by i.at desc, i.id desc limit ${limit}`.execute(db);
  return found.rows;
}

/** The query of the number of unread items by kind; kinds without any are missing. */
export function unreadCounts(owner: InboxOwner): RawBuilder<{ kind: InboxKind; count: number }> {
  return sql`select i.kind, count(*) as count
    from ${items(owner, INBOX_KINDS, sql`not i.read`, MAX_COUNTED)} group by i.kind`;
}

/** The number of unread items by kind; kinds without any are missing. */
export async function countUnread(db: Db | Tx, owner: InboxOwner): Promise<ReadonlyMap<InboxKind, number>> {
  const found = await unreadCounts(owner).execute(db);
  return new Map(found.rows.map(({ kind, count }) => [kind, count]));
}

/** The items with these ids, those that are in the inbox, or those that are still to come today. */
export async function selectMarked(db: Db | Tx, owner: InboxOwner, ids: readonly string[] | 'to come'): Promise<Items> {
  const which = ids === 'to come' ? sql`i.at > ${at(owner.now)}` : sql`i.id = any(${[...ids]}::text[])`;
  const kinds = ids === 'to come' ? (['meeting'] as const) : INBOX_KINDS;
  const found = await sql<InboxRow>`select i.id, i.at from ${items(owner, kinds, which, MAX_COUNTED)}`.execute(db);
  return found.rows;
}

type Items = readonly Pick<InboxRow, 'id' | 'at'>[];

/** Marks items as read or unread. Forgets those that have left the inbox. */
export async function writeReads(tx: Tx, owner: InboxOwner, marked: Items, read: boolean): Promise<void> {
  const [userId] = owner.userIds;
  const times = marked.map((item) => toTimestamp(item.at));
  await sql`insert into inbox_reads (account_id, user_id, item_id, item_at, read)
    select ${owner.accountId}, ${userId}, id, at, ${read}
    from unnest(${marked.map(({ id }) => id)}::text[], ${times}::timestamptz[]) as marked (id, at) order by id
    on conflict (account_id, user_id, item_id) do update set item_at = excluded.item_at, read = excluded.read`.execute(
    tx,
  );
  await sql`delete from inbox_reads where account_id = ${owner.accountId} and user_id = ${userId}
    and item_at < ${at(owner.now - INBOX_DAYS * DAY)}`.execute(tx);
}

/** Sets up to when all is read, and forgets what was marked one by one. */
export async function writeReadUntil(tx: Tx, owner: InboxOwner, until: Micros): Promise<void> {
  const [userId] = owner.userIds;
  await sql`insert into inbox_marks (account_id, user_id, read_until)
    values (${owner.accountId}, ${userId}, ${at(until)})
    on conflict (account_id, user_id) do update set read_until = excluded.read_until`.execute(tx);
  await sql`delete from inbox_reads where account_id = ${owner.accountId} and user_id = ${userId}`.execute(tx);
}
