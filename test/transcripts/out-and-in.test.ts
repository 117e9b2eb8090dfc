import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTranscript } from '#debrief/transcripts/read-transcript.js';
import { settleWords } from '#debrief/transcripts/settle.js';
import type { ShownTranscript } from '#debrief/transcripts/shown-transcript.js';
import { writeSrt } from '#debrief/transcripts/write-srt.js';
import { writeText } from '#debrief/transcripts/write-text.js';
import { writeVcon } from '#debrief/transcripts/write-vcon.js';
import { writeWebVtt } from '#debrief/transcripts/write-webvtt.js';

const call = {
  uuid: '018bcfe5-6800-8626-9e41-346b98451fa5',
  createdAt: '2026-03-01T10:05:00Z',
  start: '2026-03-01T10:00:00Z',
  durationSeconds: 12.5,
};
const writers = {
  webvtt: writeWebVtt,
  srt: writeSrt,
  vcon: (transcript: ShownTranscript) => writeVcon(transcript, call),
};

function readIn(text: string): ShownTranscript {
  const { words, segments, speakers } = readTranscript(text, JSON.parse);
  const settled = settleWords(words, segments);
  return { words: settled.words, interpolated: settled.interpolated, speakers };
}

const names = ['Ann Lee', 'Bob <Ray> & Co', 'NOTE Taker'] as const;
const text = fc.oneof(
  fc.constantFrom(
    'Yes',
    'no',
    'a',
    '-',
    '♪',
    '42',
    '10:30',
    'One:',
    '<b>',
    '&amp;',
    '<3',
    '-->',
    'NOTE',
    'C++',
    'é',
    '👍',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((each) => !/\s/.test(each)),
);

/** Words as a reader returns them: each speaker's follow each other, in milliseconds. */
const transcripts = fc
  .array(
    fc.record({
      text,
      speaker: fc.integer({ min: 0, max: 2 }),
      pause: fc.integer({ min: -300, max: 1500 }),
      length: fc.integer({ min: 0, max: 900 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .chain((rows) =>
    fc.tuple(fc.constant(rows), fc.boolean(), fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 })),
  )
  .map(([rows, isNamed, cues]): ShownTranscript => {
    const ends = [0, 0, 0];
    let before = 0;
    const order: number[] = [];
    const words = rows.map(({ text, speaker, pause, length }) => {
      // A reader numbers those who have names in the order in which they come.
      if (!order.includes(speaker)) order.push(speaker);
      const number = isNamed ? order.indexOf(speaker) : speaker;
      const start = Math.max(ends[number]!, before, before + pause);
      before = start;
      ends[number] = start + length;
      const [word, punctuation] = [text.replace(/[.,;:!?…。、，！？；："'”’»)\]}]+$/u, ''), ''];
      return {
        text: word === '' ? 'x' : word,
        punctuation,
        start: start / 1000,
        end: (start + length) / 1000,
        speaker: number,
      };
    });
    const edges = [...new Set(cues.map((edge) => Math.min(edge, words.length)))].sort((a, b) => a - b);
    const interpolated = edges.length % 2 === 0 ? edges : edges.slice(1);
    const heard = new Set(words.map(({ speaker }) => speaker));
    const speakers = [0, 1, 2]
      .filter((each) => heard.has(each))
      .map((number) => ({ number, name: isNamed ? names[number]! : null, email: null }));
    return { words, interpolated, speakers };
  });

/** Words as people read them: a piece that is no word belongs to the one before it. */
const spoken = ({ words }: ShownTranscript) =>
  words.map(({ text, punctuation, start, end, speaker }) => ({
    written: `${text}${punctuation}`,
    start,
    end,
    speaker,
  }));

test.each(Object.entries(writers))('%s out and in again has the same words, times and speakers', (_, write) => {
  fc.assert(
    fc.property(transcripts, (transcript) => {
      const again = readIn(write(transcript));
      expect(spoken(again)).toEqual(spoken(transcript));
      // What comes in from a file goes out and in without any change.
      const third = readIn(write(again));
      expect(third.words).toEqual(again.words);
      expect(third.speakers.map(({ number, name }) => [number, name])).toEqual(
        again.speakers.map(({ number, name }) => [number, name]),
      );
    }),
    { numRuns: 150 },
  );
});

const twoSpeakers: ShownTranscript = readIn(
  'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hello there, Bob.\n\n00:02.500 --> 00:03.000\n<v Bob>Hi!\n\n00:05.500 --> 00:06.000\n<v Bob>So<00:05.700> <00:05.800>what?\n',
);

test('WebVTT as it is written', () => {
  expect(writeWebVtt(twoSpeakers)).toBe(`WEBVTT

00:00:01.000 --> 00:00:02.000
<v.speaker-0 Ann>Hello there, Bob.</v>

00:00:02.500 --> 00:00:03.000
<v.speaker-1 Bob>Hi!</v>

00:00:05.500 --> 00:00:06.000
<v.speaker-1 Bob>So<00:00:05.700> <00:00:05.800>what?</v>
`);
});

test('WebVTT keeps which times are interpolated', () => {
  const words = twoSpeakers.words.map((word) => ({ ...word, end: word.end - 0.001 }));
  const again = readIn(writeWebVtt({ ...twoSpeakers, words, interpolated: [0, 3, 3, 4] }));
  expect(again.interpolated).toEqual([0, 3, 3, 4]);
  expect(again.words.map(({ end }) => end)).toEqual(words.map(({ end }) => Math.round(end * 1000) / 1000));
});

test('SRT as it is written', () => {
  expect(writeSrt(twoSpeakers)).toBe(`1
00:00:01,000 --> 00:00:02,000
Ann: Hello there, Bob.

2
00:00:02,500 --> 00:00:03,000
Bob: Hi!

3
00:00:05,500 --> 00:00:05,700
Bob: <u>So</u> what?

4
00:00:05,800 --> 00:00:06,000
Bob: So <u>what?</u>
`);
});

test('text as it is written', () => {
  expect(writeText(twoSpeakers)).toBe(
    '[00:00:01] Ann: Hello there, Bob.\n[00:00:02] Bob: Hi!\n[00:00:05] Bob: So what?\n',
  );
});

test('a vCon keeps which times are interpolated, and who its parties are', () => {
  const again = readIn(
    writeVcon({ ...twoSpeakers, speakers: [{ number: 0, name: 'Ann', email: 'ann@example.com' }] }, call),
  );
  expect(again.interpolated).toEqual(twoSpeakers.interpolated);
  expect(again.speakers.map(({ number, name, email }) => [number, name, email])).toEqual([
    [0, 'Ann', 'ann@example.com'],
    [1, null, null],
  ]);
});
