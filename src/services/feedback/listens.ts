import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { isWithinBounds } from '../../contract/instant-bounds.js';
import { DATE_TEXT, type Listen, ListenHistory, ListenInput, MAX_PLAYED } from '../../contract/listens.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import type { TimedPage } from '../../db/filters.js';
import { lockSessionsBetween, selectPieces, writePieces } from '../../db/listen-sessions.js';
import {
  type Day,
  insertPlayed,
  type ListenFilter,
  listensFeed,
  lockListener,
  lockPlayed,
  selectDays,
  selectListens,
  selectListensOn,
  writeImported,
  writePlayed,
} from '../../db/listens.js';
import { AppError, invalid } from '../../errors.js';
import { addSpans, lengthWithin, type Piece, timesByCall, timesOf } from '../../rules/listening.js';
import { parseInstant } from '../../wire/instants.js';
import { formatZoned } from '../../wire/zoned.js';
import { type Actor, requireUser } from '../actor.js';
import { recordChange } from '../audit.js';
import { holdSeenCall } from '../calls/seen-call.js';
import type { DbDeps, Deps } from '../deps.js';
import { instantField } from '../instant-field.js';
import { requireUserId } from '../people/named-users.js';

const checkInput = compileCheck(ListenInput);
const checkHistory = compileCheck(ListenHistory);

const HOUR_MS = 3_600_000;
/** A player that was offline sends its heartbeats later. */
const MAX_LATE_MS = 7 * 24 * HOUR_MS;
/** The clocks of players differ from ours. */
const MAX_AHEAD_MS = 5 * 60_000;
/** Every heartbeat reads its whole session, so a session may not get longer than this, nor have more pieces. */
const MAX_SESSION_MS = 7 * 24 * HOUR_MS;
const MAX_PIECES = 5_000;

/** A page of the listens to calls that the actor sees, by day. */
export function listListens({ db }: DbDeps, actor: Actor, filter: ListenFilter, page: TimedPage): Promise<Listen[]> {
  return selectListens(db, actor, filter, page);
}

/**
 * Takes a player's heartbeat; rules/listening.ts says how heartbeats add up. Returns the listener's days of this call
 * that the session touches. Heartbeats are not in the audit: they come every few seconds, and change nothing that a
 * person entered.
 */
export async function createListen({ db, clock }: Deps, actor: Actor, body: unknown): Promise<Listen[]> {
  const input = checkInput(body);
  const { callId, session } = input;
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
    const { lengthSeconds } = await holdSeenCall(tx, actor, callId);
    const listener = await requireUserId(tx, actor, 'listener', who);
    const played = withinCall(spans, lengthSeconds);
    await lockListener(tx, actor, listener);
    const key = { listener, callId, session };
    const before = await selectPieces(tx, actor, key);
    const pieces = addSpans(before, played, startedAt, playedAt);
    const all = [...before, ...pieces];
    const days = all.length === 0 ? [] : await selectDays(tx, actor, ...extentOf(all));
    const dates = days.map(({ date }) => date);
    if (pieces === before) return selectListensOn(tx, actor, listener, callId, dates);
    const [start, end] = extentOf(all);
    if (pieces.length > MAX_PIECES || end - start > MAX_SESSION_MS) {
      throw new AppError('conflict', 'This session has gone on for too long: begin another.', { field: 'session' });
    }
    await writePieces(tx, actor, key, pieces, extentOf(pieces));
    const changed = await recountDays(tx, actor, listener, days);
    await stampEntries(tx, actor, listensFeed, changed);
    return selectListensOn(tx, actor, listener, callId, dates);
  });
}

/** The date in a time zone at a moment, in milliseconds since the Unix epoch, as listens have it. */
export function dayAt(ms: number, timeZone: string): string {
  return formatZoned(ms * 1000, timeZone).slice(0, 10);
}

/**
 * Imports how long somebody listened to a call on a day, as another system counted it, in place of what was imported
 * for that day before. What heartbeats counted is added to it.
 */
export async function importListen(
  { db }: DbDeps,
  actor: Actor,
  body: unknown,
): Promise<{ readonly listen: Listen; readonly created: boolean }> {
  const input = checkHistory(body);
  const { callId, date } = input;
  requireDate(date);
  const importedMs = Math.round(input.timeListened * 1000);
  return atomic(db, async (tx) => {
    await holdSeenCall(tx, actor, callId);
    const listener = await requireUserId(tx, actor, 'listener', input.listener);
    await lockListener(tx, actor, listener);
    const [before = null] = await selectListensOn(tx, actor, listener, callId, [date]);
    const written = await writeImported(tx, actor, { id: randomUUID(), listener, callId, date, importedMs });
    const listen = (await selectListensOn(tx, actor, listener, callId, [date]))[0]!;
    await recordChange(tx, actor, { kind: 'listens', id: listen.id, callId, before, after: listen });
    await stampEntries(tx, actor, listensFeed, written === null ? [] : [written]);
    return { listen, created: before === null };
  });
}

function requireDate(date: string): void {
  const read = parseInstant(date);
  if (read?.precision === 'date' && isWithinBounds(read.micros)) return;
  throw invalid('date', `"${date}" is no such date`, DATE_TEXT);
}

const millis = (field: string, text: string) => Math.floor(instantField(field, text) / 1000);

type Span = readonly [from: number, to: number];

/** The body's spans, which are in seconds, in milliseconds. */
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

/** Cuts spans at the call's end: a player's last span may end a little after it. */
function withinCall(spans: readonly Span[], lengthSeconds: number | null): Span[] {
  const lengthMs = lengthSeconds === null ? Number.POSITIVE_INFINITY : lengthSeconds * 1000;
  return spans.map(([from, to]): Span => [from, Math.min(to, lengthMs)]).filter(([from, to]) => from < to);
}

/** From the first to the last moment that pieces were played at, in milliseconds since the Unix epoch. */
function extentOf(pieces: readonly Piece[]): [start: number, end: number] {
  const times = timesOf(pieces);
  return [times[0]![0], times.at(-1)![1]];
}

/**
 * Counts again what a listener played of all calls on some days; returns the ids of the listens that changed. A listen
 * whose time now counts for another call stays, with 0: whoever reads the feed has to learn that.
 */
async function recountDays(tx: Tx, scope: Scope, listener: string, days: readonly Day[]): Promise<string[]> {
  const byCall = timesByCall(await lockSessionsBetween(tx, scope, listener, days[0]!.start, days.at(-1)!.end));
  const dates = days.map(({ date }) => date);
  const stored = await lockPlayed(tx, scope, listener, dates);
  const changed: string[] = [];
  const known = new Set(stored.map(({ callId, date }) => `${date} ${callId}`));
  for (const { id, callId, date, playedMs: before } of stored) {
    const day = days.find((each) => each.date === date)!;
    const playedMs = lengthWithin(byCall.get(callId) ?? [], day.start, day.end);
    if (playedMs === before) continue;
    await writePlayed(tx, scope, id, playedMs);
    changed.push(id);
  }
  for (const { date, start, end } of days) {
    for (const [callId, times] of byCall) {
      const playedMs = lengthWithin(times, start, end);
      if (playedMs === 0 || known.has(`${date} ${callId}`)) continue;
      const id = randomUUID();
      await insertPlayed(tx, scope, listener, { id, callId, date, playedMs });
      changed.push(id);
    }
  }
  return changed;
}
