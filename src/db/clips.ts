import { type RawBuilder, sql } from 'kysely';
import type { Clip } from '../contract/clips.js';
import { type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import { filtered, foundIn, type TimedPage } from './filters.js';
import { isUser } from './named-users.js';
import { type CallViewer, visible } from './visibility.js';

/** A clip as a viewer sees it. */
export interface ClipRow extends Omit<Clip, 'createdAt' | 'callTime'> {
  readonly createdAt: Micros;
  readonly callTime: Micros;
}

const source = sql`clips k join calls c on c.account_id = k.account_id and c.call_id = k.call_id
  left join users u on u.account_id = c.account_id and u.user_id = c.caller_id`;

/** The name of the caller, from a row `u` of `users`; null if it is not known. */
export const callerName = sql`nullif(trim(u.first_name || ' ' || u.last_name), '')`;

function columns({ sight }: CallViewer) {
  return sql`k.clip_id as id, k.call_id as "callId", k.title, k.note, k.start_seconds as "startSeconds",
    k.end_seconds as "endSeconds", k.created_by as "createdBy", k.created_at as "createdAt",
    c.call_time as "callTime", ${callerName} as "callerName", ${visible(sight, 'c')} as "wholeCall"`;
}

/** The condition that a user is in one of the teams in `teamIds` now, or manages it. */
export function inTeams(account: RawBuilder<unknown>, teamIds: RawBuilder<unknown>, userId: string) {
  return sql`(exists (select from users member where member.account_id = ${account} and member.user_id = ${userId}
      and member.team_id = any(${teamIds}))
    or exists (select from teams led where led.account_id = ${account} and led.team_id = any(${teamIds})
      and led.manager_id = ${userId}))`;
}

/** The condition that a clip `k` was shared with a user, by a share in force. */
function sharedWith(userId: string) {
  return sql`exists (select from clip_shares shown where shown.account_id = k.account_id and shown.clip_id = k.clip_id
    and shown.revoked_at is null and (${userId} = any(shown.recipient_user_ids)
      or ${inTeams(sql`shown.account_id`, sql`shown.recipient_team_ids`, userId)}))`;
}

/** The condition that the viewer sees a clip `k`: they see its call `c`, or it was shared with them. */
export function seenClip({ sight }: CallViewer): RawBuilder<unknown> {
  return sight === 'all' ? sql`true` : sql`(${visible(sight, 'c')} or ${sharedWith(sight.userId)})`;
}

/** Filters of a list; null means any value. */
export interface ClipFilter {
  readonly callId: string | null;
  readonly createdBy: string | null;
  /** A user with whom the clips were shared. */
  readonly sharedWith: string | null;
  /** A text in the title or the note. */
  readonly q: string | null;
}

/** A page of the clips that the viewer sees, the newest first. */
export async function selectClips(
  db: Db | Tx,
  viewer: CallViewer,
  filter: ClipFilter,
  { after, limit }: TimedPage,
): Promise<ClipRow[]> {
  const found = await sql<ClipRow>`select ${columns(viewer)} from ${source}
    where k.account_id = ${viewer.accountId} and ${seenClip(viewer)} and ${filtered({ 'k.call_id': filter.callId })}
      and ${isUser(viewer, 'k.created_by', filter.createdBy)} and ${foundIn(filter.q, ['k.title', 'k.note'])}
      and ${filter.sharedWith === null ? sql`true` : sharedWith(filter.sharedWith)}
      and (k.created_at, k.clip_id) < (${after.at}::timestamptz, ${after.id})
    order by k.created_at desc, k.clip_id desc limit ${limit}`.execute(db);
  return found.rows;
}

/** The clip; null if it does not exist or the viewer does not see it. */
export async function findClip(db: Db | Tx, viewer: CallViewer, id: string): Promise<ClipRow | null> {
  const found = await sql<ClipRow>`select ${columns(viewer)} from ${source}
    where k.account_id = ${viewer.accountId} and k.clip_id = ${id} and ${seenClip(viewer)}`.execute(db);
  return found.rows[0] ?? null;
}

/** As `findClip`, with the row locked until commit. Its call may be locked before it, not after it. */
export async function lockClip(tx: Tx, viewer: CallViewer, id: string): Promise<ClipRow | null> {
  await sql`select 1 from clips where account_id = ${viewer.accountId} and clip_id = ${id} for no key update`.execute(
    tx,
  );
  return findClip(tx, viewer, id);
}

/** The call of a clip; null if there is no such clip. It is never another one. */
export async function findCallOfClip(db: Db | Tx, { accountId }: Scope, id: string): Promise<string | null> {
  const found = await sql<{ callId: string }>`select call_id as "callId" from clips
    where account_id = ${accountId} and clip_id = ${id}`.execute(db);
  return found.rows[0]?.callId ?? null;
}

/** A clip to be stored. */
export type NewClip = Omit<ClipRow, 'callTime' | 'callerName' | 'wholeCall'>;

/** Adds a clip. */
export async function insertClip(tx: Tx, { accountId }: Scope, clip: NewClip): Promise<void> {
  await sql`insert into clips (account_id, clip_id, call_id, title, note, start_seconds, end_seconds, created_by, created_at)
    values (${accountId}, ${clip.id}, ${clip.callId}, ${clip.title}, ${clip.note}, ${clip.startSeconds},
      ${clip.endSeconds}, ${clip.createdBy}, ${toTimestamp(clip.createdAt)})`.execute(tx);
}

/** Changes what people wrote of a clip. */
export async function writeClip(
  tx: Tx,
  { accountId }: Scope,
  { id, title, note }: Pick<ClipRow, 'id' | 'title' | 'note'>,
): Promise<void> {
  await sql`update clips set title = ${title}, note = ${note}
    where account_id = ${accountId} and clip_id = ${id}`.execute(tx);
}

/** Removes a clip with its shares and its places in playlists. */
export async function removeClip(tx: Tx, { accountId }: Scope, id: string): Promise<void> {
  await sql`delete from clips where account_id = ${accountId} and clip_id = ${id}`.execute(tx);
}
