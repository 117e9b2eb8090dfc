// Very many random dialogues through the analysis alone, several with the topics of one: what it learns of one call's words
// must be right for the next.

import { expect, test } from 'vitest';
import { analyzeCall, matchCall } from '#debrief/analysis/analyze.js';
import { decodeForm } from '#debrief/analysis/form.js';
import { encodeForm } from '#debrief/analysis/form-encoder.js';
import { compileTopics } from '#debrief/analysis/topics.js';
import { checkTranscript } from '#debrief/ingest/words.js';
import type { Topic, Word } from '../naive/analysis.js';
import { differences } from '../naive/cases.js';
import { randomDialogue } from '../naive/random-dialogue.js';
import { naiveEntry, naively } from '../support/analysed.js';

const SETS = 150;
const CALLS = 6;

test('analyses are those of the naive implementation', () => {
  const wrong: unknown[] = [];
  for (let given = 0; given < SETS; given++) {
    const { topics, canonicalTopicId } = randomDialogue(20_000 + given);
    const set = compileTopics(topics);
    for (let call = 0; call < CALLS; call++) {
      const { words, duration, speakerTypes } = randomDialogue(given * CALLS + call);
      const { transcript: _, ...expected } = naively({ words, duration, speakerTypes, topics, canonicalTopicId });
      const typeOf = (v: number) => speakerTypes.get(v) ?? 'UNKNOWN';
      const form = decodeForm(encodeForm(checkTranscript(words).words));
      const made = analyzeCall(form, duration, { topics: set, canonicalTopicId, typeOf });
      const { stats, questionCounts } = made;
      const topicMatches = JSON.parse(new TextDecoder().decode(made.topicMatches));
      const found = differences({ stats, questionCounts, topicMatches }, expected);
      if (found.length > 0) wrong.push({ given, call, found, topics: topics.map((topic) => topic.words) });
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});

const said = (words: readonly string[]): Word[] =>
  words.map((word, i) => ({ start: String(i), end: String(i + 0.5), word, v: 0 }));

function matched(words: readonly Word[], set: ReturnType<typeof compileTopics>) {
  const form = decodeForm(encodeForm(checkTranscript(words).words));
  const made = matchCall(form, { topics: set, canonicalTopicId: null, typeOf: () => 'UNKNOWN' });
  return { hits: made.topicHits, blocks: JSON.parse(new TextDecoder().decode(made.topicMatches)) };
}

test('words that fit several tokens of phrases, at each place of them', () => {
  const words = Array.from({ length: 30 }, (_, i) => `word${String.fromCharCode(97 + (i % 15))}${i}`);
  const pairs = (of: readonly string[]) => of.flatMap((one) => of.map((other) => `${one} ${other}`));
  const topics: Topic[] = [
    { id: 1, name: 'Exact', words: pairs(words) },
    { id: 2, name: 'Beginnings', words: pairs(words.map((word) => `${word.slice(0, 5)}*`)).slice(0, 900) },
    {
      id: 3,
      name: 'Both',
      words: words.flatMap((word) => [`${word} word*`, `word* ${word} word*`, `${word.slice(0, -1)}*`]),
    },
  ];
  const set = compileTopics(topics);
  const call = said(Array.from({ length: 120 }, (_, i) => words[(i * i * 7 + i) % words.length]!));
  const expected = naiveEntry({ words: call, speakerTypes: new Map(), topics, canonicalTopicId: 0 });
  expect(differences(matched(call, set).blocks, expected.topicMatches)).toEqual([]);
  expect(differences(matched(call, set).blocks, expected.topicMatches)).toEqual([]);
});

test('the words of any number of calls, which it does not keep for ever', () => {
  const topics: Topic[] = [{ id: 1, name: 'Many', words: ['abc*', 'abc* xyz*', 'abc7'], wordForms: true }];
  const set = compileTopics(topics);
  const { tables } = set;
  for (let call = 0; call < 5; call++) {
    const words = Array.from({ length: 40_000 }, (_, i) => `${i % 4 === 0 ? 'xyz' : 'abc'}${call * 40_000 + i}`);
    expect(matched(said(words), set).hits).toEqual(new Map([[1, 30_000]]));
  }
  expect(set.tables).not.toBe(tables);
  const [block] = matched(said(['abc7', 'xyz', 'abd', 'abc']), set).blocks;
  const texts = block.topicsWithMatches[0].matches.map((match: { searchText: string[] }) => match.searchText);
  expect(texts).toEqual([['abc*', 'abc* xyz*', 'abc7'], ['abc*']]);
});
