import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import type { ObjectStore } from '#debrief/adapters/storage/object-store.js';

const MIB = 1024 ** 2;

/** What every store does. `open` gives the same store, as another process would open it. */
export function describeStore(name: string, open: () => Promise<ObjectStore>): void {
  describe(`a store on ${name}`, async () => {
    const folder = randomUUID();
    const dir = await mkdtemp(join(tmpdir(), 'debrief-store-'));
    const opened: ObjectStore[] = [];
    const openOne = async () => {
      const store = await open();
      opened.push(store);
      return store;
    };
    const store = await openOne();
    afterAll(async () => {
      for (const each of opened) await each.close();
      await rm(dir, { recursive: true, force: true });
    });
    const newKey = () => `${folder}/${randomUUID()}`;
    const keys = async (prefix: string, after?: string) => {
      const found: string[] = [];
      for await (const { key } of store.list(prefix, after)) found.push(key);
      return found;
    };
    const refusal = (act: Promise<unknown>) =>
      act.then(
        () => 'nothing',
        (error) => error.code,
      );

    it('gives back what it was given, here and in another process', async () => {
      const other = await openOne();
      for (const size of [0, 1, 100_000]) {
        const key = newKey();
        const bytes = randomBytes(size);
        expect(await store.put(key, Readable.from(size === 0 ? [] : [bytes]))).toEqual({ sizeBytes: size });
        expect(await store.size(key)).toBe(size);
        expect((await buffer(await other.read(key))).equals(bytes)).toBe(true);
      }
    });

    it('stores more than fits in one part, and exactly as much', async () => {
      for (const size of [16 * MIB, 33 * MIB + 7]) {
        const key = newKey();
        const bytes = randomBytes(size);
        const chunks = Array.from({ length: Math.ceil(size / 65_521) }, (_, i) =>
          bytes.subarray(i * 65_521, (i + 1) * 65_521),
        );
        expect(await store.put(key, Readable.from(chunks))).toEqual({ sizeBytes: size });
        const digest = createHash('sha256');
        for await (const chunk of await store.read(key)) digest.update(chunk);
        expect(digest.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
        expect(
          (await buffer(await store.read(key, { start: 16 * MIB - 3, end: 16 * MIB - 1 }))).equals(
            bytes.subarray(16 * MIB - 3, 16 * MIB),
          ),
        ).toBe(true);
      }
    });

    it('reads ranges', async () => {
      const key = newKey();
      await store.put(key, Readable.from([Buffer.from('0123456789')]));
      expect(await text(await store.read(key, { start: 0, end: 0 }))).toBe('0');
      expect(await text(await store.read(key, { start: 3, end: 5 }))).toBe('345');
      expect(await text(await store.read(key, { start: 8, end: 9 }))).toBe('89');
    });

    it('replaces, and removes as often as it is asked to', async () => {
      const key = newKey();
      await store.put(key, Readable.from([Buffer.from('a longer one')]));
      await store.put(key, Readable.from([Buffer.from('short')]));
      expect(await text(await store.read(key))).toBe('short');
      await store.remove(key);
      await store.remove(key);
      expect(await store.size(key)).toBeNull();
      expect(await refusal(store.read(key))).toBe('not_found');
      expect(await refusal(store.copyTo(key, join(dir, randomUUID())))).toBe('not_found');
    });

    it('has nothing of bytes that ended in an error, and keeps what was there', async () => {
      const key = newKey();
      await store.put(key, Readable.from([Buffer.from('before')]));
      for (const sizeBytes of [0, 1000, 20 * MIB]) {
        const failing = Readable.from(
          (async function* () {
            if (sizeBytes > 0) yield Buffer.alloc(sizeBytes);
            throw new Error('the client went away');
          })(),
        );
        await expect(store.put(key, failing)).rejects.toThrow('the client went away');
        expect(await text(await store.read(key))).toBe('before');
        const fresh = newKey();
        await expect(store.put(fresh, Readable.from(failAfter(sizeBytes)))).rejects.toThrow('cut short');
        expect(await store.size(fresh)).toBeNull();
      }
      const gone = Readable.from([Buffer.from('x')]);
      gone.destroy();
      expect(await refusal(store.put(newKey(), gone))).not.toBe('nothing');
    });

    it('stops when it is told to, even if no byte comes', async () => {
      for (const sizeBytes of [10, 20 * MIB]) {
        const key = newKey();
        const stop = new AbortController();
        const waiting = new Readable({ read() {} });
        waiting.push(Buffer.alloc(sizeBytes));
        const storing = store.put(key, waiting, stop.signal);
        setTimeout(() => stop.abort(), 300);
        await expect(storing).rejects.toMatchObject({ name: 'AbortError' });
        expect(waiting.destroyed).toBe(true);
        expect(await store.size(key)).toBeNull();
      }
    });

    it('takes bytes no faster than it stores them, and gives them no faster than they are taken', async () => {
      const key = newKey();
      let made = 0;
      const source = new Readable({
        highWaterMark: MIB,
        read() {
          made += MIB;
          this.push(made > 64 * MIB ? null : Buffer.alloc(MIB));
        },
      });
      const stop = new AbortController();
      const storing = store.put(key, source, stop.signal);
      await storing;
      const reading = await store.read(key);
      await once(reading, 'readable');
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(reading.readableLength).toBeLessThan(MIB);
      reading.destroy();
      await once(reading, 'close');
    });

    it('stores and reads while many readers take nothing', async () => {
      const key = newKey();
      await store.put(key, Readable.from([Buffer.alloc(4 * MIB)]));
      const idle = await Promise.all(Array.from({ length: 60 }, () => store.read(key)));
      const other = newKey();
      await store.put(other, Readable.from([Buffer.from('in time')]));
      expect(await text(await store.read(other))).toBe('in time');
      for (const reading of idle) reading.on('error', () => {}).destroy();
    });

    it('copies into a new file', async () => {
      const key = newKey();
      const path = join(dir, randomUUID());
      await store.put(key, Readable.from([Buffer.from('a recording')]));
      await store.copyTo(key, path);
      expect(await readFile(path, 'utf8')).toBe('a recording');
      await rm(path);
      expect(await text(await store.read(key))).toBe('a recording');
      const there = join(dir, randomUUID());
      await writeFile(there, 'of someone else');
      await expect(store.copyTo(key, there)).rejects.toThrow();
      expect(await readFile(there, 'utf8')).toBe('of someone else');
      await expect(store.copyTo(key, join(dir, 'aborted'), AbortSignal.abort())).rejects.toThrow();
      expect(await readdir(dir)).not.toContain('aborted');
    });

    it('lists in order of the keys, by prefix, and after a key', async () => {
      const parent = randomUUID().slice(0, 8);
      const wanted = [
        'a-b/zzzz',
        'a/aaaa-1',
        'a/aaaa-2',
        'a/aab0',
        'a/b000',
        'aa/0000',
        'b/AAAA',
        'b/_aaa',
        'b/aaaa',
      ].map((key) => parent + key);
      for (const key of [...wanted].reverse()) await store.put(key, Readable.from([Buffer.from(key)]));
      expect(await keys(parent)).toEqual(wanted);
      expect(await keys(`${parent}a/`)).toEqual(wanted.slice(1, 5));
      expect(await keys(`${parent}a/aa`)).toEqual(wanted.slice(1, 4));
      for (const [index, key] of wanted.entries()) expect(await keys(parent, key)).toEqual(wanted.slice(index + 1));
      expect(await keys(parent, `${parent}a/aaaa`)).toEqual(wanted.slice(1));
      expect(await keys(`${parent}nothing`)).toEqual([]);
      for await (const { key, sizeBytes, storedAt } of store.list(parent)) {
        expect(sizeBytes).toBe(key.length);
        expect(Math.abs(storedAt / 1000 - Date.now())).toBeLessThan(3_600_000);
      }
    });

    it('refuses keys that could leave their place', async () => {
      for (const key of [
        '',
        'abcd',
        '/abcd',
        '../abcd',
        'a/../abcd',
        'a/b',
        'a/b/cdef',
        'a/abcd\n',
        'a/.abcd',
        'ä/abcd',
      ]) {
        expect(await refusal(store.put(key, Readable.from([])))).toBe('invalid');
        expect(await refusal(store.read(key))).toBe('invalid');
        expect(await refusal(store.size(key))).toBe('invalid');
        expect(await refusal(store.remove(key))).toBe('invalid');
      }
    });

    it('checks itself, leaves nothing of that, and has nothing to sweep', async () => {
      await store.check();
      expect(await keys('check/')).toEqual([]);
      expect(await store.sweep()).toBe(0);
    });
  });
}

async function* failAfter(sizeBytes: number): AsyncGenerator<Buffer> {
  if (sizeBytes > 0) yield Buffer.alloc(sizeBytes);
  throw new Error('cut short');
}
