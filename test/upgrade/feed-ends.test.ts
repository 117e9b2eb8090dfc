import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsFeed } from '#debrief/db/calls.js';
import { migrate } from '#debrief/db/connection/migrate.js';
import { meetingsAfter, meetingsFeed } from '#debrief/db/meetings.js';
import { startOfPage } from '#debrief/db/page-start.js';
import { fromTimestamp, parseInstant, toTimestamp } from '#debrief/wire/instants.js';
import type { TemporaryDatabase } from '../support/database.js';
import { startService, type TestService } from '../support/service.js';
import { readRecording, startRecorded } from './recorded.js';

// Crawlers of a version that remembered an end by the request that it came by go on where they were.

let database: TemporaryDatabase;
let service: TestService;

const recording = await readRecording('0.1.0');
const ends = recording.rows.get('feed_ends')!;
const { account_id: accountId, credential_id: credentialId } = ends[0]! as Record<string, string>;
const reader = { accountId: accountId!, credentialId: credentialId! };
const newestOfCalls = ends
  .filter(({ feed }) => feed === 'calls')
  .toSorted((a, b) => a.remembered_at!.localeCompare(b.remembered_at!))
  .at(-1)! as Record<string, string>;
const micros = (column: string) => fromTimestamp(newestOfCalls[column]!);

beforeAll(async () => {
  // The same end by another request, an hour before.
  const earlier = toTimestamp(micros('remembered_at') - 3600 * 1_000_000);
  const again = { ...newestOfCalls, asked_since: '2021-01-01', remembered_at: earlier, first_answered_at: earlier };
  database = await startRecorded({ ...recording, rows: new Map(recording.rows).set('feed_ends', [again, ...ends]) });
  service = await startService({ databaseUrl: database.databaseUrl });
  await migrate(service.pool, () => {});
});
afterAll(async () => {
  await service.close();
  await database.stop();
});

const start = (sinceAsSent: string, lastId: string | null, now: number) =>
  startOfPage(
    service.db,
    reader,
    callsFeed,
    { since: parseInstant(sinceAsSent)!, sinceAsSent, lastId, getsEntries: true },
    now,
  );

test('each end is one, and where its page ended the next begins', async () => {
  const kept = await service.pool.query('select feed, entry_id, stamp from feed_ends where credential_id = $1', [
    credentialId,
  ]);
  const places = new Set(ends.map(({ feed, entry_id, stamp }) => `${feed} ${entry_id} ${fromTimestamp(stamp!)}`));
  expect(kept.rows.map(({ feed, entry_id, stamp }) => `${feed} ${entry_id} ${stamp}`).sort()).toEqual(
    [...places].sort(),
  );
  const call = await service.pool.query('select call_time from calls where account_id = $1 and call_id = $2', [
    accountId,
    newestOfCalls.entry_id,
  ]);
  const { position } = await start(toTimestamp(call.rows[0].call_time), newestOfCalls.entry_id!, Date.now() * 1000);
  expect(position).toEqual({ stamp: micros('stamp'), id: newestOfCalls.entry_id });
});

test('the newest page is still the one that comes again', async () => {
  const { position, kind } = await start(newestOfCalls.asked_since!, null, micros('first_answered_at') + 1_000_000);
  expect(kind).toBe('replay');
  expect(position).toEqual({ stamp: micros('start_stamp'), id: newestOfCalls.start_id });
});

test('planned meetings have left their feed', async () => {
  const all = recording.rows.get('meetings')!;
  const ended = all.filter(({ ended_at }) => ended_at !== null).map(({ meeting_id }) => meeting_id!);
  expect(ended.length).toBeGreaterThan(0);
  expect(ended.length).toBeLessThan(all.length);
  const page = await meetingsAfter(service.db, reader, { stamp: 0, id: '' }, 1000);
  expect(page.map(({ meetingId }) => meetingId).sort()).toEqual(ended.sort());
  const planned = all.find(({ ended_at }) => ended_at === null)!;
  expect(await meetingsFeed.findEntry(service.db, reader, planned.meeting_id!)).toBeNull();
});
