import { DEFAULT_LINK_DAYS, MAX_LINK_DAYS, type SharedCall } from '../../contract/shares.js';
import { atomic } from '../../db/atomic.js';
import { findCall } from '../../db/calls.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { countAccesses, insertAccess, writeAccess } from '../../db/share-accesses.js';
import {
  callShares,
  lockShareLink,
  type ShareLinkRow,
  type ShareTables,
  writeShareLink,
} from '../../db/share-links.js';
import { invalid } from '../../errors.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { simplifiedTranscriptOf } from '../analysis/speakers.js';
import type { Deps } from '../deps.js';
import { instantField } from '../instant-field.js';
import { digestOf, newToken } from '../tokens.js';

// Links by which people outside the account see one call or clip. A token is random, so nobody can forge or guess it, and only
// its digest is stored, so whoever reads the database cannot open a link. A signature over share, address and end would
// need no row, but revoking and replacing a link do, and the key would open every link.

const DAY: Micros = 24 * 3600 * 1_000_000;

/**
 * When a link ends: at the time in the body's `expiresAt`, by default in two weeks. Throws `invalid` for a year or
 * more.
 */
export function linkEnd(expiresAt: string | undefined, now: Micros): Micros {
  if (expiresAt === undefined) return now + DEFAULT_LINK_DAYS * DAY;
  const end = instantField('expiresAt', expiresAt);
  if (end > now && end <= now + MAX_LINK_DAYS * DAY) return end;
  throw invalid(
    'expiresAt',
    `"${expiresAt}" is not within the next ${MAX_LINK_DAYS} days`,
    `a time within ${MAX_LINK_DAYS} days`,
  );
}

/** Makes a recipient's link, in place of the one they had; returns its token, which is not stored. */
export async function makeLink(
  tx: Tx,
  scope: Scope,
  tables: ShareTables,
  shareId: string,
  email: string,
  expiresAt: Micros,
): Promise<string> {
  const { token, digest } = newToken();
  await writeShareLink(tx, scope, tables, { shareId, email, digest, expiresAt });
  return token;
}

/** Who opens a link. */
export interface Opener {
  readonly ip: string;
  readonly userAgent: string | null;
}

const MAX_USER_AGENT = 200;

/**
 * The most rows that are stored of a recipient: a link may be opened from more addresses than anybody wants to read.
 */
const MAX_ROWS = 1_000;

/**
 * The call that a link shows; where there is an `opener`, records that they opened it. Null for a link that is unknown,
 * revoked, replaced or expired, or whose call was deleted.
 */
export async function openLink({ db, clock }: Deps, token: string, opener: Opener | null): Promise<SharedCall | null> {
  const now = clock.now();
  const opened = await atomic(db, async (tx) => {
    const link = await lockShareLink(tx, digestOf(token), now);
    if (link !== null && opener !== null) await recordOpening(tx, callShares, link, opener, now);
    return link;
  });
  return opened === null ? null : readSharedCall(db, opened);
}

/**
 * Counts an opening in the row of its hour, or else in a new row; once a recipient has the most rows, in the newest.
 */
export async function recordOpening(
  tx: Tx,
  tables: ShareTables,
  link: Scope & { readonly shareId: string; readonly email: string },
  { ip, userAgent }: Opener,
  at: Micros,
): Promise<void> {
  const { shareId, email } = link;
  const opening = { shareId, email, ip, userAgent: userAgent?.slice(0, MAX_USER_AGENT) ?? null, at };
  const { rows, newestId, sameHourId } = await countAccesses(tx, link, tables, opening);
  const accessId = sameHourId ?? (rows < MAX_ROWS ? null : newestId);
  if (accessId === null) await insertAccess(tx, link, tables, opening);
  else await writeAccess(tx, link, tables, accessId, at);
}

async function readSharedCall(db: Db, { callId, message, audio, ...scope }: ShareLinkRow): Promise<SharedCall | null> {
  const call = await findCall(db, scope, callId, { transcripts: false, crmMatches: false, cards: 'always' });
  const transcript = await simplifiedTranscriptOf(db, scope, callId);
  if (call === null || transcript === null) return null;
  const names = [call.card?.callerFirstName, call.card?.callerLastName].filter((name) => name != null);
  return {
    id: call.callId,
    callTime: formatInstant(call.callTime),
    duration: call.duration,
    direction: call.direction,
    callerName: names.length === 0 ? null : names.join(' '),
    callSummary: call.callSummaryJson === null ? null : JSON.parse(call.callSummaryJson),
    transcript: { ...transcript, speakers: transcript.speakers.map((speaker) => ({ ...speaker, email: null })) },
    message,
    audio,
  };
}
