import { readCaptions } from './captions.js';
import { linesOf, readTiming } from './cue-blocks.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';

const NUMBER = /^\s*\d+\s*$/;

/** Whether a text is SRT: its first line with text, but for a number, is a timing line. */
export function isSrt(text: string): boolean {
  const first = linesOf(text.slice(0, 4_000)).filter((line) => line.trim() !== '');
  return readTiming(first[0] ?? '') !== null || (NUMBER.test(first[0] ?? '') && readTiming(first[1] ?? '') !== null);
}

/**
 * Reads SRT. A cue's text goes up to the next timing line, empty lines included, without the number of the next cue: a
 * line of digits that follows an empty line, or is the number that comes next. Numbers may be missing.
 */
export function readSrt(text: string, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const lines = linesOf(text);
  const timings = lines.flatMap((line, i) => {
    const timing = readTiming(line);
    return timing === null ? [] : [{ ...timing, at: i }];
  });
  let number = 0;
  const blocks = timings.map(({ start, end, at }, i) => {
    number = NUMBER.test(lines[at - 1] ?? '') ? Number(lines[at - 1]) : number + 1;
    const next = timings[i + 1]?.at ?? lines.length;
    const isNumbered =
      next < lines.length &&
      next - 1 > at &&
      NUMBER.test(lines[next - 1]!) &&
      (lines[next - 2]!.trim() === '' || next - 2 === at || Number(lines[next - 1]) === number + 1);
    return { start, end, lines: lines.slice(at + 1, isNumbered ? next - 1 : next) };
  });
  return readCaptions('srt', blocks, known, []);
}
