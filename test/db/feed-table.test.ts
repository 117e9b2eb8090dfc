import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { feedTable, pageAfter, stampEntries } from '#debrief/db/feed-table.js';
import { openSuite } from '../support/suite.js';

// A table's feed, on the table of calls, which has all that it needs.

const feed = feedTable({
  name: 'test',
  table: 'calls',
  id: 'call_id',
  times: ['call_time'],
  where: sql`state = 'PENDING'`,
});
const { service, account } = await openSuite();
const ids: string[] = [];
beforeAll(async () => {
  const client = await account.client();
  for (let n = 0; n < 5; n++) {
    const call = { callTime: `2026-03-0${n + 1}T10:00Z`, direction: 'INBOUND' };
    ids.push((await client.send('POST', '/api/v1/calls', call)).json().id);
  }
});

test('stamps move entries to the end, in the order given', async () => {
  const moved = [ids[3]!, ids[0]!, ids[2]!];
  const before = await feed.findEntry(service.db, account, ids[0]!);
  await service.db.transaction().execute((tx) => stampEntries(tx, account, feed, moved));
  const page = await sql<{ id: string }>`select call_id as id from calls c
    ${pageAfter(feed, 'c', account, { stamp: 0, id: '' }, 10)}`.execute(service.db);
  expect(page.rows.map(({ id }) => id)).toEqual([ids[1], ids[4], ...moved]);
  const after = await feed.findEntry(service.db, account, ids[0]!);
  expect(after!.stamp).toBeGreaterThan(before!.stamp!);
  expect(after!.firstStamp).toBe(before!.firstStamp);
  expect(after!.times).toEqual([Date.parse('2026-03-01T10:00Z') * 1000]);
  expect(await feed.hasStamp(service.db, account, after!.stamp!)).toBe(true);
  expect(await feed.hasStamp(service.db, account, before!.stamp!)).toBe(false);
});

test('what is not in the feed is not found', async () => {
  const elsewhere = feedTable({ ...feed, where: sql`state = 'ERROR'` });
  const { stamp } = (await feed.findEntry(service.db, account, ids[1]!))!;
  expect(await elsewhere.findEntry(service.db, account, ids[1]!)).toBeNull();
  expect(await elsewhere.hasStamp(service.db, account, stamp!)).toBe(false);
  expect(await feed.findEntry(service.db, { accountId: 'other' }, ids[1]!)).toBeNull();
});
