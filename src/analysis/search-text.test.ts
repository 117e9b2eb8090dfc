import { describe, expect, it } from 'vitest';
import { decodeForm } from './form.js';
import { encodeForm } from './form-encoder.js';
import { spokenWords } from './made-words.js';
import { parseSearch, type SearchQuery } from './search-query.js';
import { accountMark, sectionTexts, termText, togetherText } from './search-text.js';

const sections = (...turns: [number, string][]) => sectionTexts(decodeForm(encodeForm(spokenWords(...turns))), 'm');
const query = (text: string) => parseSearch(text) as SearchQuery;
const repeat = (word: string, times: number) => Array(times).fill(word).join(' ');
const positionsIn = (section: string) =>
  [...section.matchAll(/:([\d,]+)/g)].map(([, list]) => list!.split(',').map(Number));

describe('sections', () => {
  it('hold blocks, too far apart for any NEAR', () => {
    expect(sections([0, "Don't follow-up"], [1, 'don’t'])).toEqual(["'mdont':1,35 'mfollow':2 'mup':3"]);
  });

  it('keep to what a tsvector holds, and overlap by more than any match is long', () => {
    const spread = Array.from({ length: 2500 }, (_, i) => `w${i}`).join(' ');
    const [first, second, third] = sections([0, spread]);
    expect(first).toContain("'mw0':1 ");
    expect(first).toContain("'mw999':1000");
    expect(second).toMatch(/^'mw931':1 .*'mw1000':70 /);
    expect(third).toContain("'mw2499'");
    for (const section of sections([0, repeat('so', 2000)], [1, spread], [0, repeat('so so so what', 1000)])) {
      for (const positions of positionsIn(section)) {
        expect(positions.length).toBeLessThanOrEqual(255);
        expect(Math.max(...positions)).toBeLessThanOrEqual(16_383);
      }
    }
    const turns = Array.from({ length: 1200 }, (_, i): [number, string] => [i % 2, `w${i}`]);
    const many = sections(...turns);
    expect(many.length).toBeGreaterThan(1);
    expect(Math.max(...many.flatMap(positionsIn).flat())).toBeLessThanOrEqual(16_383);
    expect(new Set(many.join(' ').match(/'mw\d+'/g)).size).toBe(1200);
  });

  it('are none where nothing is said', () => {
    expect(sections()).toEqual([]);
    expect(sections([0, '...'])).toEqual([]);
  });
});

it('terms are tsqueries of our tokens', () => {
  const [alternative] = query('"good price" a NEAR/2 b').alternatives;
  const texts = alternative!.required.map((term) => termText(term, 'm'));
  expect(texts).toEqual([
    "('mgood' <-> 'mprice')",
    "(('ma') <1> ('mb') | ('mb') <1> ('ma') | ('ma') <2> ('mb') | ('mb') <2> ('ma'))",
  ]);
  expect(togetherText(query('a b -c or d'), 'm')).toBe("('ma') & ('mb') | ('md')");
});

it('an account’s mark has three letters or digits', () => {
  for (const id of ['', 'a', 'b', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'])
    expect(accountMark(id)).toMatch(/^[0-9a-z]{3}$/);
  expect(accountMark('a')).not.toBe(accountMark('b'));
});
