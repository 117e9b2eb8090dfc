import type { Micros, WrittenInstant } from '../wire/instants.js';
import type { Db, Scope } from './database.js';

/** A position in a feed's order. A page holds the entries strictly after one. */
export interface Position {
  readonly stamp: Micros;
  /** '' sorts before every id: it means the position just before the entries with that stamp. */
  readonly id: string;
}

/** What a feed knows of one of its entries, even after the entry was deleted. */
export interface KnownEntry {
  /** Its current stamp; null for a tombstone. */
  readonly stamp: Micros | null;
  readonly firstStamp: Micros;
  /** The timestamps that it shows besides its stamps, such as callTime. */
  readonly times: readonly Micros[];
}

/** A feed of API v2 (api-v2 §2). */
export interface Feed {
  readonly name: string;
  /**
   * Whether clients that send `since` alone may page by the timestamps that an entry shows besides its stamps. They may
   * not by callTime: calls have `last_id` for that.
   */
  readonly pagedByTimes: boolean;
  findEntry(db: Db, scope: Scope, id: string): Promise<KnownEntry | null>;
  /** Whether some entry has exactly this stamp. */
  hasStamp(db: Db, scope: Scope, stamp: Micros): Promise<boolean>;
}

/** The credential that reads. Page ends are remembered separately for each. */
export interface Reader extends Scope {
  readonly credentialId: string;
}

/** A request for a page of a feed. */
export interface FeedRequest {
  readonly since: WrittenInstant;
  readonly sinceAsSent: string;
  /** Null if it was not sent or is empty. */
  readonly lastId: string | null;
  /** Whether the request gets entries, so that its page is remembered. A HEAD and limit=0 get none. */
  readonly getsEntries: boolean;
}

/** Where a page starts. */
export interface PageStart {
  readonly position: Position;
  /** When this request was first answered: now, unless the page is a replay. */
  readonly firstAnsweredAt: Micros;
  /**
   * A `counted replay` repeats a page whose request could also be for the page after it: it is repeated only a few
   * times.
   */
  readonly kind: 'new' | 'replay' | 'counted replay';
}
