import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Clock } from '../../clock.js';
import { compileCheck } from '../../contract/check.js';
import { DATE_TEXT, ListenHistory, ListenInput, MAX_PLAYED } from '../../contract/listens.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { filtered } from '../../db/filters.js';
import { listensFeed, lockListener, timeListened } from '../../db/listens.js';
import { isUser } from '../../db/named-users.js';
import { visible } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import { addSpans, lengthWithin, type Piece, type Session, timesByCall, timesOf } from '../../rules/listening.js';
import { parseInstant, toTimestamp } from '../../wire/instants.js';
import { formatZoned } from '../../wire/zoned.js';
import { type Actor, requireUser } from '../actor.js';
import { recordChange } from '../audit.js';
import { holdSeenCall } from '../calls/seen-call.js';
import type { DbDeps } from '../deps.js';
import { givenInstant } from '../given-instant.js';
import { requireUserId } from '../people/named-users.js';

const checkInput = compileCheck(ListenInput);
const checkHistory = compileCheck(ListenHistory);

/** How long somebody listened to a call on a day, as /api/v1 shows it. */
export interface GivenListen {
  readonly id: string;
  /** Day in the account's time zone. */
  readonly date: string;
  readonly callId: string;
  readonly listener: string;
  readonly caller: string | null;
  /** Seconds. */
  readonly timeListened: number;
}

export interface ListenDeps {
  readonly db: Db;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;
/** A player that was offline brings its heartbeats later. */
const MAX_LATE_MS = 7 * 24 * HOUR_MS;
/** Clocks differ. */
const MAX_AHEAD_MS = 5 * 60_000;
/** A session that has gone on for longer than this, or back and forth so much, has to be a new one: each heartbeat reads all of it. */
const MAX_SESSION_MS = 7 * 24 * HOUR_MS;
const MAX_PIECES = 5_000;

const columns = sql`l.listen_id as id, l.date::text as date, l.call_id as "callId", l.listener, c.caller_id as caller,
  ${timeListened}`;
const source = sql`listens l join calls c on c.account_id = l.account_id and c.call_id = l.call_id`;

/** Listens to the calls that somebody sees, by day. */
export async function listListens(
  { db }: DbDeps,
  actor: Actor,
  filter: { readonly callId: string | null; readonly listener: string | null },
  page: { readonly after: { readonly at: string; readonly id: string }; readonly limit: number },
): Promise<GivenListen[]> {
  const given = filtered({ 'l.call_id': filter.callId });
  const found = await sql<GivenListen>`select ${columns} from ${source}
    where l.account_id = ${actor.accountId} and not l.emptied and ${visible(actor.sight, 'c')} and ${given}
      and ${isUser(actor, 'l.listener', filter.listener)}
      and (l.date, l.listen_id) > (${page.after.at}::timestamptz::date, ${page.after.id})
    order by l.date, l.listen_id limit ${page.limit}`.execute(db);
  return found.rows;
}

/**
 * Takes a heartbeat of a player; analysis/listening.ts says how they add up. Answers the listener's days of this call that it
 * touched. It is not in the audit: it changes nothing that anybody gave, and comes every few seconds.
 */
export async function createListen({ db, clock }: ListenDeps, actor: Actor, body: unknown): Promise<GivenListen[]> {
  const input = checkInput(body);
  const spans = checkSpans(input.spans);
  const now = Math.floor(clock.now() / 1000);
  const playedAt = input.playedAt === undefined ? now : millis('playedAt', input.playedAt);
  if (playedAt > now + MAX_AHEAD_MS || playedAt < now - MAX_LATE_MS) {
    throw invalid('playedAt', 'is too far from now', 'a time up to 7 days ago, or 5 minutes ahead');
  }
  const startedAt = input.startedAt === undefined ? Number.NEGATIVE_INFINITY : millis('startedAt', input.startedAt);
  if (startedAt > playedAt) throw invalid('startedAt', 'is after playedAt', 'a time up to playedAt');
  const who = requireUser(actor, 'listener', input.listener);
  return atomic(db, async (tx) => {
    const { lengthSeconds } = await holdSeenCall(tx, actor, input.callId);
    const listener = await requireUserId(tx, actor, 'listener', who);
    const played = withinCall(spans, lengthSeconds);
    await lockListener(tx, actor, listener);
    const before = await readPieces(tx, actor, listener, input.callId, input.session);
    const pieces = addSpans(before, played, startedAt, playedAt);
    const days = await daysOf(tx, actor, [...before, ...pieces]);
    const dates = days.map(({ date }) => date);
    if (pieces === before) return readDays(tx, actor, listener, input.callId, dates);
    const [start, end] = extentOf([...before, ...pieces]);
    if (pieces.length > MAX_PIECES || end - start > MAX_SESSION_MS) {
      throw new AppError('conflict', 'This session has gone on for too long: begin another.', { field: 'session' });
    }
    await writePieces(tx, actor, listener, input.callId, input.session, pieces);
    const changed = await countDays(tx, actor, listener, days);
    await stampEntries(tx, actor, listensFeed, changed);
    return readDays(tx, actor, listener, input.callId, dates);
  });
}

/** The day that the clocks of a zone show at a moment in milliseconds, in the form that listens have. */
export function dayAt(ms: number, timeZone: string): string {
  return formatZoned(ms * 1000, timeZone).slice(0, 10);
}

/**
 * Takes what somebody listened to on a day as another system counted it, in place of what was given for that day before. What
 * heartbeats counted is added to it.
 */
export async function importListen(
  { db }: DbDeps,
  actor: Actor,
  body: unknown,
): Promise<{ readonly listen: GivenListen; readonly created: boolean }> {
  const input = checkHistory(body);
  const { callId, date } = input;
  requireDate(date);
  const importedMs = Math.round(input.timeListened * 1000);
  return atomic(db, async (tx) => {
    await holdSeenCall(tx, actor, callId);
    const listener = await requireUserId(tx, actor, 'listener', input.listener);
    await lockListener(tx, actor, listener);
    const [before] = await readDays(tx, actor, listener, callId, [date]);
    const written = await sql<{
      listen_id: string;
    }>`insert into listens (account_id, listen_id, listener, call_id, date, imported_ms)
      values (${actor.accountId}, ${randomUUID()}, ${listener}, ${callId}, ${date}::date, ${importedMs})
      on conflict (account_id, listener, date, call_id) where not emptied do update set imported_ms = excluded.imported_ms
        where listens.imported_ms <> excluded.imported_ms
      returning listen_id`.execute(tx);
    const listen = (await readDays(tx, actor, listener, callId, [date]))[0]!;
    await recordChange(tx, actor, { kind: 'listens', id: listen.id, callId, before: before ?? null, after: listen });
    await stampEntries(
      tx,
      actor,
      listensFeed,
      written.rows.map((row) => row.listen_id),
    );
    return { listen, created: before === undefined };
  });
}

function requireDate(date: string): void {
  if (/^(?:19|2[01])\d\d-/.test(date) && parseInstant(date)?.precision === 'date') return;
  throw invalid('date', `"${date}" is no such date`, DATE_TEXT);
}

const millis = (field: string, text: string) => Math.floor(givenInstant(field, text) / 1000);

type Span = readonly [from: number, to: number];

/** Spans in milliseconds. */
function checkSpans(spans: readonly (readonly number[])[]): Span[] {
  let total = 0;
  const checked = spans.map(([from = 0, to = 0], index): Span => {
    if (from >= to)
      throw invalid(`spans[${index}]`, 'does not end after it begins', 'a span [from, to] with from < to');
    total += to - from;
    return [Math.round(from * 1000), Math.round(to * 1000)];
  });
  if (total > MAX_PLAYED) throw invalid('spans', `are ${total} seconds long`, `up to ${MAX_PLAYED} seconds together`);
  return checked;
}

/** A player's last span may end a little after the call does. */
function withinCall(spans: readonly Span[], lengthSeconds: number | null): Span[] {
  const lengthMs = lengthSeconds === null ? Number.POSITIVE_INFINITY : lengthSeconds * 1000;
  return spans.map(([from, to]): Span => [from, Math.min(to, lengthMs)]).filter(([from, to]) => from < to);
}

async function readPieces(
  tx: Tx,
  scope: Scope,
  listener: string,
  callId: string,
  session: string,
): Promise<readonly Piece[]> {
  const found = await sql<{ pieces: string }>`select pieces from listen_sessions
    where account_id = ${scope.accountId} and listener = ${listener} and call_id = ${callId}
      and session = ${session}`.execute(tx);
  return found.rows[0] ? JSON.parse(found.rows[0].pieces) : [];
}

async function writePieces(
  tx: Tx,
  scope: Scope,
  listener: string,
  callId: string,
  session: string,
  pieces: readonly Piece[],
): Promise<void> {
  const [first, last] = extentOf(pieces).map((ms) => toTimestamp(ms * 1000));
  await sql`insert into listen_sessions (account_id, listener, call_id, session, pieces, first_at, last_at)
    values (${scope.accountId}, ${listener}, ${callId}, ${session}, ${JSON.stringify(pieces)}, ${first}, ${last})
    on conflict (account_id, listener, call_id, session)
      do update set pieces = excluded.pieces, first_at = excluded.first_at, last_at = excluded.last_at`.execute(tx);
}

/** From the first to the last moment of what was played. */
function extentOf(pieces: readonly Piece[]): [start: number, end: number] {
  const times = timesOf(pieces);
  return [times[0]![0], times.at(-1)![1]];
}

/** A date of the account's time zone, from its midnight to the next, in milliseconds. */
interface Day {
  readonly date: string;
  readonly start: number;
  readonly end: number;
}

/** The days from the first to the last of what was played. */
async function daysOf(tx: Tx, scope: Scope, pieces: readonly Piece[]): Promise<Day[]> {
  if (pieces.length === 0) return [];
  const [start, end] = extentOf(pieces);
  const found = await sql<Day>`
    select day::date::text as date, extract(epoch from day at time zone zone)::float8 * 1000 as start,
      extract(epoch from (day + interval '1 day') at time zone zone)::float8 * 1000 as "end"
    from (select time_zone as zone from accounts where account_id = ${scope.accountId}) as account,
      generate_series(date_trunc('day', ${toTimestamp(start * 1000)}::timestamptz at time zone zone),
        ${toTimestamp((end - 1) * 1000)}::timestamptz at time zone zone, interval '1 day') as day`.execute(tx);
  return found.rows;
}

async function readDays(
  tx: Tx,
  scope: Scope,
  listener: string,
  callId: string,
  dates: readonly string[],
): Promise<GivenListen[]> {
  const found = await sql<GivenListen>`select ${columns} from ${source}
    where l.account_id = ${scope.accountId} and l.listener = ${listener} and l.call_id = ${callId} and not l.emptied
      and l.date = any(${dates}::date[]) order by l.date`.execute(tx);
  return found.rows;
}

/**
 * Counts a listener's days again, of whichever calls; answers the ids of the listens that changed. One whose time turns out to be
 * another call's stays, with 0: whoever reads the feed has to learn of it.
 */
async function countDays(tx: Tx, scope: Scope, listener: string, days: readonly Day[]): Promise<string[]> {
  const byCall = timesByCall(await sessionsBetween(tx, scope, listener, days[0]!.start, days.at(-1)!.end));
  // In order of their ids, as whoever stamps them locks them.
  const stored = await sql<{ id: string; callId: string; date: string; playedMs: number }>`select listen_id as id,
      call_id as "callId", date::text as date, played_ms as "playedMs" from listens
    where account_id = ${scope.accountId} and listener = ${listener} and not emptied
      and date = any(${days.map(({ date }) => date)}::date[])
    order by listen_id for no key update`.execute(tx);
  const changed: string[] = [];
  const known = new Set(stored.rows.map(({ callId, date }) => `${date} ${callId}`));
  for (const { id, callId, date, playedMs } of stored.rows) {
    const day = days.find((each) => each.date === date)!;
    const played = lengthWithin(byCall.get(callId) ?? [], day.start, day.end);
    if (played === playedMs) continue;
    await sql`update listens set played_ms = ${played}
      where account_id = ${scope.accountId} and listen_id = ${id}`.execute(tx);
    changed.push(id);
  }
  for (const { date, start, end } of days) {
    for (const [callId, times] of byCall) {
      const played = lengthWithin(times, start, end);
      if (played === 0 || known.has(`${date} ${callId}`)) continue;
      const id = randomUUID();
      await sql`insert into listens (account_id, listen_id, listener, call_id, date, played_ms)
        values (${scope.accountId}, ${id}, ${listener}, ${callId}, ${date}::date, ${played})`.execute(tx);
      changed.push(id);
    }
  }
  return changed;
}

/** A listener's sessions that played between two moments; their calls are not erased before commit. */
async function sessionsBetween(tx: Tx, scope: Scope, listener: string, start: number, end: number): Promise<Session[]> {
  const found = await sql<{
    callId: string;
    name: string;
    pieces: string;
  }>`select s.call_id as "callId", s.session as name,
      s.pieces from listen_sessions s join calls c on c.account_id = s.account_id and c.call_id = s.call_id
    where s.account_id = ${scope.accountId} and s.listener = ${listener}
      and s.last_at > ${toTimestamp(start * 1000)}::timestamptz and s.first_at < ${toTimestamp(end * 1000)}::timestamptz
    order by s.call_id for key share of c`.execute(tx);
  return found.rows.map((row) => ({ ...row, pieces: JSON.parse(row.pieces) }));
}
