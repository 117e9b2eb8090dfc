// The page that one would write first for a transcript that is heard: React has an element for each word, and the number
// of the word that is heard is its state. `spans-server.ts` serves it.

import { createElement, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

interface Word {
  readonly start: string;
  readonly end: string;
  readonly word: string;
  readonly p?: string;
  readonly v: number;
}

interface Block {
  readonly first: number;
  readonly words: readonly Word[];
}

/** Runs of one speaker's words. */
function blocksOf(words: readonly Word[]): Block[] {
  const firsts = words.flatMap(({ v }, i) => (i === 0 || words[i - 1]!.v !== v ? [i] : []));
  return firsts.map((first, i) => ({ first, words: words.slice(first, firsts[i + 1]) }));
}

function formatLength(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), Math.floor(seconds % 60)];
  return `${minutes}:${String(rest).padStart(2, '0')}`;
}

interface PageProps {
  readonly starts: readonly number[];
  readonly blocks: readonly Block[];
  readonly audio: HTMLAudioElement;
}

function Page({ starts, blocks, audio }: PageProps) {
  const [current, setCurrent] = useState(-1);
  useEffect(() => {
    let word = 0;
    let frame = requestAnimationFrame(function follow() {
      while (word + 1 < starts.length && starts[word + 1]! <= audio.currentTime) word++;
      setCurrent(word);
      frame = requestAnimationFrame(follow);
    });
    return () => cancelAnimationFrame(frame);
  }, [starts, audio]);
  return createElement(
    'div',
    { className: 'transcript' },
    blocks.map(({ first, words }) =>
      createElement(
        'section',
        { key: first },
        createElement('button', { type: 'button' }, formatLength(starts[first]!)),
        createElement('span', null, words[0]!.v === 0 ? 'Fay Few' : 'Ann Customer'),
        createElement(
          'p',
          null,
          words.map(({ word, p = '' }, i) =>
            createElement('span', { key: i, className: first + i === current ? 'heard' : '' }, `${word}${p} `),
          ),
        ),
      ),
    ),
  );
}

const audio = document.querySelector('audio')!;
document.querySelector<HTMLElement>('[aria-label=Play]')!.onclick = () => audio.play();
const { transcript } = (await (await fetch('/call')).json()) as { readonly transcript: readonly Word[] };
createRoot(document.querySelector('#app')!).render(
  createElement(Page, { starts: transcript.map(({ start }) => Number(start)), blocks: blocksOf(transcript), audio }),
);
