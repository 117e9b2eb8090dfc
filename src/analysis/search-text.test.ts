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

describe('lexemes', () => {
  it('of an English form are the token and its stem, which has another weight', () => {
    expect(sections([0, 'prices priced price'])).toEqual(["'mprices':1 'mprice':1C,2C,3 'mpriced':2"]);
    // The stem of a stem is another one, since a stem is not a word.
    expect(sections([0, 'universe 2013 étés'])).toEqual(["'muniverse':1 'munivers':1C 'm2013':2 'métés':3"]);
  });

  it('of a number with a sign are both', () => {
    expect(sections([0, '100% of $25 and 25,000'])).toEqual([
      "'m100%':1 'm100':1 'mof':2 'm$25':3 'm25':3 'mand':4 'm25000':5",
    ]);
  });

  it('of letters without spaces are the letters and each pair of neighbours, within a block', () => {
    expect(sections([0, '你好, 好a'], [1, '好'])).toEqual(["'m你':1 'm你好':1 'm好':2,3,36 'm好好':2 'ma':4"]);
  });

  it('of such a letter in a block that goes on in the next section overlap by as much as a match is long', () => {
    const letters = Array.from({ length: 1500 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    const [first, second] = sections([0, letters]);
    expect(first).toContain(`'m${letters[999]}':1000`);
    expect(first).toContain(`'m${letters.slice(999, 1001)}':1000`);
    expect(second).toMatch(new RegExp(`^'m${letters[1000 - 269]}':1 `));
  });
});

describe('searches are tsqueries of our tokens', () => {
  const required = (text: string) => searchTexts(query(text), 'm').alternatives[0]!.required;
  const match = (text: string) => required(text).map((term) => term.match);
  const words = (text: string) => required(text).map((term) => term.words);

  it('terms by what they match, by their words, and by what ranks them', () => {
    expect(required('"so so good" "good price" NEAR/2 b')).toEqual([
      {
        match: "('mso':D <1> 'mso':D <1> 'mgood':D)",
        written: "('mso':D <1> 'mso':D <1> 'mgood':D)",
        words: "'mso' & 'mgood'",
        rank: "('mso':D <1> 'mso':D <1> 'mgood':D)",
      },
      {
        match:
          "('mgood' & 'mprice' & 'mb' & (('mgood':D <1> 'mprice':D) <1> ('mb') | ('mb') <1> ('mgood':D <1> 'mprice':D) | " +
          "('mgood':D <1> 'mprice':D) <2> ('mb') | ('mb') <2> ('mgood':D <1> 'mprice':D)))",
        written:
          "('mgood' & 'mprice' & 'mb' & (('mgood':D <1> 'mprice':D) <1> ('mb':D) | " +
          "('mb':D) <1> ('mgood':D <1> 'mprice':D) | ('mgood':D <1> 'mprice':D) <2> ('mb':D) | " +
          "('mb':D) <2> ('mgood':D <1> 'mprice':D)))",
        words: "'mgood' & 'mprice' & 'mb'",
        rank: "(('mgood':D <1> 'mprice':D) & ('mb'))",
      },
    ]);
  });

  it('bare words by their stems, and as they are', () => {
    expect(match('price')).toEqual(["('mprice')"]);
    expect(match('prices')).toEqual(["(('mprice' | 'mprices':D))"]);
    expect(words('prices')).toEqual(["('mprice' | 'mprices')"]);
    expect(match('universe')).toEqual(["(('munivers':C | 'muniverse':D))"]);
    expect(required('prices')[0]!.written).toBe("('mprices':D)");
  });

  it('prefixes', () => {
    expect(match('"good pri*"')).toEqual(["('mgood':D <1> 'mpri':*D)"]);
    expect(words('pri*')).toEqual(["'mpri':*"]);
  });

  it('letters without spaces by pairs', () => {
    expect(match('价')).toEqual(["('m价')"]);
    expect(match('价格')).toEqual(["('m价格')"]);
    expect(match('"价格"')).toEqual(["('m价格':D)"]);
    expect(match('"a 价格表 b"')).toEqual(["('ma':D <1> 'm价格':D <1> 'm格表':D <2> 'mb':D)"]);
    expect(words('"a 价格表 b"')).toEqual(["'ma' & 'm价格' & 'm格表' & 'mb'"]);
    expect(match('"价格" NEAR/1 b')).toEqual(["('m价格' & 'mb' & (('m价格':D) <2> ('mb') | ('mb') <1> ('m价格':D)))"]);
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
