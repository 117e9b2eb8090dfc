import { describe, expect, it } from 'vitest';
import { decodeForm } from './form.js';
import { encodeForm } from './form-encoder.js';
import { spokenWords } from './made-words.js';
import { parseSearch, type SearchQuery } from './search-query.js';
import { accountMark, searchTexts, sectionTexts } from './search-text.js';

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

describe('searches are tsqueries of our tokens', () => {
  it('terms by what they match, by their words, and by what ranks them', () => {
    const { alternatives } = searchTexts(query('"so so good" "good price" NEAR/2 b'), 'm');
    expect(alternatives[0]!.required).toEqual([
      {
        match: "('mso' <-> 'mso' <-> 'mgood')",
        words: "'mso' & 'mgood'",
        rank: "('mso' <-> 'mso' <-> 'mgood')",
      },
      {
        match:
          "('mgood' & 'mprice' & 'mb' & (('mgood' <-> 'mprice') <1> ('mb') | ('mb') <1> ('mgood' <-> 'mprice') | " +
          "('mgood' <-> 'mprice') <2> ('mb') | ('mb') <2> ('mgood' <-> 'mprice')))",
        words: "'mgood' & 'mprice' & 'mb'",
        rank: "(('mgood' <-> 'mprice') & ('mb'))",
      },
    ]);
  });

  it('a whole by anything and by everything of it', () => {
    const { alternatives, any, together } = searchTexts(query('a b -c or d NEAR/1 a or b'), 'm');
    expect(alternatives.map(({ required, excluded }) => [required.length, excluded.length])).toEqual([
      [2, 1],
      [1, 0],
      [1, 0],
    ]);
    expect(any).toBe("('ma') | ('mb') | (('md') & ('ma'))");
    expect(together).toBe("('ma') & ('mb') | (('md') & ('ma')) | ('mb')");
  });
});

it('an account’s mark has three letters or digits', () => {
  for (const id of ['', 'a', 'b', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'])
    expect(accountMark(id)).toMatch(/^[0-9a-z]{3}$/);
  expect(accountMark('a')).not.toBe(accountMark('b'));
});
