import { ActionIcon, Group, Text, TextInput } from '@mantine/core';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { BlockList } from './block-list.js';
import { findText } from './find-text.js';
import { paint, textRange } from './text-paint.js';
import { scrollToText } from './transcript-scroll.js';

/** So many finds before and after the current one are painted: of a common word, more would slow the page. */
const PAINTED = 500;

interface TranscriptSearchProps {
  readonly list: BlockList;
  readonly version: number;
  /** The speaker whose words alone are searched; null for all. */
  readonly only: number | null;
  /** Called when it goes to a find. */
  readonly onGo: () => void;
}

/** Finds text in a transcript, and goes from one find to the next. */
export function TranscriptSearch({ list, version, only, onGo }: TranscriptSearchProps) {
  const [query, setQuery] = useState('');
  const sought = useDeferredValue(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words are searched anew
  const found = useMemo(() => findText(list.spoken, sought, only), [list, version, sought, only]);
  const [at, setAt] = useState(0);
  const current = found.length === 0 ? null : found[at % found.length]!;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is sought anew begins at its first find
  useEffect(() => setAt(0), [sought, only]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other elements are painted anew
  useEffect(() => {
    const painted = found.slice(Math.max(0, at - PAINTED), at + PAINTED);
    paint(
      'found',
      painted.map(({ block, from, to }) => textRange(list, block, from, to)),
    );
    paint('found-now', current === null ? [] : [textRange(list, current.block, current.from, current.to)]);
    return () => {
      paint('found', []);
      paint('found-now', []);
    };
  }, [list, version, found, at, current]);
  const go = (to: number) => {
    if (found.length === 0) return;
    const next = (to + found.length) % found.length;
    setAt(next);
    onGo();
    const { block, from, to: end } = found[next]!;
    scrollToText(list, textRange(list, block, from, end));
  };
  // The first find is gone to while one types.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is sought moves the page
  useEffect(() => go(0), [sought, only]);
  return (
    <Group gap={4} wrap="nowrap" className="transcript-search" role="search">
      <TextInput
        size="xs"
        type="search"
        aria-label="Search in this call"
        placeholder="Search in this call"
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(at + (event.shiftKey ? -1 : 1));
          if (event.key === 'Escape') setQuery('');
        }}
      />
      <Text size="xs" className="time" role="status">
        {sought.trim() === ''
          ? ''
          : found.length === 0
            ? 'Nothing found'
            : `${(at % found.length) + 1} of ${found.length}`}
      </Text>
      {found.length > 0 && (
        <>
          <ActionIcon variant="default" size="sm" aria-label="Previous find" onClick={() => go(at - 1)}>
            ↑
          </ActionIcon>
          <ActionIcon variant="default" size="sm" aria-label="Next find" onClick={() => go(at + 1)}>
            ↓
          </ActionIcon>
        </>
      )}
    </Group>
  );
}
