import { describe, expect, it } from 'vitest';
import { decodeForm } from './form.js';
import { encodeForm } from './form-encoder.js';
import { madeWords, type Row, spokenWords } from './made-words.js';
import { parseSearch, type SearchQuery } from './search-query.js';
import { searchSnippets } from './search-snippets.js';
import type { Words } from './words.js';

const find = (words: Words, query: string) =>
  searchSnippets(decodeForm(encodeForm(words)), parseSearch(query) as SearchQuery);

/** The matched parts of each snippet's text. */
const marked = (words: Words, query: string) =>
  find(words, query).map(({ text, ranges }) => ranges.map(([from, to]) => text.slice(from, to)));

describe('snippets', () => {
  it('show what was found, with its times and speaker', () => {
    const words = spokenWords([0, 'Hello there.'], [1, 'What is the price, please?']);
    expect(find(words, 'price')).toEqual([
      { startTime: 5, endTime: 5.5, speakerNumber: 1, text: 'What is the price, please?', ranges: [[12, 17]] },
    ]);
    expect(find(words, '"what is" please')).toEqual([
      {
        startTime: 2,
        endTime: 6.5,
        speakerNumber: 1,
        text: 'What is the price, please?',
        ranges: [
          [0, 7],
          [19, 25],
        ],
      },
    ]);
  });

  it.each<[string, string, string, string[][]]>([
    ['phrases over punctuation', 'the end. Of it', '"end of"', [['end. Of']]],
    ['parts of a word as the whole', 'a follow-up call', 'up', [['follow-up']]],
    ['words in quotes without them', 'so "good" it', 'good', [['good']]],
    ['apostrophes', 'I don’t know', "don't", [['don’t']]],
    ['signs that are letters to a token', 'the ™ mark', 'tm', [['™']]],
    ['overlapping finds as one', 'a b c', '"a b" "b c"', [['a b c']]],
    ['English forms of bare words', 'prices and Pricing', 'price', [['prices', 'Pricing']]],
    ['words in quotes as they are', 'prices and a price', '"price"', [['price']]],
    ['what begins so', 'prices and pride', 'pri* -x', [['prices', 'pride']]],
    ['numbers with a sign and without', '100% or $100 or 1000', '100', [['100', '100']]],
    ['the letters found in a run', '你好请问价格是多少', '价格', [['价格']]],
    ['letters with their marks', 'ราคาเท่าไหร่', 'เท่า', [['เท่า']]],
    ['letters in a run with a word', 'iPhone的价格', '价格 iphone', [['iPhone', '价格']]],
    ['half-width letters', 'ｶﾞｲﾄﾞ', 'イド', [['ｲﾄﾞ']]],
    ['letters over words', '价 格, 是', '"格是"', [['格, 是']]],
    ['both sides of a NEAR', 'price of the list', 'list NEAR/3 price', [['price', 'list']]],
    ['no NEAR beyond its distance', 'price of the list', 'list NEAR/2 price', []],
    ['the required words only', 'good bad', 'good -worse', [['good']]],
    ['any alternative', 'good bad', 'bad or worse', [['bad']]],
  ])('mark %s', (_, text, query, expected) => {
    expect(marked(spokenWords([0, text]), query)).toEqual(expected);
  });

  it('are of one block', () => {
    const words = spokenWords([0, 'a good'], [1, 'price for'], [0, 'good price']);
    expect(marked(words, '"good price"')).toEqual([['good price']]);
    expect(marked(words, 'good NEAR/5 price')).toEqual([['good', 'price']]);
    expect(find(words, 'good').map(({ text }) => text)).toEqual(['a good', 'good price']);
  });

  it('have eight words of context at most', () => {
    const text = Array.from({ length: 40 }, (_, i) => `w${i}`).join(' ');
    const [snippet] = find(spokenWords([0, text]), 'w20');
    expect(snippet!.text).toBe(Array.from({ length: 17 }, (_, i) => `w${i + 12}`).join(' '));
  });

  it('of a run of letters show 32 to each side, and those far apart in passages of their own', () => {
    const run = (length: number) => '好'.repeat(length);
    const [passage, ...more] = find(spokenWords([0, `${run(100)}价格${run(100)}`]), '价格');
    expect(passage).toMatchObject({ text: `${run(32)}价格${run(32)}`, ranges: [[32, 34]] });
    expect(more).toEqual([]);
    expect(find(spokenWords([0, `价格${run(40)}价格${run(200)}价格`]), '价格').map(({ ranges }) => ranges)).toEqual([
      [
        [0, 2],
        [42, 44],
      ],
      [[32, 34]],
    ]);
  });

  it('are the five with most of the terms, in order of time', () => {
    const turns = ['a', 'a', 'b', 'a', 'a b', 'a', 'a', 'a b', 'a'].map((text, i): [number, string] => [i % 2, text]);
    expect(find(spokenWords(...turns), 'a b').map(({ text }) => text)).toEqual(['a', 'a', 'b', 'a b', 'a b']);
  });

  it('of a word with white space inside show its pieces', () => {
    const rows: Row[] = [
      [0, 0, 1, 'please don’t', ','],
      [0, 1, 2, ' ', ''],
      [0, 2, 3, 'stop', '.'],
    ];
    expect(marked(madeWords(rows), 'dont')).toEqual([['don’t']]);
    expect(marked(madeWords(rows), '"dont stop"')).toEqual([['don’t, stop']]);
    expect(find(madeWords(rows), 'stop')[0]).toMatchObject({ startTime: 2, endTime: 3 });
  });

  it('find words that are cut for being long', () => {
    const long = 'x'.repeat(300);
    expect(marked(spokenWords([0, `a ${long} b`]), 'x'.repeat(250))).toEqual([[long]]);
  });

  it('find nothing in a call without words', () => {
    expect(find(madeWords([]), 'a')).toEqual([]);
  });
});
