import { describe, expect, it } from 'vitest';
import { CANONICAL_QUESTIONS } from './canonical-questions.js';
import { decodeForm } from './form.js';
import { encodeForm } from './form-encoder.js';
import { madeWords, spokenWords } from './made-words.js';
import { questionCounts } from './questions.js';
import { tokensOf } from './tokens.js';
import { matchTopics } from './topic-matcher.js';
import { compileTopics } from './topics.js';
import type { SpeakerType, Words } from './words.js';

const TYPES: readonly SpeakerType[] = ['INTERNAL', 'EXTERNAL', 'UNKNOWN'];

/** Question counts of speakers 0 (internal), 1 (external) and 2 (unknown). */
function counted(words: Words, phrases: readonly string[], canonicalTopicId: number | null = 7): number[] {
  const form = decodeForm(encodeForm(words));
  const set = compileTopics([
    { id: 9, name: 'Other', words: ['do you', 'price'] },
    { id: 7, name: 'Questions', words: phrases },
  ]);
  const counts = questionCounts(form, matchTopics(form, set), set, canonicalTopicId, (speaker) => TYPES[speaker]!);
  return [counts.internalSpeakerQuestionCount, counts.externalSpeakerQuestionCount, counts.unknownSpeakerQuestionCount];
}

const PHRASES = ['what is', 'how', 'is it', 'you know what'];

describe('questionCounts', () => {
  it.each<[string, [number, string][], number[]]>([
    ['no match', [[0, 'Good morning. Fine?']], [0, 0, 0]],
    ['two sentences', [[0, 'What is that? And how much?']], [2, 0, 0]],
    ['two matches in one sentence once', [[0, 'What is that and how? No.']], [1, 0, 0]],
    ['sentences without a question mark', [[0, 'Tell me how. That is how! How']], [3, 0, 0]],
    ['a comma as no end', [[0, 'How, I ask, is it done.']], [1, 0, 0]],
    ['a quote after the end as no end', [[0, '"How?" and how?']], [1, 0, 0]],
    [
      'each block’s open end as an end',
      [
        [0, 'and how'],
        [1, 'how'],
        [0, 'what is'],
      ],
      [2, 1, 0],
    ],
    [
      'each speaker’s type',
      [
        [2, 'How? How?'],
        [1, 'Yes. How?'],
        [2, 'How'],
      ],
      [0, 1, 3],
    ],
    ['a match over an end for the sentence that it begins in', [[0, 'You know. What about how?']], [2, 0, 0]],
    ['no other topic’s matches', [[0, 'What price do you see? Do you? How?']], [1, 0, 0]],
  ])('takes %s', (_, turns, counts) => expect(counted(spokenWords(...turns), PHRASES)).toEqual(counts));

  it('ends sentences with words too', () => {
    const words = madeWords([
      [0, 0, 1, 'how?'],
      [0, 1, 2, 'how.', ','],
      [0, 2, 3, 'how'],
      [0, 3, 4, 'how much. how'],
    ]);
    expect(counted(words, PHRASES)).toEqual([3, 0, 0]);
  });

  it.each([null, 8])('is 0 where the canonical topic is %s', (id) => {
    expect(counted(spokenWords([0, 'How?']), PHRASES, id)).toEqual([0, 0, 0]);
  });

  it('is 0 without words', () => expect(counted(madeWords([]), PHRASES)).toEqual([0, 0, 0]));
});

describe('the default canonical questions', () => {
  it('are distinct phrases of more than one token', () => {
    const phrases = CANONICAL_QUESTIONS.words.map((words) => tokensOf(words).join(' '));
    expect(new Set(phrases).size).toBe(phrases.length);
    expect(phrases.filter((phrase) => !phrase.includes(' '))).toEqual([]);
  });

  it.each([
    ['What’s your timeline?', 1],
    ['So, how many licences do you have? And who else decides?', 2],
    ['Walk me through that.', 1],
    ['That is what we need. I know how it works. You are right.', 0],
  ])('find the questions in %j', (text, count) => {
    expect(counted(spokenWords([0, text]), CANONICAL_QUESTIONS.words)).toEqual([count, 0, 0]);
  });
});
