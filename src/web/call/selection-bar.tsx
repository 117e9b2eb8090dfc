import { Button, Paper } from '@mantine/core';
import type { RefObject } from 'react';
import type { SaidRange, SelectedWords } from './selected-words.js';

/** What can be done with some words of a call. */
export interface WordActions {
  readonly comment: (said: SaidRange) => void;
  readonly highlight: (said: SaidRange) => void;
  readonly clip: (said: SaidRange) => void;
  readonly copyLink: (said: SaidRange) => void;
}

interface SelectionBarProps {
  readonly selected: SelectedWords;
  /** What the bar is placed in. */
  readonly around: RefObject<HTMLElement | null>;
  readonly actions: WordActions;
}

/** What can be done with the selected words, right below them. */
export function SelectionBar({ selected, around, actions }: SelectionBarProps) {
  const frame = around.current!.getBoundingClientRect();
  const { rect } = selected;
  const choices = [
    { label: 'Comment', act: actions.comment },
    { label: 'Highlight', act: actions.highlight },
    { label: 'Clip', act: actions.clip },
    { label: 'Copy link', act: actions.copyLink },
  ];
  return (
    <Paper
      withBorder
      shadow="md"
      role="toolbar"
      aria-label="Selected words"
      className="selection-bar"
      style={{
        top: rect.bottom - frame.top + 6,
        left: Math.max(0, Math.min(rect.left - frame.left, frame.width - 330)),
      }}
      // A press on a button does not take the selection away.
      onMouseDown={(event) => event.preventDefault()}
    >
      {choices.map(({ label, act }) => (
        <Button
          key={label}
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            act(selected);
            getSelection()?.removeAllRanges();
          }}
        >
          {label}
        </Button>
      ))}
    </Paper>
  );
}
