import { crc32, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineCrc32 } from './crc32.js';
import { type Fragment, type FragmentBatch, type FragmentRef, inflate, makeFragment } from './fragment.js';
import { deflateText, gzipLength, gzipPage, PageBuilder, type Part, plainLength, plainPage } from './page.js';

test('combining checksums is the checksum of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3_000 }), fc.uint8Array({ maxLength: 3_000 }), (a, b) => {
      expect(combineCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
    }),
  );
  // Lengths with high bits set use the larger matrices.
  const million = Buffer.alloc(5_000_001, 'ab');
  expect(combineCrc32(crc32('x'), crc32(million), million.length)).toBe(crc32(million, crc32('x')));
});

test('a fragment ends on a byte boundary by a full flush, and inflates to its text', async () => {
  for (const text of ['', '[]', '[1,2,3]', JSON.stringify('ü'.repeat(100_000))]) {
    const fragment = makeFragment(Buffer.from(text));
    expect(fragment.deflated.subarray(-4)).toEqual(Buffer.from([0, 0, 0xff, 0xff]));
    expect((await inflate(fragment.deflated, fragment.rawLength)).toString()).toBe(text);
  }
});

/** The whole of an answer, copied as it is sent: buffers already written are not read again. */
async function collect(groups: AsyncIterable<readonly Uint8Array[]>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const pieces of groups) {
    expect(pieces).not.toEqual([]);
    all.push(Buffer.concat(pieces));
  }
  return Buffer.concat(all);
}

/** Fragments in batches, in memory that is overwritten as soon as it is released. */
async function* batchesOf(fragments: readonly Fragment[], size = 3): AsyncGenerator<FragmentBatch> {
  for (let at = 0; at < fragments.length; at += size) {
    const bytes = fragments.slice(at, at + size).map(({ deflated }) => Buffer.from(deflated));
    yield { bytes, release: () => void bytes.map((each) => each.fill(255)) };
  }
}

function build(pieces: readonly { stored: boolean; text: string }[]): {
  parts: readonly Part[];
  fragments: Fragment[];
} {
  const page = new PageBuilder();
  const fragments: Fragment[] = [];
  for (const { stored, text } of pieces) {
    if (!stored) {
      page.text(text);
      continue;
    }
    const fragment = makeFragment(Buffer.from(text));
    const { deflated, ...ref } = fragment;
    page.fragment({ ...ref, fragmentId: fragments.push(fragment), deflatedLength: deflated.length });
  }
  return { parts: page.parts(), fragments };
}

test('an answer is one gzip member or plain text, of the length announced, whatever it is made of', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('w'.repeat(1024), 'x'.repeat(65_535), 'y'.repeat(65_536), 'é'.repeat(70_000)),
  );
  const piece = fc.record({ stored: fc.boolean(), text });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const whole = Buffer.from(pieces.map((each) => each.text).join(''));
      const { parts, fragments } = build(pieces);
      const plain = await collect(plainPage(parts, batchesOf(fragments)));
      expect(plain.equals(whole)).toBe(true);
      expect(plainLength(parts)).toBe(whole.length);
      for (const sent of [parts, await deflateText(parts)]) {
        const gzip = await collect(gzipPage(sent, batchesOf(fragments)));
        // gunzipSync checks the trailer's CRC and length, and refuses trailing bytes that are not a gzip member.
        expect(gunzipSync(gzip).equals(whole)).toBe(true);
        expect(gzipLength(sent)).toBe(gzip.length);
      }
    }),
    { numRuns: 60 },
  );
});

test('long text becomes smaller by gzip; in a page of many parts, only what is very long', async () => {
  const textOf = (length: number) => ({ stored: false, text: 'some words '.repeat(length).slice(0, length) });
  const fragment = { stored: true, text: '[1]' };
  const isDeflated = async (pieces: Parameters<typeof build>[0]) =>
    (await deflateText(build(pieces).parts)).filter((part) => 'deflated' in part).length;
  expect(await isDeflated([textOf(1024), fragment, textOf(1023)])).toBe(1);
  const many = Array.from({ length: 15 }, () => [textOf(16 * 1024 - 1), fragment]).flat();
  expect(await isDeflated(many)).toBe(0);
  expect(await isDeflated([...many, textOf(16 * 1024)])).toBe(1);
});

test('an answer whose fragment is gone breaks off instead of ending short', async () => {
  const { parts, fragments } = build([
    { stored: true, text: '[1]' },
    { stored: true, text: '[2]' },
  ]);
  const gone = batchesOf(fragments.slice(0, 1));
  await expect(collect(gzipPage(parts, gone))).rejects.toThrow('is gone');
  const goneFirst = async function* (): AsyncGenerator<FragmentBatch> {
    yield* batchesOf(fragments.slice(0, 1));
    yield { bytes: [], release() {} };
  };
  await expect(collect(gzipPage(parts, goneFirst()))).rejects.toThrow('is gone');
  await expect(collect(plainPage(parts, goneFirst()))).rejects.toThrow('is gone');
  const other: FragmentRef = { ...(parts[0] as FragmentRef), deflatedLength: 1 };
  await expect(collect(plainPage([other], batchesOf(fragments)))).rejects.toThrow('is gone');
});
