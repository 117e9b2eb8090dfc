import { expect, test } from 'vitest';
import { readAnswer } from './answer.js';

const PIECE = { start: 100, end: 130 };
const read = (answer: unknown) => readAnswer(answer, PIECE, 'The engine');
/** Words as `segment speaker start end text`. */
const lines = (answer: unknown) =>
  read(answer).words.map(({ segment, speaker, start, end, text }) => `${segment} ${speaker} ${start} ${end} ${text}`);

test('verbose_json: listed words get the punctuation, segment and times of the whole', () => {
  const answer = {
    language: 'english',
    text: 'Hello, Ann. It is 5 dollars.',
    words: [
      { word: 'Hello', start: 1, end: 1.5 },
      { word: 'Ann', start: 1.5, end: 2 },
      { word: 'It', start: 3, end: 3.25 },
      { word: 'five', start: 3.25, end: 3.5 },
      { word: 'dollars', start: 3.5, end: 4 },
    ],
    segments: [
      { id: 0, start: 1, end: 2, text: ' Hello, Ann.', avg_logprob: -0.2, no_speech_prob: 0.01 },
      { id: 1, start: 3, end: 4, text: ' It is 5 dollars.' },
    ],
  };
  expect(lines(answer)).toEqual([
    '0 null 101 101.5 Hello,',
    '0 null 101.5 102 Ann.',
    '1 null 103 103.25 It',
    '1 null 103.25 103.5 five',
    '1 null 103.5 104 dollars.',
  ]);
  expect(read(answer)).toMatchObject({ language: 'english', segments: [{ start: 101 }, { start: 103, end: 104 }] });
});

test('diarized_json: words of a segment have its speaker, and no times', () => {
  const segments = [
    { type: 'transcript.text.segment', id: 'seg_1', start: 0.5, end: 2, speaker: 'A', text: 'Hello Ann' },
    { start: 2, end: 3, speaker: 1, text: '[door closes] Hi' },
  ];
  expect(lines({ text: '', segments })).toEqual(['0 A null null Hello', '0 A null null Ann', '1 1 null null Hi']);
});

test('words within segments, as Whisper’s programs print them; numbers may be text', () => {
  const words = [
    { word: ' Hi', start: '1.5', end: '2', probability: 0.5 },
    { text: 'Ann', start: null },
  ];
  const answer = { segments: [{ start: 1, end: 3, speaker: 'B', text: 'Hi Ann', words }] };
  expect(lines(answer)).toEqual(['0 B 101.5 102  Hi', '0 B null null Ann']);
  expect(read(answer).words[0]!.confidence).toBe(0.5);
});

test('a text alone is one segment: the piece', () => {
  expect(read({ text: ' Hello  Ann ' })).toMatchObject({
    segments: [PIECE],
    words: [
      { text: 'Hello', segment: 0 },
      { text: 'Ann', segment: 0 },
    ],
  });
});

test('an array is one of words', () => {
  expect(lines([{ word: 'Hi', start: 0, end: 1 }])).toEqual(['null null 100 101 Hi']);
});

test('what Whisper takes for silence is left out, with its words', () => {
  const answer = {
    words: [
      { word: 'Thanks', start: 1, end: 2 },
      { word: 'Hello', start: 5, end: 6 },
    ],
    segments: [
      { start: 1, end: 3, text: 'Thanks', no_speech_prob: 0.9, avg_logprob: -1.5 },
      { start: 5, end: 6, text: 'Hello.', no_speech_prob: 0.9, avg_logprob: -0.5 },
    ],
  };
  expect(lines(answer)).toEqual(['0 null 105 106 Hello.']);
});

test('an answer without words has none', () => {
  for (const answer of [{ text: '' }, { words: [] }, { segments: [] }, []]) expect(read(answer).words).toEqual([]);
});

test.each([null, 7, 'Hello', {}, { words: 'Hello' }])('%j is no answer', (answer) => {
  expect(() => read(answer)).toThrow('The engine answered something else than JSON with words, segments or text');
});
