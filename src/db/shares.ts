import { sql } from 'kysely';
import type { ShareEntry } from '../contract/shares.js';
import { formatInstant, type Micros } from '../wire/instants.js';
import type { Db, Scope } from './database.js';
import type { Position } from './feed.js';
import { feedTable, pageAfter } from './feed-table.js';

/** Revoked ones are in it: that a call was shared is history. */
export const sharesFeed = feedTable({ name: 'shares', table: 'shares', id: 'share_id', times: ['shared_at'] });

export interface ShareRow {
  readonly id: string;
  readonly stamp: Micros;
  readonly sharedAt: Micros;
  readonly entry: ShareEntry;
}

type Row = Omit<ShareEntry, 'sharedAt' | 'modified'> & { readonly sharedAt: Micros; readonly modified: Micros };

/** A page of the feed of shares. */
export async function sharesAfter(db: Db, scope: Scope, after: Position, limit: number): Promise<ShareRow[]> {
  const page = await sql<Row>`select s.shared_at as "sharedAt", s.call_id as "callId", s.shared_by as "sharedBy",
      s.recipient_user_ids as "recipientUserIds", s.recipient_emails as "recipientEmails", s.share_id as id,
      s.stamp as modified
    from shares s ${pageAfter(sharesFeed, 's', scope, after, limit)}`.execute(db);
  return page.rows.map((row) => ({
    id: row.id,
    stamp: row.modified,
    sharedAt: row.sharedAt,
    entry: { ...row, sharedAt: formatInstant(row.sharedAt), modified: formatInstant(row.modified) },
  }));
}
