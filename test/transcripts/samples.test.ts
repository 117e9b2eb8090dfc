import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createDraft } from '#debrief/transcripts/draft.js';
import { readTranscript } from '#debrief/transcripts/read-transcript.js';
import { settleWords } from '#debrief/transcripts/settle.js';

interface Sample {
  readonly format: string;
  readonly language?: string;
  /** Number, name, e-mail address, channel, type; those left out are null. */
  readonly speakers: readonly (readonly unknown[])[];
  /** Cues read and kept. */
  readonly cues?: readonly [number, number];
  /** `speaker:text|punctuation start-end`. */
  readonly words: string;
  /** Words whose times are interpolated. */
  readonly interpolated?: readonly number[];
  readonly notes?: readonly string[];
}

// Each sample was written for this test from the documentation of its format.
const samples: Readonly<Record<string, Sample>> = {
  'zoom.vtt': {
    format: 'webvtt',
    speakers: [
      [0, 'Ann Lee'],
      [1, 'Bob Ray'],
    ],
    cues: [3, 3],
    words: `0:Good| 1-1.429  0:morning|, 1.429-2.179  0:Bob|. 2.179-2.5  1:Morning|! 2.5-2.957  1:One| 2.957-3.152
      1:thing|: 3.152-3.478  1:the| 3.478-3.674  1:price|. 3.674-4  0:Sure|. 4.2-5`,
    interpolated: [0, 3, 3, 8],
  },
  'teams.vtt': {
    format: 'webvtt',
    speakers: [[0, 'Ann Lee'], [1, 'Bob & Co'], [2]],
    cues: [4, 4],
    words: `0:Hello| 1-1.588  0:there| & 1.588-2.176  0:welcome|. 2.176-3  1:Thanks|. 3.2-4  2:Who| 4.5-4.833
      2:is| 4.833-5.056  2:this|? 5.056-5.5  0:Me|. 6-6.571  1:And| 6.571-7.429  1:me|. 7.429-8`,
    interpolated: [0, 3, 4, 7, 7, 10],
  },
  'meet.vtt': {
    format: 'webvtt',
    speakers: [[0]],
    cues: [4, 3],
    words: `0:So| 0-0.444  0:what| 0.444-1.333  0:now|? 1.333-2  0:Blink| 3600-3600  0:3| < 3602-3602.25
      0:4| 3602.25-3602.5  0:is| 3602.5-3603  0:true| 3603-3604`,
    interpolated: [0, 3, 4, 8],
  },
  'rolling.vtt': {
    format: 'webvtt',
    speakers: [[0]],
    cues: [5, 3],
    words: `0:hello| 0-0.5  0:there| 0.5-1  0:all| 1-2  0:how| 2.01-2.5  0:are| 2.5-3  0:you| 3-4  0:today| 4.01-6`,
  },
  'cr.vtt': { format: 'webvtt', speakers: [[0, 'NOTE Taker']], cues: [1, 1], words: '0:Right|. 1-2' },
  'plain.srt': {
    format: 'srt',
    speakers: [[0]],
    cues: [5, 4],
    words: `0:Good| 1-1.571  0:day|. 1.571-2  0:We| 2.5-2.808  0:have| 2.808-3.423  0:42| 3.423-3.731
      0:rooms|. 3.731-4.5  0:No| 5-5.25  0:number| 5.25-6  0:Two| & 67.5-67.714  0:two| 67.714-67.929  0:<3| 67.929-68`,
    interpolated: [0, 2, 2, 6, 6, 8, 8, 11],
  },
  'named.srt': {
    format: 'srt',
    speakers: [
      [0, 'Ann'],
      [1, 'Bob'],
    ],
    cues: [4, 4],
    words: `0:Yes|. 0-1  1:Yes|. 1-2  1:Yes|. 2-3  0:Fine|, 3-3.286  0:at| 3.286-3.429  0:10:30| 3.429-3.714
      0:then|. 3.714-4`,
    interpolated: [3, 7],
  },
  'highlighted.srt': {
    format: 'srt',
    speakers: [[0]],
    cues: [5, 2],
    words: `0:We| 0-0.4  0:meet| 0.6-1  0:again|. 1-1.5  0:I| 2-2.083  0:never| 2.083-2.5  0:said| 2.5-2.833
      0:so|. 2.833-3`,
    interpolated: [3, 7],
  },
  'whisper.json': {
    format: 'whisper',
    language: 'en',
    speakers: [[0]],
    words: '0:Hello| 0-0.52  0:there|. 0.52-1.4  0:Goodbye| 2-2.77  0:now|. 2.77-3.1',
    interpolated: [1, 2, 2, 4],
    notes: ['1 word ended before the start; the end is interpolated.'],
  },
  'openai-words.json': {
    format: 'openai',
    language: 'en',
    speakers: [[0]],
    words: `0:Well| 0-0.24  0:known| 0.24-0.5  0:facts|: 0.5-1  0:twenty|, 1.5-1.5  0:percent| – 1.5-2  0:yes|! 2.5-3`,
  },
  'openai-segments.json': {
    format: 'openai',
    language: 'en',
    speakers: [[0]],
    words: '0:One| 0-0.6  0:two|. 0.6-1.2  0:Three|. 2-4',
    interpolated: [0, 2],
  },
  'openai-diarized.json': {
    format: 'openai-diarized',
    speakers: [[0, 'agent'], [1]],
    words: '0:Hi| 0.5-0.9  0:Ann|. 0.9-1.5  1:Hello|! 1.25-2',
    interpolated: [0, 2],
  },
  'deepgram.json': {
    format: 'deepgram',
    language: 'en',
    speakers: [
      [0, null, null, 0],
      [1, null, null, 0],
      [2, null, null, 1],
    ],
    words: '0:Hello| 0.08-0.48  1:there|. 0.48-0.98  2:hi| 0.5-0.75',
  },
  'deepgram-silent.json': { format: 'deepgram', speakers: [], words: '' },
  'assemblyai.json': {
    format: 'assemblyai',
    language: 'en',
    speakers: [
      [0, null, null, 0],
      [1, null, null, 1],
    ],
    words: '0:Smoke| 0.25-0.65  0:fires|. 0.73-1.022  1:Yes|. 0.9-1.2',
  },
  'aws-transcribe.json': {
    format: 'aws-transcribe',
    language: 'en',
    speakers: [[0], [1]],
    words: "0:Hi|, 0-0.31  0:I'm| 0.45-0.6  0:Ann|. 0.6-1.02  1:Hello|. 1.5-2",
  },
  'aws-channels.json': {
    format: 'aws-transcribe',
    speakers: [
      [0, null, null, 0],
      [1, null, null, 1],
    ],
    words: '1:No|. 0.2-0.5  0:Yes|. 1-1.4',
  },
  'aws-call-analytics.json': {
    format: 'aws-call-analytics',
    language: 'en',
    speakers: [
      [0, null, null, null, 'INTERNAL'],
      [1, null, null, null, 'EXTERNAL'],
    ],
    words: '0:Hello|, 0.38-0.8  0:sir|. 0.9-1.6  1:Go| 2-2.2  1:on| 2.2-2.4',
    interpolated: [2, 4],
  },
  'google-v1.json': {
    format: 'google-v1',
    language: 'en',
    speakers: [[0], [1]],
    words: '0:hi| 0-0.4  1:how| 1.4-1.8  1:are| 1.8-2  1:you| 3-3.2',
  },
  'google-v1-snake.json': {
    format: 'google-v1',
    speakers: [
      [0, null, null, 0],
      [1, null, null, 1],
    ],
    words: '1:no| 0-0.6  0:Yes|. 1.4-2',
  },
  'google-v2.json': {
    format: 'google-v2',
    language: 'en',
    speakers: [[0], [1], [2]],
    words: '0:Good| 0-0.3  1:day|. 0.3-0.9  2:no| 2-2.4  2:words| 2.4-3.4',
    interpolated: [2, 4],
  },
  'rev-ai.json': {
    format: 'rev-ai',
    speakers: [[0, 'Ann Lee'], [2]],
    words: '2:Hi|, 0.5-1.5  2:<unknown>| 1.5-1.75  2:sir|. 1.75-2.85  0:Bye|! 3-3.2',
  },
  'vcon-body.json': {
    format: 'vcon',
    language: 'en',
    speakers: [
      [0, null, 'bob@example.net'],
      [1, 'Ann Lee', 'ann@example.com'],
    ],
    words: '0:Hi| 0.5-0.75  1:there|. 0.8-1.25  0:Done|. 61-61.5',
  },
  'vcon-text.json': {
    format: 'vcon',
    speakers: [
      [0, 'Bob Ray'],
      [1, 'Ann Lee'],
    ],
    words: '0:Are| 0-0.21  0:you| 0.21-0.42  0:there|? 0.42-0.77  1:Yes|. 5-5.21',
    interpolated: [0, 3, 3, 4],
  },
};

function readSample(name: string) {
  return readTranscript(readFileSync(`test/transcripts/samples/${name}`, 'utf8'), JSON.parse);
}

test.each(Object.entries(samples))('%s', (name, sample) => {
  const file = readSample(name);
  const settled = settleWords(file.words, file.segments);
  const shown = settled.words.map(
    ({ speaker, text, punctuation, start, end }) => `${speaker}:${text}|${punctuation} ${start}-${end}`,
  );
  expect(shown).toEqual(sample.words.split(/\s{2,}/).filter((word) => word !== ''));
  expect(settled.interpolated).toEqual(sample.interpolated ?? []);
  expect(settled.notes).toEqual(sample.notes ?? []);
  expect(file.speakers.map((each) => [each.number, each.name, each.email, each.channel, each.type])).toEqual(
    sample.speakers.map((each) => [...each, null, null, null, null].slice(0, 5)),
  );
  expect([file.format, file.language]).toEqual([sample.format, sample.language ?? null]);
  expect(file.cues && [file.cues.read, file.cues.kept]).toEqual(sample.cues ?? null);
});

test('why cues were dropped is counted', () => {
  const dropped = (name: string) => readSample(name).cues?.dropped;
  expect(dropped('meet.vtt')).toEqual([{ reason: 'has no text', count: 1 }]);
  expect(dropped('rolling.vtt')).toEqual([{ reason: 'shows the same words again', count: 2 }]);
  expect(dropped('highlighted.srt')).toEqual([{ reason: 'shows the same words again', count: 3 }]);
});

test.each([
  ['', 'it has nothing;'],
  ['Hello\nthere', 'it has text that begins with "Hello";'],
  ['WEBVTTX\n', 'it has text that begins with "WEBVTTX";'],
  ['[]', 'it has JSON that is an array of 0;'],
  ['{"foo": 1, "bar": 2}', 'it has JSON with the fields foo, bar;'],
  ['{"monologues": 3}', 'monologues is not an array; it takes an array'],
  [
    '{"monologues": [{"elements": [{"type": "text", "value": "a", "ts": "soon"}]}]}',
    'monologues[0].elements[0].ts is not a time',
  ],
  ['{"monologues": [{"elements": [{"type": "text", "value": {}}]}]}', 'monologues[0].elements[0].value is not text'],
])('%j is refused, saying what was found', (text, problem) => {
  expect(() => readTranscript(text, JSON.parse)).toThrow(problem);
});

test('a call has at most 200,000 words', () => {
  const draft = createDraft('srt', []);
  const speaker = draft.speaker('a');
  draft.words('a '.repeat(200_000), { speaker });
  expect(() => draft.words('a', { speaker })).toThrow('transcript has too many words; it takes at most 200000 words');
});

test('a speaker of the call keeps their number, by e-mail address or name', () => {
  const known = [
    { number: 5, name: 'bob ray', email: null },
    { number: 0, name: 'Somebody', email: null },
  ];
  const text = readFileSync('test/transcripts/samples/zoom.vtt', 'utf8');
  const { speakers } = readTranscript(text, JSON.parse, known);
  expect(speakers.map(({ number, name }) => [number, name])).toEqual([
    [1, 'Ann Lee'],
    [5, 'Bob Ray'],
  ]);
});
