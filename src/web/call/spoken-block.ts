import { type ShownWord, spokenText } from './spoken-text.js';

/** What one speaker says without a break. */
interface SpokenRange {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly quote: string;
}

/** The block that is heard at a time, or was heard last; null before the first. */
export function spokenBlockAt(words: readonly ShownWord[], seconds: number): SpokenRange | null {
  const block = spokenText(words).blocks.findLast(({ startSeconds }) => startSeconds <= seconds);
  if (block === undefined) return null;
  const endSeconds = Math.max(...words.slice(block.first, block.after).map(({ end }) => Number(end)));
  return { startSeconds: block.startSeconds, endSeconds, quote: block.text };
}
