import type { BlockList } from './block-list.js';
import type { SecondsRange } from './marks.js';
import { blockOf, lastAtOrBelow, type SpokenText } from './spoken-text.js';

/** What is marked in the words of a call, from the lowest to the uppermost; transcript.css has how each looks. */
const NAMES = ['topic', 'comment', 'highlight', 'marked', 'found', 'found-now', 'spoken'] as const;
type PaintName = (typeof NAMES)[number];

/** Paints ranges of text by a name instead of those before, changing nothing in the document. */
export function paint(name: PaintName, ranges: Iterable<AbstractRange>): void {
  // An old Firefox has no such painting. The words are read all the same.
  if (!('highlights' in CSS)) return;
  const highlight = new Highlight();
  highlight.priority = NAMES.indexOf(name);
  for (const range of ranges) highlight.add(range);
  if (highlight.size === 0) CSS.highlights.delete(name);
  else CSS.highlights.set(name, highlight);
}

/** A part of the text of a block, from one place to another. */
export function textRange(list: BlockList, block: number, from: number, to: number): StaticRange {
  const text = list.text(block);
  return new StaticRange({ startContainer: text, startOffset: from, endContainer: text, endOffset: to });
}

/** The same part of a text as a range that can be measured and read, which the browser keeps up to date at a cost. */
export function liveRange({ startContainer, startOffset, endContainer, endOffset }: AbstractRange): Range {
  const range = new Range();
  range.setStart(startContainer, startOffset);
  range.setEnd(endContainer, endOffset);
  return range;
}

/** The texts that are spoken in some seconds, one range a block. A moment without length is that of its word. */
export function rangesOf(list: BlockList, { startSeconds, endSeconds }: SecondsRange): StaticRange[] {
  const { spoken } = list;
  const { starts, from, to, blocks } = spoken;
  const first = wordFrom(spoken, startSeconds);
  const last = Math.max(first, lastAtOrBelow(starts, endSeconds - 0.001));
  if (first >= starts.length) return [];
  const ranges: StaticRange[] = [];
  for (let block = blockOf(spoken, first); block <= blockOf(spoken, last); block++) {
    const { first: begin, after } = blocks[block]!;
    const [one, other] = [Math.max(begin, first), Math.min(after - 1, last)];
    ranges.push(textRange(list, block, from[one]!, to[other]!));
  }
  return ranges;
}

/** The word that is spoken at a second, or the next one. */
function wordFrom({ starts, ends }: SpokenText, seconds: number): number {
  const word = lastAtOrBelow(starts, seconds);
  return word >= 0 && ends[word]! > seconds ? word : word + 1;
}
