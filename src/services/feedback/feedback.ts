import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Clock } from '../../clock.js';
import { compileCheck } from '../../contract/check.js';
import { FeedbackInput, FeedbackPatch } from '../../contract/feedback.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { feedbackFeed } from '../../db/feedback.js';
import { filtered } from '../../db/filters.js';
import { isUser } from '../../db/named-users.js';
import { readSight, seesCall, visible } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import { renameMentions } from '../../rules/mentions.js';
import { formatInstant, type Micros, toTimestamp } from '../../wire/instants.js';
import { type Actor, mayActFor, requireAdmin, requireUser, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import { holdSeenCall, readSeenCall, type SeenCall } from '../calls/seen-call.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { givenInstant } from '../given-instant.js';
import { requireUserId, requireUsers } from '../people/named-users.js';
import { cleanText } from './feedback-text.js';

const checkInput = compileCheck(FeedbackInput);
const checkPatch = compileCheck(FeedbackPatch);

/** A comment or highlight, as /api/v1 shows it. */
export interface GivenFeedback {
  readonly id: string;
  readonly callId: string;
  readonly feedbackBy: string;
  readonly feedbackAt: string;
  readonly isComment: boolean;
  readonly isHighlight: boolean;
  /** Sanitised HTML; null on highlights without text, and on deleted ones. */
  readonly text: string | null;
  /** Seconds. */
  readonly startTime: number;
  readonly endTime: number | null;
  /** The comment that begins the thread. */
  readonly replyTo: string | null;
  readonly mentions: readonly string[];
  /** Only as long as there are replies to show below it. */
  readonly deleted: boolean;
}

export interface FeedbackDeps {
  readonly db: Db;
  readonly clock: Clock;
}

type Row = Omit<GivenFeedback, 'feedbackAt'> & { readonly feedbackAt: Micros };

const columns = sql`f.feedback_id as id, f.call_id as "callId", f.feedback_by as "feedbackBy", f.feedback_at as "feedbackAt",
  f.kind = 'comment' as "isComment", f.kind = 'highlight' as "isHighlight", f.text, f.start_time as "startTime",
  f.end_time as "endTime", f.reply_to as "replyTo", f.mentions, f.deleted`;
const source = sql`feedback f join calls c on c.account_id = f.account_id and c.call_id = f.call_id`;
/** A deleted comment holds the place above its replies. */
const shown = sql`(not f.deleted or exists (select from feedback r
  where r.account_id = f.account_id and r.reply_to = f.feedback_id and not r.deleted))`;

const show = (row: Row): GivenFeedback => ({ ...row, feedbackAt: formatInstant(row.feedbackAt) });

export interface FeedbackFilter {
  readonly callId: string | null;
  readonly feedbackBy: string | null;
  readonly kind: string | null;
}

/** Comments and highlights of the calls that somebody sees, the oldest first. */
export async function listFeedback(
  { db }: DbDeps,
  actor: Actor,
  filter: FeedbackFilter,
  page: { readonly after: { readonly at: string; readonly id: string }; readonly limit: number },
): Promise<GivenFeedback[]> {
  const given = filtered({ 'f.call_id': filter.callId, 'f.kind': filter.kind });
  const found = await sql<Row>`select ${columns} from ${source}
    where f.account_id = ${actor.accountId} and ${visible(actor.sight, 'c')} and ${given} and ${shown}
      and ${isUser(actor, 'f.feedback_by', filter.feedbackBy)}
      and (f.feedback_at, f.feedback_id) > (${page.after.at}::timestamptz, ${page.after.id})
    order by f.feedback_at, f.feedback_id limit ${page.limit}`.execute(db);
  return found.rows.map(show);
}

export async function readFeedback({ db }: DbDeps, actor: Actor, id: string): Promise<GivenFeedback> {
  const found = await sql<Row>`select ${columns} from ${source}
    where f.account_id = ${actor.accountId} and f.feedback_id = ${id} and ${visible(actor.sight, 'c')} and ${shown}`.execute(
    db,
  );
  const row = found.rows[0];
  if (!row) throw noSuchFeedback();
  return show(row);
}

export async function createFeedback({ db, clock }: FeedbackDeps, actor: Actor, body: unknown): Promise<GivenFeedback> {
  const input = checkInput(body);
  const isHistory = input.feedbackAt !== undefined;
  const feedbackAt = input.feedbackAt === undefined ? clock.now() : givenInstant('feedbackAt', input.feedbackAt);
  for (const field of ['id', 'feedbackAt'] as const) if (input[field] !== undefined) requireAdmin(actor, field);
  const author = requireUser(actor, 'feedbackBy', input.feedbackBy);
  const id = input.id ?? randomUUID();
  return atomic(db, async (tx) => {
    const call = await holdSeenCall(tx, actor, input.callId);
    const feedbackBy = await requireUserId(tx, actor, 'feedbackBy', author);
    const named = await namedMentions(tx, actor, input.callId, input.mentions ?? [], isHistory);
    const mentions = [...new Set(named.values())];
    const thread = input.replyTo == null ? null : await lockThread(tx, actor, input.callId, input.replyTo);
    const endTime = input.endTime ?? null;
    if (thread !== null && endTime !== null) throw invalid('endTime', 'is of highlights', 'null in a reply');
    const startTime = input.startTime ?? thread?.startTime;
    if (startTime === undefined) throw invalid('startTime', 'is missing', 'seconds, a number from 0 to 1000000');
    requireRange(call, startTime, endTime);
    const text = requireText(input.text ?? null, named, endTime !== null);
    const made = await sql`insert into feedback (account_id, feedback_id, call_id, kind, feedback_by, feedback_at, text,
        start_time, end_time, reply_to, mentions)
      values (${actor.accountId}, ${id}, ${input.callId}, ${endTime === null ? 'comment' : 'highlight'}, ${feedbackBy},
        ${toTimestamp(feedbackAt)}, ${text}, ${startTime}, ${endTime}, ${thread?.id ?? null}, ${mentions})
      on conflict (account_id, feedback_id) do nothing returning 1`.execute(tx);
    if (made.rows.length === 0) throw new AppError('conflict', `There is feedback ${id} already.`, { field: 'id' });
    const after = await readFeedback({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'feedback', id, callId: input.callId, before: null, after });
    await stampEntries(tx, actor, feedbackFeed, [id]);
    return after;
  });
}

export async function updateFeedback(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<GivenFeedback> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    const before = await lockFeedback(tx, actor, id, ifMatch);
    if (!mayActFor(actor, before.feedbackBy)) {
      throw new AppError('forbidden', 'Only who wrote it may change it, and admins.');
    }
    const given = patch.mentions ?? before.mentions;
    const added = given.filter((mention) => !before.mentions.includes(mention));
    const others = await namedMentions(tx, actor, before.callId, added, false);
    const named = new Map(given.map((mention) => [mention, others.get(mention) ?? mention]));
    const mentions = [...new Set(named.values())];
    if (before.isComment && patch.endTime != null) throw invalid('endTime', 'is of highlights', 'null in a comment');
    if (before.isHighlight && patch.endTime === null) throw invalid('endTime', 'is null', 'seconds in a highlight');
    const startTime = patch.startTime ?? before.startTime;
    const endTime = patch.endTime ?? before.endTime;
    if (startTime !== before.startTime || endTime !== before.endTime) {
      requireRange(await readSeenCall(tx, actor, before.callId), startTime, endTime);
    }
    // Cleaned again also where only mentions changed: those that are none any more lose their mark in the text.
    const text = requireText(patch.text === undefined ? before.text : patch.text, named, before.isHighlight);
    const after: GivenFeedback = { ...before, text, startTime, endTime, mentions };
    if (JSON.stringify(after) === JSON.stringify(before)) return before;
    await sql`update feedback set text = ${text}, start_time = ${startTime}, end_time = ${endTime}, mentions = ${mentions}
      where account_id = ${actor.accountId} and feedback_id = ${id}`.execute(tx);
    await recordChange(tx, actor, { kind: 'feedback', id, callId: before.callId, before, after });
    await stampEntries(tx, actor, feedbackFeed, [id]);
    return after;
  });
}

/**
 * Deletes a comment or highlight. Replies are other people's words and stay, below a place without text that goes with
 * the last of them; the feed shows it no more at once.
 */
export async function deleteFeedback(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const before = await lockFeedback(tx, actor, id, ifMatch);
    if (!mayActFor(actor, before.feedbackBy) && userOf(actor)?.role !== 'manager') {
      throw new AppError('forbidden', 'Only who wrote it may delete it, managers who see the call, and admins.');
    }
    await sql`update feedback set deleted = true, text = null, mentions = '{}'
      where account_id = ${actor.accountId} and feedback_id = ${id}`.execute(tx);
    await recordChange(tx, actor, { kind: 'feedback', id, callId: before.callId, before, after: null });
  });
}

/** Something that is not deleted, locked until commit. */
async function lockFeedback(tx: Tx, actor: Actor, id: string, ifMatch: string | null): Promise<GivenFeedback> {
  await sql`select 1 from feedback
    where account_id = ${actor.accountId} and feedback_id = ${id} for no key update`.execute(tx);
  const found = await readFeedback({ db: tx }, actor, id);
  if (found.deleted) throw noSuchFeedback();
  requireMatch(ifMatch, etagOf(found));
  return found;
}

/** The comment that a reply belongs below, locked against being deleted meanwhile. Threads are one level deep. */
async function lockThread(
  tx: Tx,
  actor: Actor,
  callId: string,
  id: string,
): Promise<{ readonly id: string; readonly startTime: number }> {
  const found = await sql<{ id: string; startTime: number; replyTo: string | null }>`
    select feedback_id as id, start_time as "startTime", reply_to as "replyTo" from feedback
    where account_id = ${actor.accountId} and call_id = ${callId} and feedback_id = ${id} and kind = 'comment'
      and not deleted for share`.execute(tx);
  const comment = found.rows[0];
  if (!comment) throw invalid('replyTo', 'names no comment on this call', "a comment's id");
  if (comment.replyTo !== null) {
    throw invalid('replyTo', 'names a reply', `the comment that begins its thread: ${comment.replyTo}`);
  }
  return comment;
}

/** The users who are mentioned, by the ids that were given. Whom nobody could tell is not: each must see the call. History may mention those who have left. */
async function namedMentions(
  tx: Tx,
  actor: Actor,
  callId: string,
  mentions: readonly string[],
  isHistory: boolean,
): Promise<ReadonlyMap<string, string>> {
  const userIds = await requireUsers(tx, actor, 'mentions', mentions, isHistory ? 'any' : 'active');
  const named = new Map(mentions.map((mention, index) => [mention, userIds[index]!]));
  if (isHistory) return named;
  const blind: string[] = [];
  for (const userId of named.values()) {
    const sight = await readSight(tx, actor, userId);
    if (sight === null || !(await seesCall(tx, { accountId: actor.accountId, sight }, callId))) blind.push(userId);
  }
  if (blind.length === 0) return named;
  throw invalid(
    'mentions',
    `has users who do not see this call (${blind.slice(0, 10).join(', ')})`,
    'ids of users who see the call',
  );
}

function requireRange({ lengthSeconds }: SeenCall, startTime: number, endTime: number | null): void {
  if (endTime !== null && endTime <= startTime) {
    throw invalid('endTime', `${endTime} is not after startTime`, 'seconds after startTime');
  }
  if (lengthSeconds === null) return;
  const within = `seconds up to the call's length of ${lengthSeconds}`;
  if (startTime > lengthSeconds) throw invalid('startTime', `${startTime} is after the call's end`, within);
  if (endTime !== null && endTime > lengthSeconds)
    throw invalid('endTime', `${endTime} is after the call's end`, within);
}

function requireText(text: string | null, named: ReadonlyMap<string, string>, isHighlight: boolean): string | null {
  const clean = text === null ? null : cleanText(text, [...named.keys()]);
  if (clean !== null) return renameMentions(clean, named);
  if (isHighlight) return null;
  throw invalid('text', 'has nothing to read', 'text, or HTML with some in it');
}

function noSuchFeedback(): AppError {
  return new AppError('not_found', 'There is no such comment or highlight.');
}
