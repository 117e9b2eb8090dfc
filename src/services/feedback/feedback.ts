import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { type Feedback, FeedbackInput, FeedbackPatch } from '../../contract/feedback.js';
import { atomic } from '../../db/atomic.js';
import type { Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import {
  type FeedbackFilter,
  type FeedbackRow,
  feedbackFeed,
  findFeedback,
  insertFeedback,
  lockComment,
  lockFeedback,
  removeFeedback,
  selectFeedback,
  writeFeedback,
} from '../../db/feedback.js';
import type { TimedPage } from '../../db/filters.js';
import type { SeenCall } from '../../db/seen-calls.js';
import { readSight, seesCall } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import { renameMentions } from '../../rules/mentions.js';
import { formatInstant } from '../../wire/instants.js';
import { type Actor, mayActFor, requireAdmin, requireUser, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import { holdSeenCall, readSeenCall } from '../calls/seen-call.js';
import type { DbDeps, Deps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { instantField } from '../instant-field.js';
import { requireUserId, requireUsers } from '../people/named-users.js';
import { cleanText } from './feedback-text.js';

const checkInput = compileCheck(FeedbackInput);
const checkPatch = compileCheck(FeedbackPatch);

const show = (row: FeedbackRow): Feedback => ({ ...row, feedbackAt: formatInstant(row.feedbackAt) });

/** A page of the comments and highlights of calls that the actor sees, the oldest first. */
export async function listFeedback(
  { db }: DbDeps,
  actor: Actor,
  filter: FeedbackFilter,
  page: TimedPage,
): Promise<Feedback[]> {
  return (await selectFeedback(db, actor, filter, page)).map(show);
}

/** One comment or highlight; throws `not_found`, also where the actor does not see its call. */
export async function readFeedback({ db }: DbDeps, actor: Actor, id: string): Promise<Feedback> {
  const row = await findFeedback(db, actor, id);
  if (row === null) throw noSuchFeedback();
  return show(row);
}

/**
 * Adds a comment, a reply or a highlight. An administrator may import history: with its id, its time and its author,
 * and with mentions of users who have left.
 */
export async function createFeedback({ db, clock }: Deps, actor: Actor, body: unknown): Promise<Feedback> {
  const input = checkInput(body);
  const isHistory = input.feedbackAt !== undefined;
  const feedbackAt = input.feedbackAt === undefined ? clock.now() : instantField('feedbackAt', input.feedbackAt);
  for (const field of ['id', 'feedbackAt'] as const) if (input[field] !== undefined) requireAdmin(actor, field);
  const author = requireUser(actor, 'feedbackBy', input.feedbackBy);
  const { id = randomUUID(), callId, endTime = null } = input;
  return atomic(db, async (tx) => {
    const call = await holdSeenCall(tx, actor, callId);
    const feedbackBy = await requireUserId(tx, actor, 'feedbackBy', author);
    const named = await namedMentions(tx, actor, callId, input.mentions ?? [], isHistory);
    const mentions = [...new Set(named.values())];
    const thread = input.replyTo == null ? null : await lockThread(tx, actor, callId, input.replyTo);
    if (thread !== null && endTime !== null) throw invalid('endTime', 'is only for highlights', 'null in a reply');
    const startTime = input.startTime ?? thread?.startTime;
    if (startTime === undefined) throw invalid('startTime', 'is missing', 'seconds, a number from 0 to 1000000');
    requireRange(call, startTime, endTime);
    const text = requireText(input.text ?? null, named, endTime !== null);
    const replyTo = thread?.id ?? null;
    const row = { id, callId, feedbackBy, feedbackAt, text, startTime, endTime, replyTo, mentions };
    if (!(await insertFeedback(tx, actor, row))) {
      throw new AppError('conflict', `There is feedback ${id} already.`, { field: 'id' });
    }
    const after = await readFeedback({ db: tx }, actor, id);
    await recordChange(tx, actor, { kind: 'feedback', id, callId, before: null, after, concerns: mentions });
    await stampEntries(tx, actor, feedbackFeed, [id]);
    return after;
  });
}

/** Changes one's own comment or highlight, and admins anybody's. */
export async function updateFeedback(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Feedback> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    const before = await requireFeedback(tx, actor, id, ifMatch);
    if (!mayActFor(actor, before.feedbackBy)) {
      throw new AppError('forbidden', 'Only its author and admins may change it.');
    }
    const given = patch.mentions ?? before.mentions;
    const added = given.filter((mention) => !before.mentions.includes(mention));
    const others = await namedMentions(tx, actor, before.callId, added, false);
    const named = new Map(given.map((mention) => [mention, others.get(mention) ?? mention]));
    const mentions = [...new Set(named.values())];
    if (before.isComment && patch.endTime != null)
      throw invalid('endTime', 'is only for highlights', 'null in a comment');
    if (before.isHighlight && patch.endTime === null) throw invalid('endTime', 'is null', 'seconds in a highlight');
    const startTime = patch.startTime ?? before.startTime;
    const endTime = patch.endTime ?? before.endTime;
    if (startTime !== before.startTime || endTime !== before.endTime) {
      requireRange(await readSeenCall(tx, actor, before.callId), startTime, endTime);
    }
    // Cleaned also where only mentions changed: the text still marks users who are mentioned no more.
    const text = requireText(patch.text === undefined ? before.text : patch.text, named, before.isHighlight);
    const after: Feedback = { ...before, text, startTime, endTime, mentions };
    if (JSON.stringify(after) === JSON.stringify(before)) return before;
    await writeFeedback(tx, actor, after);
    await recordChange(tx, actor, {
      kind: 'feedback',
      id,
      callId: before.callId,
      before,
      after,
      concerns: [...before.mentions, ...mentions],
    });
    await stampEntries(tx, actor, feedbackFeed, [id]);
    return after;
  });
}

/**
 * Deletes a comment or highlight; managers who see the call may delete anybody's. Replies are other people's words:
 * they stay, below a comment without text, which is shown until the last of them is deleted. The feed shows it no more
 * at once.
 */
export async function deleteFeedback(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const before = await requireFeedback(tx, actor, id, ifMatch);
    if (!mayActFor(actor, before.feedbackBy) && userOf(actor)?.role !== 'manager') {
      throw new AppError('forbidden', 'Only its author, managers who see the call and admins may delete it.');
    }
    await removeFeedback(tx, actor, id);
    await recordChange(tx, actor, {
      kind: 'feedback',
      id,
      callId: before.callId,
      before,
      after: null,
      concerns: before.mentions,
    });
  });
}

/** A comment or highlight that is not deleted, locked until commit. */
async function requireFeedback(tx: Tx, actor: Actor, id: string, ifMatch: string | null): Promise<Feedback> {
  const row = await lockFeedback(tx, actor, id);
  if (row === null || row.deleted) throw noSuchFeedback();
  const found = show(row);
  requireMatch(ifMatch, etagOf(found));
  return found;
}

/** The comment that a reply is to, locked against being deleted until commit. Threads are one level deep. */
async function lockThread(
  tx: Tx,
  actor: Actor,
  callId: string,
  id: string,
): Promise<{ readonly id: string; readonly startTime: number }> {
  const comment = await lockComment(tx, actor, callId, id);
  if (comment === null) throw invalid('replyTo', 'names no comment on this call', "a comment's id");
  if (comment.replyTo !== null) {
    throw invalid('replyTo', 'names a reply', `the comment that begins its thread: ${comment.replyTo}`);
  }
  return comment;
}

/**
 * The ids of mentioned users, by the ids that the body has for them. Each must be active and see the call, or nobody
 * could notify them; history may mention anybody of the account.
 */
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
