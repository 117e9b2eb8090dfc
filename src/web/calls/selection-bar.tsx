import { Button, Group, Modal, Paper, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Fault } from '../sent-form.js';
import { AddToPlaylist } from './add-to-playlist.js';
import { downloadCalls } from './csv.js';
import type { Selection } from './selection.js';
import { ShareCalls } from './share-calls.js';

interface SelectionBarProps {
  readonly selection: Selection;
  readonly timeZone: string;
  readonly userId: string;
}

/** What can be done with the calls that are chosen. */
export function SelectionBar({ selection, timeZone, userId }: SelectionBarProps) {
  const [dialog, setDialog] = useState<'share' | 'playlist' | null>(null);
  const save = useMutation({ mutationFn: () => downloadCalls([...selection.ids], timeZone) });
  const { size } = selection.ids;
  if (size === 0) return null;
  const ids = [...selection.ids];
  const what = size === 1 ? 'a call' : `${size} calls`;
  const done = () => {
    setDialog(null);
    selection.clear();
  };
  return (
    <Paper withBorder shadow="md" p="sm" className="calls-selection" role="region" aria-label="Selected calls">
      <Fault error={save.error} />
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600} role="status">
          {size === 1 ? '1 call selected' : `${size} calls selected`}
        </Text>
        <Group gap="xs">
          <Button size="compact-md" onClick={() => setDialog('share')}>
            Share
          </Button>
          <Button size="compact-md" variant="default" onClick={() => setDialog('playlist')}>
            Add to a playlist
          </Button>
          <Button size="compact-md" variant="default" loading={save.isPending} onClick={() => save.mutate()}>
            Export CSV
          </Button>
          <Button size="compact-md" variant="subtle" onClick={selection.clear}>
            Clear selection
          </Button>
        </Group>
      </Group>
      <Modal
        opened={dialog !== null}
        onClose={() => setDialog(null)}
        title={dialog === 'playlist' ? `Add ${what} to a playlist` : `Share ${what}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {dialog === 'share' && <ShareCalls callIds={ids} onDone={done} />}
        {dialog === 'playlist' && <AddToPlaylist callIds={ids} userId={userId} onDone={done} />}
      </Modal>
    </Paper>
  );
}
