import { Button, Group, Select } from '@mantine/core';
import { type ReactNode, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { useKeys } from '../shell/keys.js';
import { BlockList } from './block-list.js';
import type { CallClock } from './clock.js';
import type { CallMarks } from './marks.js';
import type { Moment } from './moments.js';
import { saidBetween, selectionIn, useSelectedWords } from './selected-words.js';
import { SelectionBar, type WordActions } from './selection-bar.js';
import { blockOf, lastAtOrBelow, type SpokenText, wordAt } from './spoken-text.js';
import { paint, rangesOf } from './text-paint.js';
import './transcript.css';
import { scrollToText } from './transcript-scroll.js';
import { TranscriptSearch } from './transcript-search.js';
import { useFollowing } from './use-following.js';

const NO_MOMENTS: readonly Moment[] = [];

interface Editing {
  /** Whether a click on words edits them instead of going there. */
  readonly isOn: boolean;
  /** The editor of a block. */
  readonly editor: (block: number, close: () => void) => ReactNode;
}

interface TranscriptProps {
  readonly spoken: SpokenText;
  /** The speakers' names, by number. */
  readonly names: ReadonlyMap<number, string>;
  readonly clock: CallClock;
  readonly moments?: readonly Moment[];
  readonly marks?: CallMarks;
  /** What can be done with words; nothing for outsiders. */
  readonly actions?: WordActions;
  /** How words are edited, for those who may. */
  readonly editing?: Editing;
  /** More for the bar above the words. */
  readonly tools?: ReactNode;
}

/**
 * The words of a call. Each block is one text: the word that is heard is marked by a highlight of its range, so that
 * neither the document nor React changes while a call is heard, and the browser's own search and selection work.
 */
export function Transcript(props: TranscriptProps) {
  const { spoken, names, clock, moments = NO_MOMENTS, marks, actions, editing, tools } = props;
  const [list] = useState(() => new BlockList());
  const host = useRef<HTMLDivElement>(null);
  const version = useSyncExternalStore(list.listen, list.version);
  const [only, setOnly] = useState<number | null>(null);
  const [edited, setEdited] = useState<{ readonly block: number; readonly place: HTMLElement } | null>(null);
  useEffect(() => {
    // Nothing moves below the hands of somebody who writes.
    if (edited === null) list.show(spoken, names);
    return () => list.end();
  }, [list, spoken, names, edited]);
  const edit = useCallback(
    (block: number) => {
      const place = document.createElement('div');
      list.replaceWords(block, place);
      setEdited({ block, place });
    },
    [list],
  );
  const close = () => {
    if (edited !== null) list.restoreWords(edited.block, edited.place);
    setEdited(null);
  };
  useEffect(() => {
    host.current!.append(list.root);
    const sized = new ResizeObserver(([entry]) => {
      // About so many letters fit into a line.
      list.root.style.setProperty('--line', String(Math.max(20, Math.min(72, entry!.contentRect.width / 7.8))));
    });
    sized.observe(host.current!);
    return () => sized.disconnect();
  }, [list]);
  useEffect(() => list.filter(only), [list, only]);
  const { isLost, lose, follow } = useFollowing(list, version, clock);
  useGoing(list, clock, follow, editing?.isOn && edited === null ? edit : null);
  usePaintedMoments(list, version, moments);
  usePaintedMarks(list, version, marks, lose);
  const selected = useSelectedWords(list);
  useWordKeys(list, clock, actions, editing && edited === null ? edit : null);
  const speakers = [...new Set(spoken.blocks.map(({ speaker }) => speaker))].sort((a, b) => a - b);
  return (
    <div className="transcript" data-edits={editing?.isOn || undefined}>
      <Group className="transcript-bar" gap="xs">
        <TranscriptSearch list={list} version={version} only={only} onGo={lose} />
        {speakers.length > 1 && (
          <Select
            size="xs"
            aria-label="Whose words"
            data={[
              { value: '', label: 'Everyone' },
              ...speakers.map((speaker) => ({ value: String(speaker), label: names.get(speaker) ?? '' })),
            ]}
            value={only === null ? '' : String(only)}
            onChange={(value) => setOnly(value ? Number(value) : null)}
            allowDeselect={false}
            w={150}
          />
        )}
        {tools}
      </Group>
      <div ref={host} className="transcript-blocks">
        {edited && editing && createPortal(editing.editor(edited.block, close), edited.place)}
        {selected && actions && <SelectionBar selected={selected} around={host} actions={actions} />}
      </div>
      {isLost && (
        <Button className="transcript-jump" size="compact-sm" onClick={follow}>
          Jump to what is heard
        </Button>
      )}
    </div>
  );
}

/** A word that is clicked is gone to, or edited. */
function useGoing(list: BlockList, clock: CallClock, follow: () => void, edit: ((block: number) => void) | null): void {
  useEffect(() => {
    const go = (event: MouseEvent) => {
      const block = list.blockOf(event.target as Node);
      // A selection is not a click on a word.
      if (block === null || !getSelection()!.isCollapsed) return;
      if ((event.target as Element).closest('.block-editor') !== null) return;
      const { spoken } = list;
      const words = (event.target as Element).closest('p');
      if (words !== null && edit !== null) return edit(block);
      const word = words === null ? spoken.blocks[block]!.first : wordAt(spoken, block, offsetAt(event));
      clock.seek(spoken.starts[word]!);
      follow();
    };
    list.root.addEventListener('click', go);
    return () => list.root.removeEventListener('click', go);
  }, [list, clock, follow, edit]);
}

/** The place in a text at which somebody clicked. */
function offsetAt({ clientX, clientY }: MouseEvent): number {
  const caret = document.caretPositionFromPoint?.(clientX, clientY);
  if (caret) return caret.offset;
  return document.caretRangeFromPoint?.(clientX, clientY)?.startOffset ?? 0;
}

function usePaintedMoments(list: BlockList, version: number, moments: readonly Moment[]): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: other elements are painted anew
  useEffect(() => {
    const kinds = ['topic', 'comment', 'highlight'] as const;
    for (const kind of kinds) {
      const those = moments.filter((moment) => moment.kind === kind);
      paint(
        kind,
        those.flatMap((moment) => rangesOf(list, moment)),
      );
    }
    return () => {
      for (const kind of kinds) paint(kind, []);
    };
  }, [list, version, moments]);
}

/** Marks seconds in the text when they are shown, and goes to the first of them. */
function usePaintedMarks(list: BlockList, version: number, marks: CallMarks | undefined, lose: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: other elements are painted anew
  useEffect(() => {
    if (marks === undefined) return;
    const show = () => {
      const ranges = (marks.shown?.ranges ?? []).flatMap((range) => rangesOf(list, range));
      paint('marked', ranges);
      return ranges;
    };
    show();
    const end = marks.listen(() => {
      const [first] = show();
      if (first === undefined) return;
      lose();
      scrollToText(list, first);
    });
    return () => {
      end();
      paint('marked', []);
    };
  }, [list, version, marks, lose]);
}

/** C comments on, H highlights, X makes a clip of and E edits what is selected; or else the block that has the focus, or what is heard. */
function useWordKeys(
  list: BlockList,
  clock: CallClock,
  actions: WordActions | undefined,
  edit: ((block: number) => void) | null,
): void {
  const blockNow = () => {
    const { spoken } = list;
    const heard = blockOf(spoken, Math.max(0, lastAtOrBelow(spoken.starts, clock.now())));
    return list.blockOf(document.activeElement) ?? heard;
  };
  const saidIn = (block: number) => {
    const { first, after } = list.spoken.blocks[block]!;
    return saidBetween(list.spoken, first, after - 1);
  };
  /** What a comment is about: without a selection or a focus, the moment. */
  const commented = () => {
    const focused = list.blockOf(document.activeElement);
    const startSeconds = Math.floor(clock.now());
    return (
      selectionIn(list) ?? (focused === null ? { startSeconds, endSeconds: startSeconds, quote: '' } : saidIn(focused))
    );
  };
  const saidNow = () => selectionIn(list) ?? saidIn(blockNow());
  useKeys('Words', [
    ...(actions === undefined
      ? []
      : [
          { keys: 'c', does: 'Comment on what is selected, or heard', run: () => actions.comment(commented()) },
          { keys: 'h', does: 'Highlight what is selected, or heard', run: () => actions.highlight(saidNow()) },
          { keys: 'x', does: 'Make a clip of what is selected, or heard', run: () => actions.clip(saidNow()) },
        ]),
    ...(edit === null ? [] : [{ keys: 'e', does: 'Edit what is heard', run: () => edit(blockNow()) }]),
  ]);
}
