import { Button, Group, Modal, Paper, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Fault } from '../sent-form.js';
import { downloadCalls } from './csv.js';
import type { Selection } from './selection.js';
import { ShareCalls } from './share-calls.js';

/** What can be done with the calls that are chosen. */
export function SelectionBar({ selection, timeZone }: { readonly selection: Selection; readonly timeZone: string }) {
  const [isSharing, setIsSharing] = useState(false);
  const save = useMutation({ mutationFn: () => downloadCalls([...selection.ids], timeZone) });
  const { size } = selection.ids;
  if (size === 0) return null;
  return (
    <Paper withBorder shadow="md" p="sm" className="calls-selection" role="region" aria-label="Selected calls">
      <Fault error={save.error} />
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600} role="status">
          {size === 1 ? '1 call selected' : `${size} calls selected`}
        </Text>
        <Group gap="xs">
          <Button size="compact-md" onClick={() => setIsSharing(true)}>
            Share
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
        opened={isSharing}
        onClose={() => setIsSharing(false)}
        title={size === 1 ? 'Share a call' : `Share ${size} calls`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <ShareCalls
          callIds={[...selection.ids]}
          onDone={() => {
            setIsSharing(false);
            selection.clear();
          }}
        />
      </Modal>
    </Paper>
  );
}
