import { sql } from 'kysely';
import type { Feedback, FeedbackEntry } from '../contract/feedback.js';
import { formatInstant, type Micros, toTimestamp } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';
import { filtered, type TimedPage } from './filters.js';
import { isUser } from './named-users.js';
import { holdCallOf } from './seen-calls.js';
import { type CallViewer, visible } from './visibility.js';

// Comments and highlights. A deleted one keeps its row without the text, for its replies and for the feed.

/**
 * The feed of comments and highlights (api-v2 §4). It knows deleted ones, so that paging continues after one; no page
 * shows them.
 */
export const feedbackFeed = feedTable({
  name: 'feedback',
  table: 'feedback',
  id: 'feedback_id',
  times: ['feedback_at'],
});

/** An entry of the feed, with what its position is remembered by. */
export interface FeedbackFeedRow {
  readonly id: string;
  readonly stamp: Micros;
  readonly feedbackAt: Micros;
  readonly entry: FeedbackEntry;
}

type EntryRow = Omit<FeedbackEntry, 'feedbackAt' | 'modified'> & {
  readonly feedbackAt: Micros;
  readonly modified: Micros;
};

/** A page of the feed of comments and highlights. */
export async function feedbackAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<FeedbackFeedRow[]> {
  const page = await sql<EntryRow>`select f.feedback_at as "feedbackAt", f.stamp as modified, f.call_id as "callId",
      f.feedback_by as "feedbackBy", f.kind = 'comment' as "isComment", f.kind = 'highlight' as "isHighlight", f.text,
      f.start_time as "startTime", f.end_time as "endTime", f.feedback_id as id
    from feedback f ${pageAfter(feedbackFeed, 'f', scope, after, limit, sql`not f.deleted`)}`.execute(db);
  return page.rows.map((row) => ({
    id: row.id,
    stamp: row.modified,
    feedbackAt: row.feedbackAt,
    entry: { ...row, feedbackAt: formatInstant(row.feedbackAt), modified: formatInstant(row.modified) },
  }));
}

/** A stored comment or highlight. */
export type FeedbackRow = Omit<Feedback, 'feedbackAt'> & { readonly feedbackAt: Micros };

const columns = sql`f.feedback_id as id, f.call_id as "callId", f.feedback_by as "feedbackBy",
  f.feedback_at as "feedbackAt", f.kind = 'comment' as "isComment", f.kind = 'highlight' as "isHighlight", f.text,
  f.start_time as "startTime", f.end_time as "endTime", f.reply_to as "replyTo", f.mentions, f.deleted`;
const source = sql`feedback f join calls c on c.account_id = f.account_id and c.call_id = f.call_id`;
/** The condition for rows that are shown. A deleted comment is shown as long as it has replies. */
const shown = sql`(not f.deleted or exists (select from feedback r
  where r.account_id = f.account_id and r.reply_to = f.feedback_id and not r.deleted))`;

/** Filters of a list; null means any value. */
export interface FeedbackFilter {
  readonly callId: string | null;
  readonly feedbackBy: string | null;
  readonly kind: 'comment' | 'highlight' | null;
}

/** A page of the comments and highlights of calls that the viewer sees, oldest first. */
export async function selectFeedback(
  db: Db | Tx,
  viewer: CallViewer,
  { callId, feedbackBy, kind }: FeedbackFilter,
  { after, limit }: TimedPage,
): Promise<FeedbackRow[]> {
  const found = await sql<FeedbackRow>`select ${columns} from ${source}
    where f.account_id = ${viewer.accountId} and ${visible(viewer.sight, 'c')} and ${shown}
      and ${filtered({ 'f.call_id': callId, 'f.kind': kind })} and ${isUser(viewer, 'f.feedback_by', feedbackBy)}
      and (f.feedback_at, f.feedback_id) > (${after.at}::timestamptz, ${after.id})
    order by f.feedback_at, f.feedback_id limit ${limit}`.execute(db);
  return found.rows;
}

/** The comment or highlight; null if it does not exist or the viewer does not see it. */
export async function findFeedback(db: Db | Tx, viewer: CallViewer, id: string): Promise<FeedbackRow | null> {
  const found = await sql<FeedbackRow>`select ${columns} from ${source}
    where f.account_id = ${viewer.accountId} and f.feedback_id = ${id} and ${visible(viewer.sight, 'c')}
      and ${shown}`.execute(db);
  return found.rows[0] ?? null;
}

/** As `findFeedback`, with the call and the row locked until commit. */
export async function lockFeedback(tx: Tx, viewer: CallViewer, id: string): Promise<FeedbackRow | null> {
  await holdCallOf(tx, viewer, 'feedback', id);
  await sql`select 1 from feedback
    where account_id = ${viewer.accountId} and feedback_id = ${id} for no key update`.execute(tx);
  return findFeedback(tx, viewer, id);
}

/** A comment of the call, locked against deletion until commit; null if it does not exist or is deleted. */
export async function lockComment(
  tx: Tx,
  scope: Scope,
  callId: string,
  id: string,
): Promise<Pick<FeedbackRow, 'id' | 'startTime' | 'replyTo'> | null> {
  const found = await sql<Pick<FeedbackRow, 'id' | 'startTime' | 'replyTo'>>`
    select feedback_id as id, start_time as "startTime", reply_to as "replyTo" from feedback
    where account_id = ${scope.accountId} and call_id = ${callId} and feedback_id = ${id} and kind = 'comment'
      and not deleted for share`.execute(tx);
  return found.rows[0] ?? null;
}

/** Adds a highlight, or a comment if it has no end time. False if the id is taken. */
export async function insertFeedback(
  tx: Tx,
  scope: Scope,
  row: Omit<FeedbackRow, 'isComment' | 'isHighlight' | 'deleted'>,
): Promise<boolean> {
  const kind = row.endTime === null ? 'comment' : 'highlight';
  const made = await sql`insert into feedback (account_id, feedback_id, call_id, kind, feedback_by, feedback_at, text,
      start_time, end_time, reply_to, mentions)
    values (${scope.accountId}, ${row.id}, ${row.callId}, ${kind}, ${row.feedbackBy}, ${toTimestamp(row.feedbackAt)},
      ${row.text}, ${row.startTime}, ${row.endTime}, ${row.replyTo}, ${row.mentions})
    on conflict (account_id, feedback_id) do nothing returning 1`.execute(tx);
  return made.rows.length > 0;
}

/** Stores the new values of a comment or highlight. */
export async function writeFeedback(
  tx: Tx,
  scope: Scope,
  { id, text, startTime, endTime, mentions }: Pick<FeedbackRow, 'id' | 'text' | 'startTime' | 'endTime' | 'mentions'>,
): Promise<void> {
  await sql`update feedback set text = ${text}, start_time = ${startTime}, end_time = ${endTime}, mentions = ${mentions}
    where account_id = ${scope.accountId} and feedback_id = ${id}`.execute(tx);
}

/** Marks it as deleted and erases its text and mentions. Its row stays. */
export async function removeFeedback(tx: Tx, scope: Scope, id: string): Promise<void> {
  await sql`update feedback set deleted = true, text = null, mentions = '{}'
    where account_id = ${scope.accountId} and feedback_id = ${id}`.execute(tx);
}
