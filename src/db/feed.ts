import type { Micros, WrittenInstant } from '../wire/instants.js';
import type { Db, Scope } from './database.js';

/** A place in a feed's order. A page holds the entries strictly after one. */
export interface Position {
  readonly stamp: Micros;
  /** '' sorts before every id: just before the stamp's own entry. */
  readonly id: string;
}

/** What a feed knows of one of its entries, also when it has been deleted since. */
export interface KnownEntry {
  /** Where it stands now; null for a tombstone. */
  readonly stamp: Micros | null;
  readonly firstStamp: Micros;
  /** The timestamps that it shows besides its stamps, such as callTime. */
  readonly times: readonly Micros[];
}

export interface Feed {
  readonly name: string;
  /**
   * Whether clients that send `since` alone may go by the times that an entry shows besides its stamps. Not by callTime:
   * calls have `last_id` for that.
   */
  readonly pagedByTimes: boolean;
  findEntry(db: Db, scope: Scope, id: string): Promise<KnownEntry | null>;
  /** Whether some entry stands at exactly this stamp. */
  hasStamp(db: Db, scope: Scope, stamp: Micros): Promise<boolean>;
}

/** Who reads: a credential remembers its own ends. */
export interface Reader extends Scope {
  readonly credentialId: string;
}

export interface FeedRequest {
  readonly since: WrittenInstant;
  readonly sinceAsSent: string;
  /** Null where none, or an empty one, was sent. */
  readonly lastId: string | null;
  /** Whether it gets entries, so that its page is remembered: a HEAD does not, nor limit=0. */
  readonly getsEntries: boolean;
}

export interface PageStart {
  readonly position: Position;
  /** When this request was first answered: now, or as a replay. */
  readonly firstAnsweredAt: Micros;
  /** `counted` is one of the few replays of a page that may as well be followed by itself. */
  readonly kind: 'new' | 'replay' | 'counted replay';
}
