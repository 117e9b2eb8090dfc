import { describe, expect, it } from 'vitest';
import { englishStem } from './english.js';

// test/analysis/english.test.ts compares it with Snowball's own stemmer.

describe('englishStem', () => {
  it.each([
    ['price', ['price', 'prices', 'priced', 'pricing']],
    ['polici', ['policy', 'policies']],
    ['stop', ['stop', 'stops', 'stopped', 'stopping']],
    ['general', ['general', 'generally']],
    ['add', ['add', 'adds', 'added', 'adding']],
    ['sky', ['sky', 'skies']],
    ['ski', ['ski', 'skis']],
  ])('has %s in common', (stem, words) => {
    expect(words.map(englishStem)).toEqual(words.map(() => stem));
    // Again, now from the cache.
    expect(words.map(englishStem)).toEqual(words.map(() => stem));
  });

  it.each(['', 's', 'is', '2013s', '25000', '$25', '100%', 'c++', '4gs', 'cafés', 'straßen', '价', 'ราคา', 'Prices'])(
    'leaves %j as it is',
    (token) => expect(englishStem(token)).toBe(token),
  );
});
