import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyBytes, type JsonBytes, jsonBytes, putAll, putNumber, putText, reserve, textBytes } from './json-bytes.js';
import { decodeUtf8 } from './utf8.js';

function written(put: (json: JsonBytes) => void): string {
  // No capacity, so that it has to grow.
  const json = jsonBytes(0);
  put(json);
  return decodeUtf8(json.bytes.subarray(0, json.length));
}

test('numbers are written as JSON has them', () => {
  const decimals = fc
    .tuple(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 7 }))
    .map(([digits, places]) => digits / 10 ** places);
  const edges = [0, -0, 0.001, 0.0005, 0.1 + 0.2, 2 ** 31, 2 ** 31 - 1, 999_999_999.999, 1e9, 1e12, 1e21, -1, -0.5];
  fc.assert(
    fc.property(
      fc.oneof(decimals, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(...edges)),
      (value) => {
        expect(written((json) => putNumber(json, value))).toBe(JSON.stringify(value));
      },
    ),
    { numRuns: 3000, examples: edges.map((value): [number] => [value]) },
  );
});

test('texts and bytes follow one another, whatever their length', () => {
  const text = (size: 'small' | 'max') => fc.string({ unit: 'grapheme', maxLength: 300, size });
  const texts = fc.array(fc.oneof(text('small'), text('max')));
  fc.assert(
    fc.property(texts, (parts) => {
      const json = written((to) => {
        for (const [index, part] of parts.entries()) {
          const text = textBytes(part);
          if (index % 3 === 0) putText(to, part);
          else if (index % 3 === 1) putAll(to, text);
          else {
            reserve(to, text.length);
            to.length = copyBytes(to.view, to.length, textBytes(`<${part}>`).view, 1, text.length + 1);
          }
        }
      });
      expect(json).toBe(parts.join(''));
    }),
    { examples: [[['', 'a']], [['a', 'bcd']]] },
  );
});
