import type { ShownSpeaker, ShownWord } from '../transcripts/shown-transcript.js';
import { writeSrt } from '../transcripts/write-srt.js';
import { writeText } from '../transcripts/write-text.js';
import { type VconCall, writeVcon } from '../transcripts/write-vcon.js';
import { writeWebVtt } from '../transcripts/write-webvtt.js';
import { inflateNow } from '../wire/fragment.js';

/** A stored transcript: the fragment of the wire. */
export interface StoredWords {
  readonly deflated: Uint8Array;
  readonly rawLength: number;
}

/** A word as the wire shows it. */
export interface WireWord {
  readonly start: string;
  readonly end: string;
  readonly word: string;
  readonly p?: string;
  readonly v: number;
}

/** The words of a stored transcript. */
export function wireWords({ deflated, rawLength }: StoredWords): WireWord[] {
  return JSON.parse(inflateNow(deflated, rawLength).toString()) as WireWord[];
}

/** What a transcript is written as, and what it says besides its words. */
export interface WrittenAs {
  readonly format: 'json' | 'vtt' | 'srt' | 'txt' | 'vcon';
  readonly speakers: readonly ShownSpeaker[];
  readonly interpolated: readonly number[];
  readonly call: VconCall;
}

/** A stored transcript as a file; for `json` the array of its words, with `interpolated` where their times are. */
export function writeTranscript(stored: StoredWords, { format, speakers, interpolated, call }: WrittenAs): Uint8Array {
  const words = wireWords(stored);
  if (format === 'json') return Buffer.from(JSON.stringify(marked(words, interpolated)));
  const shown = { words: words.map(shownWord), interpolated, speakers };
  const writers = {
    vtt: () => writeWebVtt(shown),
    srt: () => writeSrt(shown),
    txt: () => writeText(shown),
    vcon: () => writeVcon(shown, call),
  };
  return Buffer.from(writers[format]());
}

function shownWord({ start, end, word, p = '', v }: WireWord): ShownWord {
  const milliseconds = (seconds: string) => Math.round(Number(seconds) * 1000) / 1000;
  return { text: word, punctuation: p, start: milliseconds(start), end: milliseconds(end), speaker: v };
}

function marked(words: readonly WireWord[], interpolated: readonly number[]): object[] {
  const shown: object[] = [...words];
  for (let i = 0; i < interpolated.length; i += 2) {
    for (let at = interpolated[i]!; at < Math.min(interpolated[i + 1]!, words.length); at++) {
      shown[at] = { ...words[at]!, interpolated: true };
    }
  }
  return shown;
}
