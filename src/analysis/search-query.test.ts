import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asWritten,
  parseSearch,
  phrasesOf,
  requiredTerms,
  type SearchFault,
  type SearchQuery,
} from './search-query.js';
import { tokensOf } from './tokens.js';

const words = (fits: string, tokens: readonly string[]) => tokens.map((token) => ({ token, fits }));
/** Words in quotes. */
const quoted = (...tokens: string[]) => ({ kind: 'phrase', words: words('written', tokens) });
const bare = (...tokens: string[]) => ({ kind: 'phrase', words: words('forms', tokens) });
const prefix = (token: string) => ({ kind: 'phrase', words: words('prefix', [token]) });
const near = (left: string[], distance: number, right: string[]) => {
  return { kind: 'near', left: words('forms', left), right: words('forms', right), distance };
};
const all = (...required: object[]) => ({ alternatives: [{ required, excluded: [] }] });
const without = (required: object[], excluded: object[]) => ({ alternatives: [{ required, excluded }] });

describe('parseSearch', () => {
  it.each<[string, object]>([
    ['price', all(bare('price'))],
    ['  Price\tLIST ', all(bare('price'), bare('list'))],
    ['"good price"', all(quoted('good', 'price'))],
    ['“good price”', all(quoted('good', 'price'))],
    ['"Good -  price, (or) NEAR/5 AND"', all(quoted('good', 'price', 'or', 'near', '5', 'and'))],
    ['don’t', all(bare('dont'))],
    ["don't", all(bare('dont'))],
    ['follow-up', all(bare('follow', 'up'))],
    ['price, list.', all(bare('price'), bare('list'))],
    ['a"b c"d', all(bare('a'), quoted('b', 'c'), bare('d'))],
    ['and near not', all(bare('and'), bare('near'), bare('not'))],
    ['And Not', all(bare('and'), bare('not'))],
    ['"or" "AND" "NOT"', all(quoted('or'), quoted('and'), quoted('not'))],
    ['price -list -"very good"', without([bare('price')], [bare('list'), quoted('very', 'good')])],
    ['a -or -AND', without([bare('a')], [bare('or'), bare('and')])],
    [
      'a b OR c -d',
      {
        alternatives: [
          { required: [bare('a'), bare('b')], excluded: [] },
          { required: [bare('c')], excluded: [bare('d')] },
        ],
      },
    ],
    ['a AND b', all(bare('a'), bare('b'))],
    ['a AND "b c" AND d', all(bare('a'), quoted('b', 'c'), bare('d'))],
    ['a NOT b', without([bare('a')], [bare('b')])],
    ['a AND NOT "b c"', without([bare('a')], [quoted('b', 'c')])],
    ['NOT a b NOT c', without([bare('b')], [bare('a'), bare('c')])],
    ['a AND -b', without([bare('a')], [bare('b')])],
    [
      'a OR NOT b c',
      {
        alternatives: [
          { required: [bare('a')], excluded: [] },
          { required: [bare('c')], excluded: [bare('b')] },
        ],
      },
    ],
    ['a AND b NEAR/2 c AND d', all(bare('a'), near(['b'], 2, ['c']), bare('d'))],
    ['pri*', all(prefix('pri'))],
    ['Pri* -lis*, 250*', without([prefix('pri'), prefix('250')], [prefix('lis')])],
    [
      '"good pri* list"',
      all({
        kind: 'phrase',
        words: [...words('written', ['good']), ...words('prefix', ['pri']), ...words('written', ['list'])],
      }),
    ],
    ['follow-ups*', all({ kind: 'phrase', words: [...words('forms', ['follow']), ...words('prefix', ['ups'])] })],
    [
      'pri* NEAR/5 lis*',
      all({ kind: 'near', left: words('prefix', ['pri']), right: words('prefix', ['lis']), distance: 5 }),
    ],
    ['100% C++ $25 25,000 3.5', all(bare('100%'), bare('c++'), bare('$25'), bare('25000'), bare('3.5'))],
    ['价格 ราคา', all(bare('价', '格'), bare(...'ราคา'))],
    ['price NEAR/5 list', all(near(['price'], 5, ['list']))],
    [
      'x near/30 "two words" y',
      all(
        { kind: 'near', left: words('forms', ['x']), right: words('written', ['two', 'words']), distance: 30 },
        bare('y'),
      ),
    ],
    ['a NEAR/1 b c NEAR/2 d', all(near(['a'], 1, ['b']), near(['c'], 2, ['d']))],
    ['价'.repeat(50), all(bare(...'价'.repeat(50)))],
    [`"${'价格 a '.repeat(10)}"`, all(quoted(...[...'价格a'.repeat(10)]))],
  ])('reads %s', (text, query) => {
    expect(parseSearch(text)).toEqual(query);
  });

  it.each<[string, number, RegExp]>([
    ['', 1, /no word/],
    ['   ', 1, /no word/],
    ['a "b', 3, /not closed/],
    ['a -"b', 3, /not closed/],
    ['a ""', 3, /no letter or digit/],
    ['a - b', 3, /no letter or digit/],
    ['a & b', 3, /no letter or digit/],
    ['-a', 1, /only excludes/],
    ['a or -b -c', 6, /only excludes/],
    ['or a', 1, /one side of an or/],
    ['a or', 3, /one side of an or/],
    ['a or or b', 6, /one side of an or/],
    ['(a or b) c', 1, /"\("/],
    ['-a -b', 1, /only excludes, .*write: price NOT discount/],
    ['NOT a', 1, /only excludes/],
    ['a OR NOT b', 6, /only excludes on one side of an or, .*write: price or cost NOT discount/],
    ['NOT b or a', 1, /only excludes on one side of an or/],
    ['AND a', 1, /an AND without .*write: price AND discount/],
    ['a AND', 3, /an AND without/],
    ['a AND AND b', 3, /an AND without/],
    ['a AND or b', 3, /an AND without/],
    ['a or AND b', 6, /an AND without/],
    ['a AND NEAR/5 b', 3, /an AND without/],
    ['a NEAR/5 AND b', 3, /NEAR without a word/],
    ['NOT', 1, /a NOT without .*write: price NOT discount/],
    ['a NOT', 3, /a NOT without/],
    ['a NOT NOT b', 3, /a NOT without/],
    ['a NOT -b', 3, /a NOT without/],
    ['a NOT AND b', 3, /a NOT without/],
    ['a NOT or b', 3, /a NOT without/],
    ['a NOT NEAR/5 b', 3, /a NOT without/],
    ['NOT a NEAR/5 b', 7, /NEAR without a word/],
    ['a pr*', 3, /"\*" .*write: pri\*/],
    ['p*ice', 1, /"\*"/],
    ['*price', 1, /"\*"/],
    ['price**', 1, /"\*"/],
    ['a * b', 3, /"\*"/],
    ['"good *"', 1, /"\*"/],
    ['"a b* c"', 1, /"\*"/],
    ['c++*', 1, /"\*"/],
    ['100%*', 1, /"\*"/],
    ['价格表*', 1, /"\*"/],
    ['价'.repeat(51), 1, /more than 50 letters/],
    [`"${`${'价'.repeat(40)}a`.repeat(3)}"`, 1, /phrase of more than 100 letters/],
    ['a NEAR/5', 3, /NEAR without a word/],
    ['NEAR/5 a', 1, /NEAR without a word/],
    ['a or NEAR/5 b', 6, /NEAR without a word/],
    ['a NEAR/5 or b', 3, /NEAR without a word/],
    ['a NEAR/5 -b', 3, /NEAR without a word/],
    ['-a NEAR/5 b', 4, /NEAR without a word/],
    ['a NEAR/5 b NEAR/5 c', 12, /NEAR without a word/],
    ['a NEAR/5 NEAR/5 b', 3, /NEAR without a word/],
    ['a NEAR/0 b', 3, /number from 1 to 30/],
    ['a NEAR/31 b', 3, /number from 1 to 30/],
    ['a NEAR/ b', 3, /number from 1 to 30/],
    ['a NEAR/1.5 b', 3, /number from 1 to 30/],
    ['x '.repeat(21).trim(), 41, /more than 20 words and phrases/],
    [`"${'x '.repeat(21)}"`, 1, /phrase of more than 20/],
    [`${`"${'x '.repeat(19)}" `.repeat(4)}`, 124, /more than 60 words/],
    ['x'.repeat(501), 500, /longer than 500/],
  ])('refuses %s at character %i', (text, at, fault) => {
    const found = parseSearch(text) as SearchFault;
    expect(found.fault).toMatch(fault);
    expect(found.at).toBe(at);
  });

  it('reads or refuses any text, and what it reads is within bounds', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'a',
        'or',
        '-',
        '"',
        ' ',
        'NEAR/3',
        ' AND ',
        ' NOT ',
        'pri*',
        '*',
        '价格',
        '9%',
        'NEAR/x',
        '(',
        'don’t',
        'é',
        '“',
        '-b',
        'ﷺ',
        '\ud800',
        '\0',
        '😀',
      ),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const query = parseSearch(text);
        if ('fault' in query) {
          expect(query.at).toBeGreaterThan(0);
          expect(query.at).toBeLessThanOrEqual(Math.max(1, text.length));
          return;
        }
        const terms = query.alternatives.flatMap(({ required, excluded }) => [...required, ...excluded]);
        const found = terms.flatMap(phrasesOf);
        expect(terms.length).toBeLessThanOrEqual(20);
        for (const phrase of found) expect(phrase.length).toBeLessThanOrEqual(120);
        for (const { token } of found.flat()) expect(tokensOf(token)).toEqual([token]);
        for (const { required } of query.alternatives) expect(required.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads a phrase as its tokens', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('good', "don't", 'Follow-up', 'ÉTÉ', '9%'), { minLength: 1, maxLength: 8 }),
        (spoken) => {
          const query = parseSearch(`"${spoken.join(', ')}"`) as SearchQuery;
          expect(query).toEqual(all(quoted(...spoken.flatMap(tokensOf))));
        },
      ),
    );
  });
});

it('a term that is written twice is one to find', () => {
  expect(requiredTerms(parseSearch('a b or A -c') as SearchQuery)).toEqual([bare('a'), bare('b')]);
});

it('as it is written, a query has no forms', () => {
  const query = parseSearch('a b NEAR/2 pri* -c or "d"') as SearchQuery;
  expect(asWritten(query)).toEqual({
    alternatives: [
      {
        required: [
          quoted('a'),
          { kind: 'near', left: words('written', ['b']), right: words('prefix', ['pri']), distance: 2 },
        ],
        excluded: [quoted('c')],
      },
      { required: [quoted('d')], excluded: [] },
    ],
  });
});
