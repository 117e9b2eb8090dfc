import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashToken, tokensOf } from './tokens.js';

describe('tokensOf', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['!!', []],
    ["'", []],
    ['Hello', ['hello']],
    ['HELLO,', ['hello']],
    ['follow-up', ['follow', 'up']],
    ['(follow up)', ['follow', 'up']],
    ['e-mail@example.com', ['e', 'mail', 'example', 'com']],
    ['snake_case', ['snake', 'case']],
    ['$1,234.50', ['1', '234', '50']],
    ['4G', ['4g']],
  ])('reads ASCII: %j', (text, tokens) => expect(tokensOf(text)).toEqual(tokens));

  it.each([
    ["don't"],
    ['don’t'],
    ['don‘t'],
    ['don‛t'],
    ['donʼt'],
    ['donʻt'],
    ['don＇t'],
    ['don`t'],
    ['don´t'],
    ['don′t'],
    ['DON՚T'],
    ['dont'],
  ])('drops an apostrophe of any style: %s', (text) => expect(tokensOf(text)).toEqual(['dont']));

  it.each([
    ['decomposed letters', 'cafe\u0301', ['caf\u00e9']],
    ['composed letters', 'CAFÉ', ['caf\u00e9']],
    ['marks without a composed letter', 'm\u0303x', ['m\u0303x']],
    ['vowel signs', 'हिन्दी', ['हिन्दी']],
    ['a mark on its own', '\u0301', []],
    ['a mark before a letter', '\u0301a', ['a']],
    ['a letter that only composes in lower case', 'J\u030c', ['\u01f0']],
    ['full width', 'Ｆｕｌｌ－Ｗｉｄｔｈ', ['full', 'width']],
    ['ligatures', 'ﬁnance', ['finance']],
    ['superscripts', 'm²', ['m2']],
    ['sharp s as it is', 'Straße', ['straße']],
    ['dotted capital I', 'İstanbul', ['i\u0307stanbul']],
    ['an apostrophe that NFKC brings out', 'ŉ', ['n']],
    ['a final sigma by its own token', 'ΟΔΟΣ.Α', ['οδος', 'α']],
    ['right to left', 'שלום, עולם', ['שלום', 'עולם']],
    ['ideographs', '你好，世界', ['你好', '世界']],
    ['emoji as separators', 'a👍b', ['a', 'b']],
    ['typographic punctuation as separators', 'well…“so”—yes', ['well', 'so', 'yes']],
    ['a lone surrogate as a separator', 'a\ud800b', ['a', 'b']],
    ['no-break space', 'a\u00a0b', ['a', 'b']],
  ])('reads %s', (_, text, tokens) => expect(tokensOf(text)).toEqual(tokens));

  it('gives tokens that are their own and only token', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const token of tokensOf(text)) {
          expect(token).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}\p{M}]*$/u);
          expect(tokensOf(token)).toEqual([token]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads each part between white space by itself', () => {
    const texts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 });
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join(' ');
        expect(tokensOf(text)).toEqual(text.split(/\s+/).flatMap(tokensOf));
      }),
      { numRuns: 1000 },
    );
  });

  it('reads ASCII as the rule for all text does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const expected =
          text
            .replace(/['`]/g, '')
            .toLowerCase()
            .match(/[a-z0-9]+/g) ?? [];
        expect(tokensOf(text)).toEqual(expected);
      }),
    );
  });
});

describe('hashToken', () => {
  // Stored forms hold these: another value needs a new version of the form.
  it.each([
    ['', 0xab3e7c0b],
    ['a', 0x1a80b1b3],
    ['pricing', 0x688c2bd1],
    ['straße', 0xa37e5a5c],
  ])('keeps the hash of %j', (token, hash) => expect(hashToken(token)).toBe(hash));
});
