import { describe, expect, test } from 'vitest';
import { loadFlite, SAMPLE_RATE } from '#debrief/demo/voice/flite.js';
import { speakCall } from '#debrief/demo/voice/spoken-call.js';
import { findWords } from '#debrief/demo/voice/word-sounds.js';

const WAV_HEADER_BYTES = 58;
const flite = await loadFlite();

/** `word start end speaker` in each line. */
const wordsOf = (lines: string) =>
  lines.split('\n').map((line) => {
    const [word = '', start = '', end = '', v = ''] = line.trim().split(' ');
    const [, text = '', p = ''] = /^(.*?)([.,?]?)$/.exec(word)!;
    return { word: text, start, end, v: Number(v), ...(p !== '' && { p }) };
  });

/** The amplitude of a channel in each hundredth of a second, from 0 to about 1. */
function loudness(wav: Buffer, channel: number): number[] {
  const step = SAMPLE_RATE / 100;
  const parts: number[] = [];
  for (let at = 0; at + step <= (wav.length - WAV_HEADER_BYTES) / 2; at += step) {
    let most = 0;
    for (let i = at; i < at + step; i++) {
      // µ-law: all bits are inverted; the lower seven grow with the amplitude.
      most = Math.max(most, (~wav[WAV_HEADER_BYTES + i * 2 + channel]! & 0x7f) / 0x7f);
    }
    parts.push(most);
  }
  return parts;
}

const DIALOGUE = wordsOf(`Hello, 0.5 0.9 1
  this 1.2 1.5 1
  is 1.51 1.7 1
  Tom. 1.72 2.4 1
  mm-hm. 2.3 2.8 0
  The 3.2 3.3 0
  price 3.31 3.9 0
  is 3.95 4.15 0
  $25,000 4.2 6.1 0
  by 6.12 6.3 0
  Q3? 6.32 7 0`);

describe('a call that is spoken', () => {
  const call = { words: DIALOGUE, durationSeconds: 8, names: ['Anika', 'Tom'], numbers: [1, 0] } as const;
  const wav = speakCall(flite, call);

  test('is as long as the call, and says so', () => {
    expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
    expect(wav.readUInt32LE(54)).toBe(8 * SAMPLE_RATE * 2);
  });

  test.each([0, 1])('has sound on channel %i where its speaker has words, and nowhere else', (channel) => {
    const own = DIALOGUE.filter(({ v }) => v === call.numbers[channel]);
    const parts = loudness(wav, channel);
    // The words of a breath are said without pauses.
    const isSaid = (at: number) =>
      own.some(({ start }, i) => {
        const end = Number(own[i]!.end);
        const next = Number(own[i + 1]?.start ?? Number.POSITIVE_INFINITY);
        return at >= Number(start) && at < (next - end < 0.08 ? next : end);
      });
    for (const [i, part] of parts.entries()) {
      if (!isSaid(i / 100) && !isSaid((i + 1) / 100)) expect(part, `at ${i / 100} s`).toBe(0);
    }
    for (const { word, start, end } of own) {
      const inside = parts.slice(Math.ceil(Number(start) * 100), Math.floor(Number(end) * 100));
      expect(Math.max(...inside), word).toBeGreaterThan(0.5);
      const audible = inside.filter((part) => part > 0.25).length / inside.length;
      expect(audible, word).toBeGreaterThan(0.6);
    }
  });

  test('is the same each time', () => {
    expect(speakCall(flite, call).equals(wav)).toBe(true);
  });

  test('has two voices, also of two women or two men', () => {
    const said = (names: readonly [string, string]) => {
      const words = [0, 1].map((v) => ({ word: 'Hello', start: '0.5', end: '1', v }));
      const both = speakCall(flite, { words, durationSeconds: 1.5, names, numbers: [0, 1] });
      return [loudness(both, 0), loudness(both, 1)];
    };
    for (const names of [
      ['Anika', 'Zoe'],
      ['Tom', 'Raj'],
      ['Anika', 'Tom'],
    ] as const) {
      const [first, second] = said(names);
      expect(first).not.toEqual(second);
    }
  });
});

describe('words in phones', () => {
  const said = (text: string) => text.split(' ').map((name, i) => ({ name, end: (i + 1) / 10 }));

  test.each<[what: string, words: string[][], said: string, times: [number, number][]]>([
    [
      'as they are alone',
      [['a', 'b'], ['c']],
      'pau a b c pau',
      [
        [0.1, 0.3],
        [0.3, 0.4],
      ],
    ],
    [
      'with another vowel',
      [
        ['dh', 'iy'],
        ['p', 'r'],
      ],
      'pau dh ax p r pau',
      [
        [0.1, 0.3],
        [0.3, 0.5],
      ],
    ],
    [
      'with a phone less',
      [
        ['a', 'n', 'd'],
        ['d', 'o'],
      ],
      'pau a n d o pau',
      [
        [0.1, 0.3],
        [0.3, 0.5],
      ],
    ],
    [
      'with a phone more',
      [['a'], ['b']],
      'pau a x b pau',
      [
        [0.1, 0.3],
        [0.3, 0.4],
      ],
    ],
    [
      'with silence between',
      [['a'], ['b']],
      'pau a pau b pau',
      [
        [0.1, 0.2],
        [0.3, 0.4],
      ],
    ],
    [
      'one of them not said',
      [['a'], ['q'], ['b']],
      'pau a b pau',
      [
        [0.1, 0.2],
        [0.2, 0.2],
        [0.2, 0.3],
      ],
    ],
  ])('%s', (_, words, phones, times) => {
    const found = findWords(words, said(phones));
    expect(found.map(({ start, end }) => [start, end])).toEqual(times);
  });
});
