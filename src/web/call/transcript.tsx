import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { formatLength } from '../instants.js';
import type { CallClock } from './clock.js';
import { blockOf, lastAtOrBelow, type SpokenText, wordAt } from './spoken-text.js';
import './transcript.css';

const SPOKEN = 'spoken';

interface TranscriptProps {
  readonly spoken: SpokenText;
  /** The speakers' names, by number. */
  readonly names: ReadonlyMap<number, string>;
  readonly clock: CallClock;
}

/**
 * The words of a call. Each block is one text: the word that is heard is marked by a highlight of its range, so that
 * neither the document nor React changes while a call is heard, and the browser's own search and selection work.
 */
export function Transcript({ spoken, names, clock }: TranscriptProps) {
  const list = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const [isLost, setIsLost] = useState(false);

  useEffect(() => {
    const element = list.current!;
    element.replaceChildren(
      ...spoken.blocks.map((block) => blockElement(block.startSeconds, block.text, names.get(block.speaker))),
    );
    const textAt = (block: number) => element.children[block]!.lastElementChild!.firstChild as Text;
    let shownWord = -2;
    let shownBlock = -1;
    const show = (seconds: number) => {
      const word = lastAtOrBelow(spoken.starts, seconds);
      if (word === shownWord) return;
      shownWord = word;
      if (word < 0) return void CSS.highlights.delete(SPOKEN);
      const block = blockOf(spoken, word);
      const range = new Range();
      range.setStart(textAt(block), spoken.from[word]!);
      range.setEnd(textAt(block), spoken.to[word]!);
      CSS.highlights.set(SPOKEN, new Highlight(range));
      if (block === shownBlock) return;
      shownBlock = block;
      if (isFollowing.current) element.children[block]!.scrollIntoView({ block: 'center' });
    };
    const end = clock.listen(show);
    show(clock.now());
    const go = (event: MouseEvent) => {
      const place = placeOf(event, element);
      // A selection is not a click on a word.
      if (place === null || !getSelection()!.isCollapsed) return;
      isFollowing.current = true;
      setIsLost(false);
      clock.seek(
        spoken.starts[
          place.offset === null ? spoken.blocks[place.block]!.first : wordAt(spoken, place.block, place.offset)
        ]!,
      );
    };
    element.addEventListener('click', go);
    return () => {
      end();
      element.removeEventListener('click', go);
      CSS.highlights.delete(SPOKEN);
    };
  }, [spoken, names, clock]);

  const lose = () => {
    isFollowing.current = false;
    setIsLost(true);
  };
  const jump = () => {
    isFollowing.current = true;
    setIsLost(false);
    const word = lastAtOrBelow(spoken.starts, clock.now());
    list.current!.children[blockOf(spoken, Math.max(0, word))]?.scrollIntoView({ block: 'center' });
  };
  return (
    <div className="transcript">
      <div ref={list} onWheel={lose} onTouchMove={lose} />
      {isLost && (
        <Button className="transcript-jump" size="compact-sm" onClick={jump}>
          Jump to what is heard
        </Button>
      )}
    </div>
  );
}

function blockElement(startSeconds: number, text: string, name: string | undefined): HTMLElement {
  const block = document.createElement('section');
  const time = document.createElement('button');
  time.type = 'button';
  time.textContent = formatLength(startSeconds);
  const speaker = document.createElement('span');
  speaker.textContent = name ?? '';
  const words = document.createElement('p');
  words.textContent = text;
  block.append(time, speaker, words);
  return block;
}

/** The block that was clicked, and where in its text; null elsewhere. */
function placeOf(event: MouseEvent, list: HTMLElement): { block: number; offset: number | null } | null {
  const section = (event.target as Element).closest('section');
  if (section === null) return null;
  const block = [...list.children].indexOf(section);
  if ((event.target as Element).closest('p') === null) return { block, offset: null };
  const range = document.caretRangeFromPoint?.(event.clientX, event.clientY);
  return { block, offset: range?.startOffset ?? 0 };
}
