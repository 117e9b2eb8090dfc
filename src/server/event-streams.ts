import type { ServerResponse } from 'node:http';
import type pg from 'pg';
import type { Clock } from '../clock.js';
import { CHANGE_LIFE, CHANGES_CHANNEL, type LoggedChange, selectChangesAfter } from '../db/change-log.js';
import { createListener } from '../db/connection/listener.js';
import type { Db, Scope } from '../db/database.js';
import { selectSeenThings } from '../db/seen-changes.js';
import { type SessionHolder, selectHolders } from '../db/sessions.js';
import { AppError } from '../errors.js';
import { type Event, eventsOf } from './events.js';

// The streams of events of this process. One reading of the log serves them all, every two seconds at least, and at once
// when the database tells of a change. Each reading looks anew at who still has a session and what they see.

/** Sooner than two seconds, so that a stream ends within two seconds of its session. */
const READ_MS = 1_500;
const HEARTBEAT_MS = 15_000;
/** The most streams of one person. */
const MAX_STREAMS = 6;
/** A reader that leaves this many bytes waiting is dropped. */
const MAX_WAITING_BYTES = 64 * 1024;

interface Stream extends Scope {
  readonly sessionId: string;
  readonly userId: string;
  readonly raw: ServerResponse;
}

/** Who opens a stream. */
type StreamOwner = Omit<Stream, 'raw'>;

/** The streams of this process. */
export interface EventStreams {
  /** Refuses a person's next stream if they have as many as they may: throws `too_many`. */
  requireRoom(owner: StreamOwner): void;
  /** Sends events until the client hangs up, the session ends or the server stops; first those since an event. */
  add(owner: StreamOwner, raw: ServerResponse, lastEventId: string | null): void;
  /** Ends all streams, and takes no more. */
  close(): Promise<void>;
}

/** Makes the streams. Without the settings of a connection of its own, it does not hear of changes but looks for them. */
export function createEventStreams(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  connection: pg.ClientConfig | null,
  onError: (error: unknown) => void,
): EventStreams {
  const streams = new Set<Stream>();
  let isClosed = false;
  let snapshot: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  let isReadSoon = false;
  // One thing at a time: a stream that begins between two readings misses nothing.
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (run: () => Promise<void>) => {
    turn = turn.then(run).catch(onError);
    return turn;
  };
  const listener =
    connection &&
    createListener(connection, CHANGES_CHANNEL, (accountId) => {
      if (isReadSoon || ![...streams].some((stream) => stream.accountId === accountId)) return;
      isReadSoon = true;
      void inTurn(() => {
        isReadSoon = false;
        return read();
      });
    });

  async function read(): Promise<void> {
    if (streams.size === 0) return;
    const read = [...streams];
    const holders = await holdersOf(read);
    const accountIds = [...new Set(read.map(({ accountId }) => accountId))];
    const { snapshot: next, changes, isReset } = await selectChangesAfter(db, accountIds, snapshot);
    snapshot = next;
    for (const stream of read) {
      const holder = holders.get(stream.sessionId);
      if (holder === undefined) stream.raw.end();
      else await tell(stream, holder, changes, isReset);
    }
  }

  async function holdersOf(asked: readonly Stream[]): Promise<ReadonlyMap<string, SessionHolder>> {
    const holders = await selectHolders(db, asked, clock.now());
    return new Map(holders.map((holder) => [holder.sessionId, holder]));
  }

  async function tell(
    stream: Stream,
    holder: SessionHolder,
    changes: readonly (LoggedChange & Scope)[],
    isReset: boolean,
  ): Promise<void> {
    if (isReset) return write(stream, 'event: reset\ndata: {}\n', true);
    const own = changes.filter(({ accountId }) => accountId === stream.accountId);
    if (own.length === 0) return;
    const events = eventsOf(own, holder, await selectSeenThings(db, holder, own));
    if (events.length > 0) write(stream, events.map(lineOf).join('\n'), true);
  }

  /** Writes events, the last of them with the id to go on from. */
  function write({ raw }: Stream, text: string, hasId: boolean): void {
    if (raw.destroyed || raw.writableEnded) return;
    if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy();
    else raw.write(`${text}${hasId ? `id: ${clock.now()}.${snapshot}\n` : ''}\n`);
  }

  async function begin(stream: Stream, lastEventId: string | null): Promise<void> {
    await read();
    const holder = (await holdersOf([stream])).get(stream.sessionId);
    if (holder === undefined || isClosed) return void stream.raw.end();
    const from = readEventId(lastEventId, clock.now());
    const since = await selectChangesAfter(db, [stream.accountId], from);
    // What others have been told up to now stays theirs: what comes after is told to all.
    if (streams.size === 0) snapshot = since.snapshot;
    if (stream.raw.destroyed) return;
    streams.add(stream);
    start();
    stream.raw.write(': events of Debrief\nretry: 2000\n\n');
    const isGone = lastEventId !== null && (from === null || since.isReset);
    await tell(stream, holder, since.changes, isGone);
    write(stream, '', true);
  }

  function start(): void {
    if (timer !== undefined) return;
    timer = setInterval(() => {
      void listener?.connect().catch(() => {});
      void inTurn(read);
    }, READ_MS).unref();
    heartbeat = setInterval(() => {
      // An id without an event: whoever comes back goes on from here.
      for (const stream of streams) write(stream, ':\n', true);
    }, HEARTBEAT_MS).unref();
    void listener?.connect().catch(() => {});
  }

  function stop(): void {
    clearInterval(timer);
    clearInterval(heartbeat);
    timer = undefined;
    snapshot = null;
    void listener?.close();
  }

  return {
    requireRoom({ accountId, userId }) {
      const own = [...streams].filter((stream) => stream.accountId === accountId && stream.userId === userId);
      if (own.length < MAX_STREAMS) return;
      const problem = `You have ${MAX_STREAMS} streams of events open; close one first.`;
      throw new AppError('too_many', problem, { retryAfterSeconds: 30 });
    },
    add(owner, raw, lastEventId) {
      if (isClosed) return void raw.end();
      const stream = { ...owner, raw };
      raw.once('close', () => {
        streams.delete(stream);
        if (streams.size === 0) stop();
      });
      void inTurn(() =>
        begin(stream, lastEventId).catch((error) => {
          raw.destroy();
          throw error;
        }),
      );
    },
    async close() {
      isClosed = true;
      for (const { raw } of streams) raw.end();
      await turn;
      for (const { raw } of streams) raw.end();
      stop();
    },
  };
}

const lineOf = (event: Event) => `event: changed\ndata: ${JSON.stringify(event)}\n`;

/** The snapshot of an event's id; null if we did not write it, or its changes are no longer kept. */
function readEventId(id: string | null, now: number): string | null {
  const [, at, xmin, xmax, list = ''] = /^(\d{1,17})\.(\d{1,19}):(\d{1,19}):([\d,]*)$/.exec(id ?? '') ?? [];
  if (at === undefined || xmin === undefined || xmax === undefined) return null;
  if (Number(at) > now || Number(at) < now - CHANGE_LIFE) return null;
  const numbers = [xmin, ...list.split(',').filter((each) => each !== ''), xmax].map(BigInt);
  const isInOrder = numbers.every((each, i) => i === 0 || each >= numbers[i - 1]!);
  const isSound = isInOrder && numbers[0]! > 0n && numbers.every((each) => each < 2n ** 63n);
  return isSound
    ? `${xmin}:${xmax}:${list
        .split(',')
        .filter((each) => each !== '')
        .join(',')}`
    : null;
}
