import { Button, Group, Paper, Select, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { TranscriptWord } from '../../contract/transcripts.js';
import { messageOf } from '../api.js';
import { changeWords } from './edit-words.js';
import type { ShownWord } from './spoken-text.js';

interface BlockEditorProps {
  readonly callId: string;
  /** The words of the block, and the index of the first in the transcript. */
  readonly words: readonly ShownWord[];
  readonly first: number;
  readonly names: ReadonlyMap<number, string>;
  readonly onMade: (edits: readonly number[], transcript: readonly TranscriptWord[]) => void;
  readonly onClose: () => void;
}

const textOf = (words: readonly ShownWord[]) => words.map(({ word, p = '' }) => word + p).join(' ');

/** Corrects the words of a block, and who says them, in place. */
export function BlockEditor({ callId, words, first, names, onMade, onClose }: BlockEditorProps) {
  const [base, setBase] = useState({ words, first });
  const [text, setText] = useState(() => textOf(words));
  const [speaker, setSpeaker] = useState(words[0]!.v);
  const [theirs, setTheirs] = useState<{ readonly words: readonly ShownWord[]; readonly first: number } | null>(null);
  const isChanged = text !== textOf(base.words) || speaker !== base.words[0]?.v;
  const save = useMutation({
    mutationFn: (from: typeof base) => changeWords({ callId, ...from, text, speaker }),
    onSuccess: (result) => {
      if (result.kind === 'made') onMade(result.edits, result.transcript);
      else setTheirs({ words: result.theirs, first: result.first });
    },
  });
  const saveNow = (from = base) => {
    if (from === base && !isChanged) onClose();
    else save.mutate(from);
  };
  return (
    <Paper withBorder p="xs" className="block-editor">
      <Textarea
        autosize
        autoFocus
        minRows={2}
        aria-label="Words"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) saveNow();
          // What was typed goes by its own button only.
          if (event.key === 'Escape' && !isChanged) onClose();
        }}
      />
      {theirs !== null && (
        <div role="alert">
          <Text size="sm" mt="xs">
            Somebody else changed these words meanwhile. They are now:
          </Text>
          <Text size="sm" className="typed" my={4} fs="italic">
            {textOf(theirs.words) || '(removed)'}
          </Text>
        </div>
      )}
      {save.isError && (
        <Text size="sm" role="alert" mt="xs">
          {messageOf(save.error)}
        </Text>
      )}
      <Group gap="xs" mt="xs" align="end">
        <Select
          size="xs"
          label="Said by"
          data={[...names].map(([number, label]) => ({ value: String(number), label }))}
          value={String(speaker)}
          onChange={(value) => setSpeaker(Number(value))}
          allowDeselect={false}
          w={190}
        />
        {theirs === null ? (
          <Button size="xs" loading={save.isPending} onClick={() => saveNow()}>
            Save
          </Button>
        ) : (
          theirs.words.length > 0 && (
            <Button
              size="xs"
              loading={save.isPending}
              onClick={() => {
                setBase(theirs);
                setTheirs(null);
                saveNow(theirs);
              }}
            >
              Save mine instead
            </Button>
          )
        )}
        <Button size="xs" variant="default" onClick={onClose}>
          {theirs === null ? 'Cancel' : 'Keep theirs'}
        </Button>
      </Group>
    </Paper>
  );
}
