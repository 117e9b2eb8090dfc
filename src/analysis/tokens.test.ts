import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashToken, tokensOf, unsignedToken } from './tokens.js';

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
    ['4G', ['4g']],
    ['e.g. U.S.A.', ['e', 'g', 'u', 's', 'a']],
    ['well,then', ['well', 'then']],
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
    ['emoji as separators', 'a👍b', ['a', 'b']],
    ['typographic punctuation as separators', 'well…“so”—yes', ['well', 'so', 'yes']],
    ['a lone surrogate as a separator', 'a\ud800b', ['a', 'b']],
    ['no-break space', 'a\u00a0b', ['a', 'b']],
  ])('reads %s', (_, text, tokens) => expect(tokensOf(text)).toEqual(tokens));

  it.each([
    ['a soft hyphen', 'dis\u00adcount'],
    ['a zero-width space', 'dis\u200bcount'],
    ['a zero-width non-joiner', 'dis\u200ccount'],
    ['a zero-width joiner', 'dis\u200dcount'],
    ['a word joiner', 'dis\u2060count'],
    ['a byte order mark', 'dis\ufeffcount'],
    ['marks of direction', '\u200fdiscount\u202c'],
    ['a combining grapheme joiner', 'dis\u034fcount'],
    ['a variation selector', 'discount\ufe0f'],
    ['a Mongolian vowel separator', 'dis\u180ecount'],
    ['a tag', 'dis\u{e0041}count'],
    ['a Hangul filler', 'discount\u3164'],
    ['one that NFKC makes a filler', 'discount\uffa0'],
  ])('drops %s', (_, text) => expect(tokensOf(text)).toEqual(['discount']));

  it.each([
    ['C++ and C#, not C', ['c++', 'and', 'c#', 'not', 'c']],
    ['c++11', ['c++', '11']],
    ['a+b', ['a+', 'b']],
    ['+49 #1 + #', ['49', '1']],
    ['18+', ['18+']],
    ['Na⁺ é\u0324+', ['na+', 'é\u0324+']],
    ['Ｃ＋＋ Ｃ＃', ['c++', 'c#']],
    ['词+', ['词+']],
    ['AT&T a@b.com', ['at', 't', 'a', 'b', 'com']],
    ['100% 5%-10%', ['100%', '5%', '10%']],
    ['$25 25€ ¥25', ['$25', '25€', '¥25']],
    ['％25 ＄25 ２５％', ['%25', '$25', '25%']],
    ['$ 25 25 %', ['25', '25']],
    ['US$25 50%off', ['us', '$25', '50%', 'off']],
    ['25$25', ['25$', '25']],
    ['$25% -$25.', ['$25%', '$25']],
    ['$25k $abc v2% 5m$', ['25k', 'abc', 'v2', '5m']],
    ['$25+ 25+%', ['$25+', '25+']],
    ['٢٥% 25٪', ['٢٥', '25']],
    ['𞋿25', ['𞋿25']],
  ])('reads signs: %s', (text, tokens) => expect(tokensOf(text)).toEqual(tokens));

  it.each([
    ['25,000', ['25000']],
    ['1,234,567.89', ['1234567.89']],
    ['$1,234.50', ['$1234.50']],
    ['25,000,', ['25000']],
    ['25, 000', ['25', '000']],
    ['3.5 3.50', ['3.5', '3.50']],
    ['3.5. 3.5.', ['3.5', '3.5']],
    ['.5 5.', ['5', '5']],
    ['3..5', ['3', '5']],
    ['1,2', ['1', '2']],
    ['1234,567', ['1234', '567']],
    ['25,00', ['25', '00']],
    ['25,0000', ['25', '0000']],
    ['1,234,56', ['1', '234', '56']],
    ['1.5,000', ['1', '5', '000']],
    ['1,234.5.6', ['1', '234', '5', '6']],
    ['12.05.2024', ['12', '05', '2024']],
    ['$12,5%', ['$12', '5%']],
    ['v2.0', ['v2', '0']],
    ['2.5M', ['2', '5m']],
    ['25,000k', ['25', '000k']],
    ['1,000.5x', ['1', '000', '5x']],
    ['USD25,000', ['usd25', '000']],
    ['3.5\u0301', ['3', '5\u0301']],
    ['3.٥', ['3', '٥']],
    ["1'000'000", ['1000000']],
    ["1'.5 1,'000 5'11", ['1.5', '1000', '511']],
    ['2\u200b5,0\u00ad00', ['25000']],
    ['２５，０００．５', ['25000.5']],
    ['25,000円', ['25000', '円']],
    ['约3.5万', ['约', '3.5', '万']],
    ['1,234-5,678', ['1234', '5678']],
    ['10:30', ['10', '30']],
  ])('reads numbers: %s', (text, tokens) => expect(tokensOf(text)).toEqual(tokens));

  it.each([
    ['Han', '你好，世界', ['你', '好', '世', '界']],
    ['Han numbers that are letters', '二〇二五 〇〇', ['二', '〇', '二', '五', '〇', '〇']],
    ['Kana, and what is of both', 'データで時々', ['デ', 'ー', 'タ', 'で', '時', '々']],
    ['half-width Kana', 'ﾃﾞｰﾀ', ['デ', 'ー', 'タ']],
    ['marks behind letters', 'が\u309a゙', ['が\u309a\u3099']],
    ['Thai', 'ราคาน้ำ', ['ร', 'า', 'ค', 'า', 'น้ํ', 'า']],
    ['Lao', 'ລາຄາ', ['ລ', 'າ', 'ຄ', 'າ']],
    ['Khmer', 'តម្លៃ', ['ត', 'ម្', 'លៃ']],
    ['Burmese', 'ဈေးနှုန်း', ['ဈေး', 'နှု', 'န်း']],
    ['no Korean', '가격 얼마', ['가격', '얼마']],
    ['digits of such scripts as runs', '๒๕บาท', ['๒๕', 'บ', 'า', 'ท']],
    ['other letters between', 'iPhone手机4G网', ['iphone', '手', '机', '4g', '网']],
  ])('reads scripts without spaces: %s', (_, text, tokens) => expect(tokensOf(text)).toEqual(tokens));

  /** All kinds of characters that the rules mention, next to each other. */
  const unit = fc.oneof(
    fc.constantFrom(..."aZ09025,.,.+#%$€\u00ad\u200b\ufeff'’ -&中。คำ가é\u0301３٥½™"),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  );
  const anyText = fc.string({ unit, maxLength: 12 });

  it('gives tokens that are their own and only token', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const token of tokensOf(text)) {
          expect(token).toMatch(/^[%\p{Sc}]?[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(\.\d+)?([+#]*|[%\p{Sc}])$/u);
          expect(tokensOf(token)).toEqual([token]);
          expect(tokensOf(unsignedToken(token))).toEqual([unsignedToken(token)]);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('reads each part between white space by itself', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 4 }), (parts) => {
        const text = parts.join(' ');
        expect(tokensOf(text)).toEqual(text.split(/[^\S\ufeff]+/).flatMap(tokensOf));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds nothing else where what is dropped is left out', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokensOf(text.replace(/['’\p{Cf}]/gu, ''))).toEqual(tokensOf(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('reads ASCII as the rule for all text does', () => {
    const ascii = fc.oneof(
      fc.constantFrom(..."aZ09,.,.+#%$'"),
      fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit: ascii }), (text) => {
        expect(['é', ...tokensOf(text)]).toEqual(tokensOf(`é ${text}`));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('unsignedToken', () => {
  it.each([
    ['$25', '25'],
    ['25€', '25'],
    ['100%', '100'],
    ['$25%', '25'],
    ['𞋿25', '25'],
    ['$25+', '25+'],
    ['25', '25'],
    ['c++', 'c++'],
  ])('of %s is %s', (token, unsigned) => expect(unsignedToken(token)).toBe(unsigned));
});

describe('hashToken', () => {
  // Stored forms hold these hashes: other values need a new version of the form.
  it.each([
    ['', 0xab3e7c0b],
    ['a', 0x1a80b1b3],
    ['pricing', 0x688c2bd1],
    ['straße', 0xa37e5a5c],
  ])('keeps the hash of %j', (token, hash) => expect(hashToken(token)).toBe(hash));
});
