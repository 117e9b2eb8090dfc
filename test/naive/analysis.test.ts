// The reference against calls worked out by hand (see cases.ts for the arithmetic), and against what must hold for any
// call at all.

import { describe, expect, test } from 'vitest';
import {
  naiveBlocks,
  naiveQuestionCounts,
  naiveStats,
  naiveTopicMatches,
  naiveTranscript,
  naiveWindow,
  type Topic,
  type Word,
} from './analysis.js';
import { CANONICAL_TOPIC_ID, cases, differences } from './cases.js';
import { randomDialogue } from './random-dialogue.js';

function word(v: number, start: string, end: string, text: string): Word {
  return { start, end, word: text, v };
}

describe('by hand', () => {
  test.each(cases)('$name', ({ words, duration, speakerTypes, topics, canonicalTopicId, window, expected }) => {
    const types = new Map(speakerTypes);
    const matches = naiveTopicMatches(words, types, topics);
    if (expected.transcript) expect(differences(naiveTranscript(words), expected.transcript)).toEqual([]);
    if (expected.stats) {
      const stats = Object.entries(naiveStats(words, duration, types));
      const stated = Object.fromEntries(stats.filter(([name]) => name in expected.stats!));
      expect(differences(stated, expected.stats)).toEqual([]);
    }
    if (expected.topicMatches) expect(differences(matches, expected.topicMatches)).toEqual([]);
    if (expected.topicMatchesInWindow) {
      const left = naiveWindow(matches, window!.length, window!.minimumMatches);
      expect(differences(left, expected.topicMatchesInWindow)).toEqual([]);
    }
    if (expected.questionCounts) {
      const counts = naiveQuestionCounts(words, types, topics, canonicalTopicId);
      expect(differences(counts, expected.questionCounts)).toEqual([]);
    }
  });

  test('each case has a name of its own and states something', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    for (const { name, expected } of cases) expect(Object.keys(expected).length, name).toBeGreaterThan(0);
    expect(new Set(cases.map((given) => given.canonicalTopicId))).toEqual(new Set([CANONICAL_TOPIC_ID]));
  });

  test('topics come by id whatever order they are given in', () => {
    const topics: Topic[] = [10, 2, 9].map((id) => ({ id, name: `${id}`, words: ['yes'] }));
    const [block] = naiveTopicMatches([word(0, '0', '1', 'yes')], new Map(), topics);
    expect(block?.topicsWithMatches.map(({ topicId }) => topicId)).toEqual(['2', '9', '10']);
  });

  test('a phrase given twice is listed once', () => {
    const topics: Topic[] = [{ id: 2, name: 'Twice', words: ['yes', 'no', 'yes'] }];
    const [block] = naiveTopicMatches([word(0, '0', '1', 'yes')], new Map(), topics);
    expect(block?.topicsWithMatches[0]?.matches).toMatchObject([{ searchText: ['yes'] }]);
  });

  test('without the canonical topic no question counts', () => {
    const topics: Topic[] = [{ id: 2, name: 'Other', words: ['what'] }];
    const counts = naiveQuestionCounts([word(0, '0', '1', 'what?')], new Map(), topics, CANONICAL_TOPIC_ID);
    expect(counts).toEqual({
      internalSpeakerQuestionCount: 0,
      externalSpeakerQuestionCount: 0,
      unknownSpeakerQuestionCount: 0,
    });
  });

  test('the figures of the vendor, to the last digit', () => {
    const ratio = cases.find(({ name }) => name.startsWith('stats: the example'))!;
    const stats = naiveStats(ratio.words, ratio.duration, new Map(ratio.speakerTypes));
    expect(stats.talkRatio).toBe(0.6371951219512195); // 418 ÷ (418 + 238)
    const speeds = cases.find(({ name }) => name.startsWith('talk speeds: the example'))!;
    expect(naiveStats(speeds.words, speeds.duration, new Map()).talkSpeeds).toEqual(speeds.expected.stats?.talkSpeeds);
  });

  test('what is no decimal is refused', () => {
    expect(() => naiveBlocks([word(0, 'soon', '1', 'a'), word(0, '2', '3', 'b')])).toThrow('not a decimal');
  });
});

describe('differences', () => {
  test('tells values, keys and lengths, and lets rounding pass', () => {
    expect(differences({ a: [0.1 + 0.2, null, 'x'] }, { a: [0.3, null, 'x'] })).toEqual([]);
    expect(differences({ a: 1 }, { a: 2 })).toEqual(['value.a: 1, expected 2']);
    expect(differences([1], [1, 2])).toEqual(['value.1: missing, expected 2']);
    expect(differences({ a: 1, b: 2 }, { a: 1 })).toEqual(['value.b: 2, expected none']);
    expect(differences(null, 0)).toEqual(['value: null, expected 0']);
    expect(differences([], {})).toEqual(['value: an array on one side alone']);
  });
});

describe('of random dialogues', () => {
  const dialogues = Array.from({ length: 500 }, (_, seed) => randomDialogue(seed));

  test('the same seed gives the same', () => {
    expect(randomDialogue(7)).toEqual(randomDialogue(7));
    expect(randomDialogue(7)).not.toEqual(randomDialogue(8));
  });

  test('they are as nasty as they should be', () => {
    const pairs = dialogues.flatMap(({ words }) => {
      const ordered = naiveBlocks(words).flatMap((block) => block.words);
      return ordered.slice(1).map((next, i) => ({ before: ordered[i]!, next }));
    });
    const gap = ({ before, next }: { before: Word; next: Word }): number => Number(next.start) - Number(before.end);
    const matches = dialogues.flatMap(({ words, speakerTypes, topics }) =>
      naiveTopicMatches(words, speakerTypes, topics).flatMap((block) =>
        block.topicsWithMatches.flatMap((t) => t.matches),
      ),
    );
    const seen = {
      exactlyTwoSeconds: pairs.filter((pair) => Math.abs(gap(pair) - 2) < 1e-6 && pair.before.v === pair.next.v).length,
      overlaps: pairs.filter((pair) => gap(pair) < 0).length,
      nested: pairs.filter(({ before, next }) => Number(next.end) < Number(before.end)).length,
      equalStarts: pairs.filter(({ before, next }) => Number(next.start) === Number(before.start)).length,
      matches: matches.length,
      merged: matches.filter(({ searchText }) => searchText.length > 1).length,
      overSeveralPieces: matches.filter((match) => match.matchEndIndex > match.matchStartIndex).length,
      manySections: dialogues.filter((d) => naiveStats(d.words, null, new Map()).talkSpeeds.length > 1).length,
      partlyWindowed: dialogues.filter(({ words, speakerTypes, topics, window }) => {
        const all = naiveTopicMatches(words, speakerTypes, topics);
        const left = naiveWindow(all, window.length, window.minimumMatches);
        return left.length > 0 && JSON.stringify(left) !== JSON.stringify(all);
      }).length,
      questions: dialogues.filter(({ words, speakerTypes, topics, canonicalTopicId }) => {
        const counts = naiveQuestionCounts(words, speakerTypes, topics, canonicalTopicId);
        return Object.values(counts).some((count) => count > 1);
      }).length,
    };
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(40);
  });

  test('blocks hold every word once, and sections too', () => {
    for (const { words, speakerTypes } of dialogues) {
      const blocks = naiveBlocks(words);
      expect(new Set(blocks.flatMap((block) => block.words))).toEqual(new Set(words));
      expect(blocks.flatMap((block) => block.words)).toHaveLength(words.length);
      for (const block of blocks) expect(new Set(block.words.map(({ v }) => v))).toEqual(new Set([block.v]));
      for (const { start, end, wordsPerMinute } of naiveStats(words, null, speakerTypes).talkSpeeds) {
        const total = Object.values(wordsPerMinute).reduce((sum, rate) => sum + (rate * (end - start)) / 60, 0);
        if (end > start) expect(Math.abs(total - Math.round(total))).toBeLessThan(1e-6);
      }
    }
  });

  test('a match is a slice of its block, in order, and lasts within the words of it', () => {
    for (const { words, speakerTypes, topics } of dialogues) {
      for (const block of naiveTopicMatches(words, speakerTypes, topics)) {
        const pieces = block.text.split(/\s+/);
        for (const { topicId, matches } of block.topicsWithMatches) {
          const topic = topics.find(({ id }) => String(id) === topicId)!;
          for (const match of matches) {
            const slice = pieces.slice(match.matchStartIndex, match.matchEndIndex + 1);
            expect(match.matchingText).toBe(slice.join(' '));
            expect(match.matchStartTime).toBeGreaterThanOrEqual(block.startTime);
            expect(match.searchText.length).toBeGreaterThan(0);
            expect(topic.words.filter((phrase) => match.searchText.includes(phrase))).toEqual(match.searchText);
          }
          const starts = matches.map((match) => match.matchStartIndex);
          expect(starts).toEqual([...starts].sort((a, b) => a - b));
        }
      }
    }
  });

  test('a window never adds, one match in any length keeps all, and more matches keep less', () => {
    for (const { words, speakerTypes, topics, window } of dialogues) {
      const all = naiveTopicMatches(words, speakerTypes, topics);
      expect(naiveWindow(all, window.length, 1)).toEqual(all);
      const size = (minimum: number): number => JSON.stringify(naiveWindow(all, window.length, minimum)).length;
      expect(size(3)).toBeLessThanOrEqual(size(2));
      expect(naiveWindow(all, window.length, 1000)).toEqual([]);
    }
  });
});
