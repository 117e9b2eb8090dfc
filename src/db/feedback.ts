import { sql } from 'kysely';
import type { FeedbackEntry } from '../contract/feedback.js';
import { formatInstant, type Micros } from '../wire/instants.js';
import type { Db, Scope } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';

/** Deleted ones are known to it, so that a page which ended at one goes on behind it; no page shows them. */
export const feedbackFeed = feedTable({
  name: 'feedback',
  table: 'feedback',
  id: 'feedback_id',
  times: ['feedback_at'],
});

export interface FeedbackRow {
  readonly id: string;
  readonly stamp: Micros;
  readonly feedbackAt: Micros;
  readonly entry: FeedbackEntry;
}

type Row = Omit<FeedbackEntry, 'feedbackAt' | 'modified'> & { readonly feedbackAt: Micros; readonly modified: Micros };

/** A page of the feed of comments and highlights. */
export async function feedbackAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<FeedbackRow[]> {
  const page = await sql<Row>`select f.feedback_at as "feedbackAt", f.stamp as modified, f.call_id as "callId",
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
