import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeForm } from './form.js';
import { encodeForm } from './form-encoder.js';
import { madeWords, type Row, spokenWords } from './made-words.js';
import { hashToken, tokensOf } from './tokens.js';
import { matchTopics } from './topic-matcher.js';
import { type BlockMatches, topicMatchesJson } from './topic-matches.js';
import { compileTopics, type Topic } from './topics.js';
import { decodeUtf8 } from './utf8.js';
import type { Words } from './words.js';

function matchesOf(words: Words, topics: readonly Topic[]): BlockMatches[] {
  const form = decodeForm(encodeForm(words));
  const set = compileTopics(topics);
  const typeOf = (speaker: number) => (speaker === 0 ? 'INTERNAL' : 'EXTERNAL');
  return JSON.parse(decodeUtf8(topicMatchesJson(form, matchTopics(form, set), set, typeOf)));
}

const topic = (id: number, ...words: string[]): Topic => ({ id, name: `Topic ${id}`, words });

/** All matches as [topic, phrases, text, first index, last index]. */
function listed(words: Words, ...topics: Topic[]) {
  return matchesOf(words, topics).flatMap((block) =>
    block.topicsWithMatches.flatMap(({ topicId, matches }) =>
      matches.map((match) => [
        Number(topicId),
        match.searchText,
        match.matchingText,
        match.matchStartIndex,
        match.matchEndIndex,
      ]),
    ),
  );
}

describe('topic matches', () => {
  it('have v2’s shape', () => {
    const words = madeWords([
      [0, 1, 1.5, 'Hello', '.'],
      [1, 2, 2.5, "What's"],
      [1, 2.5, 3, 'the'],
      [1, 3, 3.5, 'Price', '?'],
    ]);
    expect(JSON.stringify(matchesOf(words, [topic(12, 'the price')]))).toBe(
      '[{"startTime":2,"endTime":3.5,"text":"What\'s the Price?","speakerType":"EXTERNAL","topicsWithMatches":' +
        '[{"topicId":"12","topicName":"Topic 12","matches":[{"searchText":["the price"],"matchingText":"the Price?",' +
        '"matchStartTime":2.5,"matchStartIndex":1,"matchEndTime":3.5,"matchEndIndex":2}]}]}]',
    );
  });

  it.each([
    ['a tab', 'good\tprice'],
    ['two spaces', 'good  price'],
    ['a no-break space', 'good\u00a0price'],
    ['an ideographic space', 'good\u3000price'],
    ['a line separator', 'good\u2028price'],
  ])('show %s between words as one space', (_, text) => {
    const words = madeWords([
      [0, 1, 2, 'a "\\" '],
      [0, 2, 3, text],
      [0, 3, 4, '“price”', '"'],
    ]);
    expect(listed(words, topic(1, 'good price', 'price'))).toEqual([
      [1, ['good price', 'price'], 'good price', 2, 3],
      [1, ['price'], '“price”"', 4, 4],
    ]);
    expect(matchesOf(words, [topic(1, 'price')])[0]!.text).toBe(`a "\\"  ${text} “price”"`);
  });

  it.each([
    ['one space', 'good price'],
    ['two spaces', 'good  price'],
    ['a line feed', 'good\nprice'],
    ['a no-break space', 'good\u00a0price'],
    ['an Ogham space', 'good\u1680price'],
    ['a thin space', 'good\u2009price'],
    ['an ideographic space', 'good\u3000price'],
  ])('count %s as one where nothing else is odd', (_, text) => {
    const words = madeWords([
      [0, 1, 2, 'größer'],
      [0, 2, 3, text],
      [0, 3, 4, 'price'],
    ]);
    expect(listed(words, topic(1, 'good price', 'price'))).toEqual([
      [1, ['good price', 'price'], 'good price', 1, 2],
      [1, ['price'], 'price', 3, 3],
    ]);
    expect(matchesOf(words, [topic(1, 'price')])[0]!.text).toBe(`größer ${text} price`);
  });

  it.each<[string, string, string[], unknown[]]>([
    ['a whole word', 'the art of the start', ['art'], [[1, ['art'], 'art', 1, 1]]],
    ['no part of a word', 'the start', ['art', 'star'], []],
    ['any case', 'PRICE', ['price'], [[1, ['price'], 'PRICE', 0, 0]]],
    ['over punctuation', 'the end. Of it', ['end of'], [[1, ['end of'], 'end. Of', 1, 2]]],
    ['hyphens as spaces', 'a follow up', ['follow-up'], [[1, ['follow-up'], 'follow up', 1, 2]]],
    ['words with hyphens', 'a follow-up call', ['follow up call'], [[1, ['follow up call'], 'follow-up call', 1, 2]]],
    ['part of a word of several tokens', 'a follow-up', ['up'], [[1, ['up'], 'follow-up', 1, 1]]],
    ['apostrophes of any style', 'I don’t', ["don't"], [[1, ["don't"], 'don’t', 1, 1]]],
    ['every spelling of a phrase', "I don't", ['dont', 'no', "don't"], [[1, ['dont', "don't"], "don't", 1, 1]]],
    ['a phrase given twice, once', 'price', ['price', 'price'], [[1, ['price'], 'price', 0, 0]]],
    ['nothing for a phrase without a token', 'yes !! no', ['!!', '', ' '], []],
    [
      'each place',
      'no no no',
      ['no'],
      [
        [1, ['no'], 'no', 0, 0],
        [1, ['no'], 'no', 1, 1],
        [1, ['no'], 'no', 2, 2],
      ],
    ],
    [
      'overlapping phrases as one, in the topic’s order',
      'what does it cost you',
      ['it cost you', 'cost', 'does it'],
      [[1, ['it cost you', 'cost', 'does it'], 'does it cost you', 1, 4]],
    ],
    [
      'phrases that touch but share no token apart',
      'sales call now',
      ['sales call', 'now'],
      [
        [1, ['sales call'], 'sales call', 0, 1],
        [1, ['now'], 'now', 2, 2],
      ],
    ],
    ['a phrase that overlaps itself, once', 'a b a b a', ['a b a'], [[1, ['a b a'], 'a b a b a', 0, 4]]],
    [
      'a shorter phrase inside, and one that follows',
      'a b c d',
      ['a b c', 'b', 'd'],
      [
        [1, ['a b c', 'b'], 'a b c', 0, 2],
        [1, ['d'], 'd', 3, 3],
      ],
    ],
    [
      'tokens of one word apart',
      'a yes-no-yes b',
      ['yes'],
      [
        [1, ['yes'], 'yes-no-yes', 1, 1],
        [1, ['yes'], 'yes-no-yes', 1, 1],
      ],
    ],
    ['a long phrase whose beginning is one too', 'a b c x', ['a b c d', 'a'], [[1, ['a'], 'a', 0, 0]]],
  ])('find %s', (_, text, phrases, matches) => {
    expect(listed(spokenWords([0, text]), topic(1, ...phrases))).toEqual(matches);
  });

  it('do not span blocks', () => {
    expect(listed(spokenWords([0, 'the final'], [1, 'price is']), topic(1, 'final price', 'price'))).toEqual([
      [1, ['price'], 'price', 0, 0],
    ]);
  });

  it('keep topics apart, in the order of their ids', () => {
    const topics = [topic(10, 'price'), topic(9, 'the price', 'is'), topic(100, 'price')];
    expect(listed(spokenWords([0, 'the price is']), ...topics)).toEqual([
      [9, ['the price'], 'the price', 0, 1],
      [9, ['is'], 'is', 2, 2],
      [10, ['price'], 'price', 1, 1],
      [100, ['price'], 'price', 1, 1],
    ]);
  });

  it('show each block with matches, in order', () => {
    const words = spokenWords([0, 'a b'], [1, 'c'], [0, 'b a'], [1, 'a']);
    expect(
      matchesOf(words, [topic(1, 'a')]).map((block) => [block.startTime, block.endTime, block.speakerType]),
    ).toEqual([
      [0, 1.5, 'INTERNAL'],
      [3, 4.5, 'INTERNAL'],
      [5, 5.5, 'EXTERNAL'],
    ]);
  });

  it('count the white space within and around words', () => {
    const words = madeWords([
      [0, 0, 1, ' '],
      [0, 1, 2, ' so  I'],
      [0, 2, 3, ''],
      [0, 3, 4, 'think that\u00a0the', ' …'],
      [0, 4, 5, '-', '?'],
      [0, 5, 6, 'price '],
    ]);
    expect(listed(words, topic(1, 'the price', 'i', 'that'))).toEqual([
      [1, ['i'], 'I', 1, 1],
      [1, ['that'], 'that', 3, 3],
      [1, ['the price'], 'the … -? price', 4, 7],
    ]);
    expect(matchesOf(words, [topic(1, 'i')])[0]!.text).toBe('so  I  think that\u00a0the … -? price');
  });

  it('are not made of a text that is not UTF-8', () => {
    const bytes = encodeForm(spokenWords([0, 'The price café.']));
    const damaged = bytes.map((byte, at) => (byte === 0xa9 && at > bytes.length - 4 ? 0x28 : byte));
    expect(damaged).not.toEqual(bytes);
    const form = decodeForm(damaged);
    const set = compileTopics([topic(1, 'price')]);
    expect(() => topicMatchesJson(form, matchTopics(form, set), set, () => 'UNKNOWN')).toThrow(TypeError);
  });

  it('are told apart from tokens with the same hash', () => {
    const byHash = new Map<number, string>();
    let pair: [string, string] | undefined;
    for (let i = 0; !pair; i++) {
      const token = i.toString(36);
      const other = byHash.get(hashToken(token));
      if (other !== undefined) pair = [other, token];
      byHash.set(hashToken(token), token);
    }
    expect(listed(spokenWords([0, pair[0]]), topic(1, pair[1]))).toEqual([]);
    expect(listed(spokenWords([0, pair.join(' ')]), topic(1, pair[0]), topic(2, pair[1]))).toEqual([
      [1, [pair[0]], pair[0], 0, 0],
      [2, [pair[1]], pair[1], 1, 1],
    ]);
  });

  it('are none without topics or words', () => {
    expect(listed(spokenWords([0, 'a']))).toEqual([]);
    expect(listed(madeWords([]), topic(1, 'a'))).toEqual([]);
  });
});

describe('matching', () => {
  const token = fc.constantFrom('a', 'b', 'c', 'd', 'e', "a'", 'A', 'é');
  const word = fc.oneof(
    token,
    token,
    token,
    fc.array(fc.oneof(token, fc.constantFrom(' ', '-', '!')), { maxLength: 6 }).map((parts) => parts.join('')),
  );
  const rows = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 0, max: 30 }), word, fc.constantFrom('', '.', " ,'a")), {
    maxLength: 40,
  });
  const phrase = fc.array(token, { maxLength: 4 }).map((tokens) => tokens.join(' '));
  const topics = fc.array(fc.array(phrase, { maxLength: 12 }), { maxLength: 4 });

  it('finds what a plain search of every phrase at every token finds', () => {
    fc.assert(
      fc.property(rows, topics, (made, wordLists) => {
        let start = 0;
        const words = madeWords(
          made.map(([speaker, pause, text, p]): Row => {
            start += pause / 10;
            return [speaker, start, start + 0.1, text, p];
          }),
        );
        const defined = wordLists.map((list, index) => topic(index + 1, ...list));
        expect(listed(words, ...defined)).toEqual(plainSearch(words, defined));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds them with many topics and matches', () => {
    const names = Array.from({ length: 300 }, (_, i) => `w${i % 40}`);
    const said = (i: number) => names[(i * i) % 300]!;
    const words = spokenWords([0, Array.from({ length: 20_000 }, (_, i) => said(i)).join(' ')]);
    const many = names.map((name, i) => topic(i + 1, name, `${said(i)} ${said(i + 1)}`));
    expect(listed(words, ...many)).toEqual(plainSearch(words, many));
  });

  it('finds them where there are more of all than there is room for at first', () => {
    const names = Array.from({ length: 70_000 }, (_, i) => `${'w'.repeat(8)}${i}`);
    const pairs = names.slice(1).map((name, i) => `${names[i]} ${name}`);
    const alone = names.slice(0, 10_000).map((name, i) => topic(i + 3, name));
    const found = listed(spokenWords([0, names.join(' ')]), topic(1, ...names), topic(2, ...pairs, 'w9'), ...alone);
    expect(found).toEqual([
      ...names.map((name, i) => [1, [name], name, i, i]),
      [2, pairs, names.join(' '), 0, 69_999],
      ...alone.map(({ id, words: [name] }, i) => [id, [name], name, i, i]),
    ]);
    expect(listed(spokenWords([0, 'a b c']), topic(1, 'b'))).toEqual([[1, ['b'], 'b', 1, 1]]);
  });
});

/** The rule of api-v2 §5 as nested loops over strings. The result has the form of `listed`. */
function plainSearch(words: Words, topics: readonly Topic[]): unknown[] {
  const found: unknown[] = [];
  for (let from = 0, to = 0; from < words.count; from = to) {
    to = from + 1;
    while (to < words.count && words.speaker[to] === words.speaker[from]) {
      if (Math.round((words.start[to]! - words.end[to - 1]!) * 1000) > 2000) break;
      to++;
    }
    const texts = words.text.slice(from, to).map((text, i) => text + words.punctuation[from + i]);
    const pieces = texts.join(' ').trim().split(/\s+/);
    const tokens = pieces.flatMap((piece, index) => tokensOf(piece).map((text) => ({ text, index })));
    for (const { id, words: phrases } of topics) {
      const spans: { first: number; last: number; phrases: Set<string> }[] = [];
      const wanted = phrases.map((phrase) => ({ phrase, sought: tokensOf(phrase) }));
      for (let at = 0; at < tokens.length; at++) {
        for (const { phrase, sought } of wanted) {
          if (sought.length === 0 || sought.some((text, i) => tokens[at + i]?.text !== text)) continue;
          const last = at + sought.length - 1;
          const overlapped = spans.find((span) => span.last >= at);
          if (overlapped) {
            overlapped.last = Math.max(overlapped.last, last);
            overlapped.phrases.add(phrase);
          } else spans.push({ first: at, last, phrases: new Set([phrase]) });
        }
      }
      for (const span of spans) {
        const [first, last] = [tokens[span.first]!.index, tokens[span.last]!.index];
        const searchText = [...new Set(phrases)].filter((phrase) => span.phrases.has(phrase));
        found.push([id, searchText, pieces.slice(first, last + 1).join(' '), first, last]);
      }
    }
  }
  return found;
}
