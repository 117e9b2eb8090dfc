import { WOMEN } from '../names.js';
import type { TranscriptWord } from '../speech.js';
import { type Flite, SAMPLE_RATE, type Voice } from './flite.js';
import { type Piece, stretchInto } from './stretch.js';
import { muLawWav } from './telephone-wav.js';
import { findWords } from './word-sounds.js';

/** A call to be spoken: its words, and who says them. */
export interface CallToSpeak {
  readonly words: readonly TranscriptWord[];
  readonly durationSeconds: number;
  /** First names of the two speakers, in order of their channels. */
  readonly names: readonly [string, string];
  /** The speaker numbers of the channels. */
  readonly numbers: readonly [number, number];
}

/** Words with less than this between them, in seconds, are said in one breath. */
const BREATH = 0.08;
/** Words that flite would spell. */
const SAID_AS: Readonly<Record<string, string>> = { 'mm-hm': 'um hum', 'uh-huh': 'uh huh', hm: 'hum', mm: 'um' };

/**
 * Speaks a call, each speaker on a channel of their own, and returns it as a WAV file. Words sound when the transcript
 * says: what flite says of a breath is stretched word by word.
 */
export function speakCall(flite: Flite, { words, durationSeconds, names, numbers }: CallToSpeak): Buffer {
  const length = Math.ceil(durationSeconds * SAMPLE_RATE);
  const voices = voicesOf(names);
  // All at once, because each run of flite costs some 20 ms; what it tells is remembered.
  flite.phonesOf(words.map(textOf));
  const channels = numbers.map((number, channel) => {
    const samples = new Float32Array(length);
    const own = words.filter(({ v }) => v === number);
    for (const breath of breathsOf(own)) sayBreath(flite, breath, voices[channel]!, samples);
    return samples;
  });
  return muLawWav(channels, SAMPLE_RATE);
}

/** Two voices that can be told apart. */
function voicesOf(names: readonly [string, string]): [Voice, Voice] {
  const [first, second] = names.map((name): Voice => ({ name: WOMEN.has(name) ? 'slt' : 'rms', pitch: 1 }));
  if (first!.name !== second!.name) return [first!, second!];
  return [first!, first!.name === 'slt' ? { name: 'slt', pitch: 0.84 } : { name: 'awb', pitch: 1 }];
}

function breathsOf(words: readonly TranscriptWord[]): TranscriptWord[][] {
  const breaths: TranscriptWord[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const word of words) {
    if (Number(word.start) - end < BREATH) breaths.at(-1)!.push(word);
    else breaths.push([word]);
    end = Number(word.end);
  }
  return breaths;
}

/** A word as flite is to read it. */
function textOf({ word }: TranscriptWord): string {
  return SAID_AS[word.toLowerCase()] ?? word;
}

function sayBreath(flite: Flite, words: readonly TranscriptWord[], voice: Voice, into: Float32Array): void {
  const texts = words.map(textOf);
  const { samples, phones } = flite.say(texts.map((text, i) => text + (words[i]!.p ?? '')).join(' '), voice);
  // Letters stand for the phones that flite does not tell.
  const wordPhones = flite.phonesOf(texts) ?? texts.map((text) => [...text]);
  const sounds = findWords(wordPhones, phones);
  const pieces = words.map(({ start, end }, i): Piece => {
    const next = words[i + 1];
    const { start: from, end: to } = sounds[i]!;
    return {
      from: Math.round(from * SAMPLE_RATE),
      to: Math.round(to * SAMPLE_RATE),
      start: Math.round(Number(start) * SAMPLE_RATE),
      // Within a breath a word lasts until the next one.
      end: Math.round(Number(next?.start ?? end) * SAMPLE_RATE),
    };
  });
  stretchInto(into, samples, pieces);
}
