import { useEffect, useState } from 'react';
import type { BlockList } from './block-list.js';
import type { SecondsRange } from './marks.js';
import { type SpokenText, wordAt } from './spoken-text.js';

/** Words of a call that belong together: when they are spoken, and what they are. */
export interface SaidRange extends SecondsRange {
  readonly quote: string;
}

/** Words that are selected, and where the selection is in the window. */
export interface SelectedWords extends SaidRange {
  readonly rect: DOMRect;
}

/** So long is waited for a selection to stand still, in milliseconds. */
const STILL_MS = 120;

/** What is selected in a transcript; null while nothing is. */
export function useSelectedWords(list: BlockList): SelectedWords | null {
  const [selected, setSelected] = useState<SelectedWords | null>(null);
  useEffect(() => {
    let timer = 0;
    let isPressed = false;
    const read = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        // While it is drawn it would jump about below the pointer.
        if (!isPressed) setSelected(selectionIn(list));
      }, STILL_MS);
    };
    const press = () => {
      isPressed = true;
    };
    const release = () => {
      isPressed = false;
      read();
    };
    document.addEventListener('selectionchange', read);
    document.addEventListener('pointerdown', press);
    document.addEventListener('pointerup', release);
    document.addEventListener('pointercancel', release);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('selectionchange', read);
      document.removeEventListener('pointerdown', press);
      document.removeEventListener('pointerup', release);
      document.removeEventListener('pointercancel', release);
    };
  }, [list]);
  return selected;
}

/** What is selected in a transcript now; null if nothing is. */
export function selectionIn(list: BlockList): SelectedWords | null {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const first = wordAtEdge(list, range.startContainer, range.startOffset, 'start');
  const last = wordAtEdge(list, range.endContainer, range.endOffset, 'end');
  if (first === null || last === null || last < first) return null;
  return { ...saidBetween(list.spoken, first, last), rect: range.getBoundingClientRect() };
}

/** The words from one to another, both counted. */
export function saidBetween(
  { starts, ends, blocks, firsts, from, to }: SpokenText,
  first: number,
  last: number,
): SaidRange {
  const texts: string[] = [];
  for (const [i, begin] of firsts.entries()) {
    const { after, text } = blocks[i]!;
    if (begin > last || after <= first) continue;
    const start = from[Math.max(begin, first)]!;
    texts.push(last >= after - 1 ? text.slice(start) : text.slice(start, to[last]!));
  }
  return { startSeconds: starts[first]!, endSeconds: ends[last]!, quote: texts.join(' ') };
}

/** The word at the edge of a selection. A selection may begin or end outside of the texts. */
function wordAtEdge(list: BlockList, node: Node, offset: number, edge: 'start' | 'end'): number | null {
  const block = list.blockOf(node);
  if (block === null) return null;
  const { spoken } = list;
  const { first, after, text } = spoken.blocks[block]!;
  const words = list.text(block);
  const isAfter = node !== words && (words.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  const place = node === words ? offset : isAfter || (node === words.parentNode && offset > 0) ? text.length : 0;
  if (edge === 'start') return place >= text.length ? after : wordAt(spoken, block, place);
  // It ends before the first word of this block: with the last of the one before.
  return place === 0 ? first - 1 : wordAt(spoken, block, place - 1);
}
