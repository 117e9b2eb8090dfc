import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { ObjectStore } from '#debrief/adapters/storage/object-store.js';
import { systemClock } from '#debrief/clock.js';
import { attachObject } from '#debrief/db/stored-objects.js';
import { AppError } from '#debrief/errors.js';
import { removeDoomedObjects, sweepObjects } from '#debrief/services/objects/object-removal.js';
import { doomObjects, objectKey, storeObject } from '#debrief/services/objects/objects.js';
import { until } from '../support/service.js';
import { openSuite } from '../support/suite.js';

const { service, account, client } = await openSuite();
await account.addUser('ann@example.com');
const { db, store } = service;
const scope = { accountId: account.accountId };
const deps = { db, store, clock: systemClock };
const still = new AbortController().signal;
const limits = { maxBytes: 1_000_000 };

const rows = async () => {
  const found = await sql<{ id: string; size: number | null; isDoomed: boolean }>`select object_id as id,
      size_bytes as size, doomed_at is not null as "isDoomed"
    from stored_objects where account_id = ${scope.accountId}`.execute(db);
  return found.rows;
};
const bytesOf = (words: string) => Readable.from([Buffer.from(words)]);
const newCall = () =>
  client.upsertCall({
    callerEmail: 'ann@example.com',
    callTime: '2026-03-01T10:00:00Z',
    duration: 3,
    direction: 'OUTBOUND',
    transcript: [{ start: '0', end: '1', word: 'hello', p: '.', v: 0 }],
  });
async function storeForCall(callId: string, words: string) {
  const object = await storeObject(deps, scope, bytesOf(words), limits);
  await db.transaction().execute((tx) => attachObject(tx, scope, object, callId));
  return object;
}

describe('an object', () => {
  test('has a row before its first byte is stored', async () => {
    const bytes = new Readable({ read() {} });
    const storing = storeObject(deps, scope, bytes, limits);
    await until(async () => (await rows()).length === 1);
    expect(await rows()).toMatchObject([{ size: null, isDoomed: false }]);
    bytes.push('words');
    bytes.push(null);
    const { objectId, sizeBytes, sha256 } = await storing;
    expect(sizeBytes).toBe(5);
    expect(sha256.toString('hex')).toMatch(/^[0-9a-f]{64}$/);
    expect(await text(await store.read(objectKey(scope, objectId)))).toBe('words');
    await doomObjects({ db }, scope, [objectId]);
  });

  test('that breaks off, is too large or is aborted leaves nothing', async () => {
    const cut = new Readable({ read() {} });
    const cutting = storeObject(deps, scope, cut, limits);
    cut.push('half');
    setTimeout(() => cut.destroy(), 50);
    await expect(cutting).rejects.toThrow();
    const large = storeObject(deps, scope, Readable.from([Buffer.alloc(11)]), { maxBytes: 10 });
    await expect(large).rejects.toMatchObject({ code: 'too_large' });
    const aborted = storeObject(deps, scope, new Readable({ read() {} }), {
      ...limits,
      signal: AbortSignal.timeout(50),
    });
    await expect(aborted).rejects.toThrow();
    // The worker removes what is left of them.
    await until(async () => (await rows()).length === 0);
  });
});

describe('a deleted call', () => {
  test('has its objects removed from the store, and then their rows', async () => {
    const callId = await newCall();
    const other = await newCall();
    const objects = [await storeForCall(callId, 'left'), await storeForCall(callId, 'right')];
    const kept = await storeForCall(other, 'kept');
    expect((await client.send('DELETE', `/api/v1/calls/${callId}`)).status).toBe(204);
    await until(async () => (await rows()).length === 1);
    for (const { objectId } of objects) expect(await store.size(objectKey(scope, objectId))).toBeNull();
    expect(await store.size(objectKey(scope, kept.objectId))).toBe(4);
  });
});

describe('a removal', () => {
  test('goes on with the others, and is repeated until the store confirms it', async () => {
    const doomed = [];
    for (const words of ['one', 'two', 'three']) doomed.push(await storeObject(deps, scope, bytesOf(words), limits));
    const stuck = doomed.map(({ objectId }) => objectId).sort()[0]!;
    const failing: ObjectStore = {
      ...store,
      async remove(key) {
        if (key.endsWith(stuck)) throw new AppError('unavailable', 'The store is down.');
        await store.remove(key);
      },
    };
    const before = (await rows()).length;
    // Without a job, so that only this test removes them.
    await sql`update stored_objects set doomed_at = now() where account_id = ${scope.accountId}
      and object_id = any(${doomed.map(({ objectId }) => objectId)}::uuid[])`.execute(db);
    await expect(removeDoomedObjects({ db, store: failing }, scope, still)).rejects.toThrow('The store is down.');
    expect((await rows()).length).toBe(before - 2);
    expect(await store.size(objectKey(scope, stuck))).not.toBeNull();
    await removeDoomedObjects(deps, scope, still);
    expect((await rows()).length).toBe(before - 3);
    expect(await store.size(objectKey(scope, stuck))).toBeNull();
  });
});

describe('the sweep', () => {
  test('finds objects that no row knows, and leaves what is not ours', async () => {
    const stray = objectKey(scope, randomUUID());
    const foreign = `${randomUUID()}/${randomUUID()}`;
    const known = await storeForCall(await newCall(), 'known');
    for (const key of [stray, foreign]) await store.put(key, bytesOf('left'));
    await sweepObjects(deps, still);
    expect(await store.size(stray)).toBeNull();
    expect(await store.size(foreign)).toBe(4);
    expect(await store.size(objectKey(scope, known.objectId))).toBe(5);
    await store.remove(foreign);
  });

  test('has what a killed writer began removed, but not what a living one writes', async () => {
    const bytes = new Readable({ read() {} });
    const writing = storeObject(deps, scope, bytes, limits);
    await until(async () => (await rows()).some(({ size }) => size === null));
    const killed = randomUUID();
    await sql`insert into stored_objects (account_id, object_id, touched_at)
      values (${scope.accountId}, ${killed}, now() - interval '11 minutes')`.execute(db);
    await store.put(objectKey(scope, killed), bytesOf('half'));
    await sweepObjects(deps, still);
    await until(async () => (await store.size(objectKey(scope, killed))) === null);
    await until(async () => !(await rows()).some(({ id }) => id === killed));
    bytes.push(null);
    const { objectId } = await writing;
    expect(await store.size(objectKey(scope, objectId))).toBe(0);
  });
});
