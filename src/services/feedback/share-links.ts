import { createHash, randomBytes } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Clock } from '../../clock.js';
import { DEFAULT_LINK_DAYS, MAX_LINK_DAYS } from '../../contract/shares.js';
import type { Transcript } from '../../contract/v2.js';
import { atomic } from '../../db/atomic.js';
import { findCall } from '../../db/calls.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { invalid } from '../../errors.js';
import { formatInstant, type Micros, toTimestamp } from '../../wire/instants.js';
import { simplifiedTranscriptOf } from '../analysis/speakers.js';
import { givenInstant } from '../given-instant.js';

// Links by which people outside see one call. A token is 256 random bits, so it cannot be forged or guessed; we keep its hash,
// so whoever reads the database cannot open a link. A signature over share, address and end would need no row, but revoking
// and replacing do, and its key would open every link.

const DAY: Micros = 24 * 3600 * 1_000_000;
const TOKEN_BYTES = 32;

/** When links end: as given, within the bounds, or else in two weeks. */
export function linkEnd(given: string | undefined, now: Micros): Micros {
  if (given === undefined) return now + DEFAULT_LINK_DAYS * DAY;
  const end = givenInstant('expiresAt', given);
  if (end > now && end <= now + MAX_LINK_DAYS * DAY) return end;
  throw invalid(
    'expiresAt',
    `"${given}" is not to come within ${MAX_LINK_DAYS} days`,
    `a time within ${MAX_LINK_DAYS} days`,
  );
}

const hashToken = (token: string) => createHash('sha256').update(token).digest();

/** Makes an outsider's link, in place of the one they had; answers its token, which is not kept. */
export async function makeLink(tx: Tx, scope: Scope, shareId: string, email: string, end: Micros): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const hash = hashToken(token);
  await sql`insert into share_links (account_id, share_id, email, token_hash, expires_at)
    values (${scope.accountId}, ${shareId}, ${email}, ${hash}, ${toTimestamp(end)})
    on conflict (account_id, share_id, email) do update set token_hash = ${hash}, expires_at = ${toTimestamp(end)}`.execute(
    tx,
  );
  return token;
}

/** What an outsider sees of a call. */
export interface SharedCall {
  readonly id: string;
  readonly callTime: string;
  /** Seconds. */
  readonly duration: number | null;
  readonly direction: string;
  readonly callerName: string | null;
  readonly callSummary: unknown;
  /** Without the speakers' addresses. */
  readonly transcript: Transcript;
  /** Of who shared it. */
  readonly message: string | null;
}

/** Who opens a link. */
export interface Opener {
  readonly ip: string;
  readonly userAgent: string | null;
}

const MAX_USER_AGENT = 200;

/** As many rows a recipient: somebody with a link may open it from more addresses than anybody wants to read. */
const MAX_ROWS = 1_000;

interface Opened {
  readonly accountId: string;
  readonly shareId: string;
  readonly email: string;
  readonly callId: string;
  readonly message: string | null;
}

/**
 * The call that a link shows, and writes down that it was opened where there is an `opener`. Null for a link that is unknown,
 * revoked, replaced or expired, or whose call was deleted.
 */
export async function openLink(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  token: string,
  opener: Opener | null,
): Promise<SharedCall | null> {
  const at = toTimestamp(clock.now());
  const opened = await atomic(db, async (tx) => {
    // The share is held: a call that is erased meanwhile takes what is written of it along.
    const found = await sql<Opened>`select l.account_id as "accountId",
        s.call_id as "callId", s.message, l.share_id as "shareId", l.email
      from share_links l join shares s on s.account_id = l.account_id and s.share_id = l.share_id
      where l.token_hash = ${hashToken(token)} and l.expires_at > ${at}::timestamptz for key share of s`.execute(tx);
    const link = found.rows[0];
    if (link === undefined) return null;
    if (opener !== null) {
      await recordOpening(tx, link, opener, at);
    }
    return link;
  });
  return opened === null ? null : readSharedCall(db, opened);
}

/** Writes down that a link was opened: in the row of the hour, or else in a new one; beyond the most rows, in the newest. */
async function recordOpening(
  tx: Tx,
  { accountId, shareId, email }: Opened,
  { ip, userAgent }: Opener,
  at: string,
): Promise<void> {
  const browser = userAgent?.slice(0, MAX_USER_AGENT) ?? null;
  const hour = (time: RawBuilder<unknown>) => sql`date_trunc('hour', ${time} at time zone 'UTC')`;
  const ofRecipient = sql`account_id = ${accountId} and share_id = ${shareId} and email = ${email}`;
  const found = await sql<{ rows: number; newest: number | null; sameHour: number | null }>`
    select count(*)::integer as rows, max(access_id) as newest, max(access_id) filter (where ip = ${ip}
      and coalesce(user_agent, '') = ${browser ?? ''} and ${hour(sql`at`)} = ${hour(sql`${at}::timestamptz`)}) as "sameHour"
    from share_accesses where ${ofRecipient}`.execute(tx);
  const { rows, newest, sameHour } = found.rows[0]!;
  const row = sameHour ?? (rows < MAX_ROWS ? null : newest);
  if (row !== null) {
    await sql`update share_accesses set openings = openings + 1, last_at = greatest(last_at, ${at}::timestamptz)
      where account_id = ${accountId} and access_id = ${row}`.execute(tx);
    return;
  }
  // Of two first openings at the same time, one makes the row and the other counts on.
  await sql`insert into share_accesses as stored (account_id, share_id, email, at, last_at, ip, user_agent)
    values (${accountId}, ${shareId}, ${email}, ${at}, ${at}, ${ip}, ${browser})
    on conflict (account_id, share_id, email, ip, coalesce(user_agent, ''), ${hour(sql`at`)}) do update
      set openings = stored.openings + 1, last_at = greatest(stored.last_at, excluded.last_at)`.execute(tx);
}

async function readSharedCall(db: Db, { accountId, callId, message }: Opened): Promise<SharedCall | null> {
  const scope: Scope = { accountId };
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
  };
}

/** Openings of a link by one browser within an hour. */
export interface ShareAccess {
  readonly id: number;
  /** The first of them. */
  readonly at: string;
  readonly lastAt: string;
  readonly openings: number;
  readonly email: string;
  readonly ip: string;
  readonly userAgent: string | null;
}

/** Openings of a share's links, the newest first, before one of them. */
export async function listAccesses(
  db: Db,
  scope: Scope,
  shareId: string,
  page: { readonly before: number | null; readonly limit: number },
): Promise<ShareAccess[]> {
  const found = await sql<
    Omit<ShareAccess, 'at' | 'lastAt'> & { at: Micros; lastAt: Micros }
  >`select access_id as id, at,
      last_at as "lastAt", openings, email, ip, user_agent as "userAgent" from share_accesses
    where account_id = ${scope.accountId} and share_id = ${shareId}
      and access_id < coalesce(${page.before}::bigint, 9223372036854775807)
    order by access_id desc limit ${page.limit}`.execute(db);
  return found.rows.map((row) => ({ ...row, at: formatInstant(row.at), lastAt: formatInstant(row.lastAt) }));
}
