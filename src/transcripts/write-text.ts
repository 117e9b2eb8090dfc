import { blockStarts } from '../analysis/blocks.js';
import { type ShownTranscript, shownName } from './shown-transcript.js';
import { writtenTime } from './written-time.js';

/** A transcript to read: a line for each block of a speaker's words, with its start and the speaker's name. */
export function writeText({ words, speakers }: ShownTranscript): string {
  const starts = blockStarts({
    count: words.length,
    start: Float64Array.from(words, ({ start }) => start),
    end: Float64Array.from(words, ({ end }) => end),
    speaker: Uint16Array.from(words, ({ speaker }) => speaker),
    text: words.map(({ text }) => text),
    punctuation: words.map(({ punctuation }) => punctuation),
  });
  return starts
    .map((first, i) => {
      const spoken = words.slice(first, starts[i + 1]).map(({ text, punctuation }) => `${text}${punctuation}`);
      const { start, speaker } = words[first]!;
      return `[${writtenTime(start).slice(0, 8)}] ${shownName(speakers, speaker)}: ${spoken.join(' ')}\n`;
    })
    .join('');
}
