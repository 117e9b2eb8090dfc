import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch, requiredTerms, type SearchFault, type SearchQuery } from './search-query.js';
import { tokensOf } from './tokens.js';

const phrase = (...tokens: string[]) => ({ kind: 'phrase', tokens });
const near = (left: string[], distance: number, right: string[]) => ({ kind: 'near', left, right, distance });
const all = (...required: object[]) => ({ alternatives: [{ required, excluded: [] }] });

describe('parseSearch', () => {
  it.each<[string, object]>([
    ['price', all(phrase('price'))],
    ['  Price\tLIST ', all(phrase('price'), phrase('list'))],
    ['"good price"', all(phrase('good', 'price'))],
    ['“good price”', all(phrase('good', 'price'))],
    ['"Good -  price, (or) * NEAR/5"', all(phrase('good', 'price', 'or', 'near', '5'))],
    ['don’t', all(phrase('dont'))],
    ["don't", all(phrase('dont'))],
    ['follow-up', all(phrase('follow', 'up'))],
    ['price, list.', all(phrase('price'), phrase('list'))],
    ['a"b c"d', all(phrase('a'), phrase('b', 'c'), phrase('d'))],
    ['and near', all(phrase('and'), phrase('near'))],
    ['"or"', all(phrase('or'))],
    [
      'price -list -"very good"',
      { alternatives: [{ required: [phrase('price')], excluded: [phrase('list'), phrase('very', 'good')] }] },
    ],
    ['a -or', { alternatives: [{ required: [phrase('a')], excluded: [phrase('or')] }] }],
    [
      'a b OR c -d',
      {
        alternatives: [
          { required: [phrase('a'), phrase('b')], excluded: [] },
          { required: [phrase('c')], excluded: [phrase('d')] },
        ],
      },
    ],
    ['price NEAR/5 list', all(near(['price'], 5, ['list']))],
    ['x near/30 "two words" y', all(near(['x'], 30, ['two', 'words']), phrase('y'))],
    ['a NEAR/1 b c NEAR/2 d', all(near(['a'], 1, ['b']), near(['c'], 2, ['d']))],
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
    ['a pric*', 3, /"\*"/],
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
        const found = parseSearch(text);
        if ('fault' in found) {
          expect(found.at).toBeGreaterThan(0);
          expect(found.at).toBeLessThanOrEqual(Math.max(1, text.length));
          return;
        }
        const terms = found.alternatives.flatMap(({ required, excluded }) => [...required, ...excluded]);
        const tokens = terms.flatMap((term) => (term.kind === 'near' ? [...term.left, ...term.right] : term.tokens));
        expect(terms.length).toBeLessThanOrEqual(20);
        expect(tokens.length).toBeLessThanOrEqual(60);
        for (const token of tokens) expect(tokensOf(token)).toEqual([token]);
        for (const { required } of found.alternatives) expect(required.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads a phrase as its tokens', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('good', "don't", 'Follow-up', 'ÉTÉ', '9%'), { minLength: 1, maxLength: 8 }),
        (words) => {
          const query = parseSearch(`"${words.join(', ')}"`) as SearchQuery;
          expect(query).toEqual(all(phrase(...words.flatMap(tokensOf))));
        },
      ),
    );
  });
});

it('a term that is written twice is one to find', () => {
  expect(requiredTerms(parseSearch('a b or A -c') as SearchQuery)).toEqual([phrase('a'), phrase('b')]);
});
