import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSrt } from '#debrief/transcripts/srt.js';
import { readWebVtt } from '#debrief/transcripts/webvtt.js';

interface CaptionFile {
  readonly text: string;
  /** The words of each cue in order, without those of an empty cue. */
  readonly cues: readonly (readonly string[])[];
}

const clock = (milliseconds: number, comma: string, isShort: boolean) => {
  const iso = new Date(milliseconds).toISOString();
  return iso.slice(isShort && milliseconds < 3_600_000 ? 14 : 11, 23).replace('.', comma);
};

/** Cues whose words are all different, so that none of them repeats another. */
const cues = fc.array(
  fc.record({
    lines: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    start: fc.integer({ min: 0, max: 5_000_000 }),
    length: fc.integer({ min: 0, max: 10_000 }),
    name: fc.option(fc.constantFrom('1', 'NOTE Taker', 'NOTE', 'STYLE', 'REGION', 'intro - one', '00:00', 'a\tb')),
    settings: fc.constantFrom('', ' align:start', '\tline:0 position:20%,line-left', ' region:bill size:35%'),
    isShort: fc.boolean(),
    extra: fc.option(fc.constantFrom('NOTE', 'NOTE of mine', 'STYLE\n::cue { color: lime }', 'REGION\nid:fred')),
    odd: fc.constantFrom('', 'NOTE', 'STYLE', 'WEBVTT', '--', '->', 'line:0', '12', '7:30'),
  }),
  { minLength: 1, maxLength: 12 },
);
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

const webVttFiles = fc.tuple(cues, lineEnd, fc.boolean()).map(([rows, end, hasMark]): CaptionFile => {
  let word = 0;
  const all: string[][] = [];
  const blocks = rows.map(({ lines, start, length, name, settings, isShort, extra, odd }) => {
    const texts = lines
      .map((count) => Array.from({ length: count }, () => `w${word++}`))
      .filter((each) => each.length > 0);
    if (odd !== '' && texts.length > 0) texts[0]!.unshift(odd);
    all.push(texts.flat());
    const timing = `${clock(start, '.', isShort)} --> ${clock(start + length, '.', isShort)}${settings}`;
    const cue = [...(name === null ? [] : [name]), timing, ...texts.map((each) => each.join(' '))].join('\n');
    return extra === null ? cue : `${extra}\n\n${cue}`;
  });
  const text = ['WEBVTT', ...blocks, ''].join('\n\n').replaceAll('\n', end);
  return { text: `${hasMark ? '\ufeff' : ''}${text}`, cues: all };
});

const srtFiles = fc
  .tuple(cues, lineEnd, fc.boolean(), fc.constantFrom(',', '.'))
  .map(([rows, end, isNumbered, comma]): CaptionFile => {
    let word = 0;
    const all: string[][] = [];
    const blocks = rows.map(({ lines, start, length, isShort, odd }, i) => {
      const texts = lines.map((count) => Array.from({ length: count }, () => `w${word++}`));
      // Empty lines may stand inside a cue.
      if (odd !== '' && texts[0]?.length) texts[0].unshift(odd);
      all.push(texts.flat());
      const timing = `${clock(start, comma, isShort)} --> ${clock(start + length, comma, isShort)}`;
      return [...(isNumbered ? [i + 1] : []), timing, ...texts.map((each) => each.join(' '))].join('\n');
    });
    return { text: [...blocks, ''].join('\n\n').replaceAll('\n', end), cues: all };
  });

const letters = (words: readonly string[]) => words.join('').replace(/\W/g, '');

test.each([
  ['WebVTT', webVttFiles, readWebVtt],
  ['SRT', srtFiles, readSrt],
] as const)('random valid %s files lose no cue and no word', (_, files, read) => {
  fc.assert(
    fc.property(files, ({ text, cues }) => {
      const file = read(text);
      const spoken = cues.filter((words) => words.length > 0);
      expect(file.cues).toEqual({
        read: cues.length,
        kept: spoken.length,
        dropped: cues.length === spoken.length ? [] : [{ reason: 'has no text', count: cues.length - spoken.length }],
      });
      const found = file.segments.map((_, segment) =>
        letters(file.words.filter((word) => word.segment === segment).map((each) => `${each.text}${each.punctuation}`)),
      );
      expect(found).toEqual(spoken.map(letters));
    }),
    { numRuns: 300 },
  );
});

test('lines outside of all cues are told', () => {
  const { notes, cues } = readWebVtt('WEBVTT\n\nwhat is this\nand this\n\n00:01.000 --> 00:02.000\nyes\n');
  expect(notes).toEqual(['2 lines stand outside of all cues; they are left out.']);
  expect(cues?.kept).toBe(1);
});

test('people who repeat themselves are not undone', () => {
  const cue = (at: number, text: string) => `00:0${at}.000 --> 00:0${at + 1}.000\n${text}\n`;
  const { cues } = readWebVtt(['WEBVTT\n', cue(0, 'no'), cue(1, 'no'), cue(2, 'no no'), cue(3, 'yes')].join('\n'));
  expect(cues).toEqual({ read: 4, kept: 4, dropped: [] });
});

test('captions that grow word by word are undone', () => {
  const cue = (at: number, text: string) => `00:0${at}.000 --> 00:0${at + 1}.000\n${text}\n`;
  const grown = ['good', 'good day', 'good day to', 'good day to you'].map((text, i) => cue(i, text));
  const { words, cues } = readWebVtt(['WEBVTT\n', ...grown].join('\n'));
  expect(words.map(({ text }) => text)).toEqual(['good', 'day', 'to', 'you']);
  expect(cues?.kept).toBe(4);
});
