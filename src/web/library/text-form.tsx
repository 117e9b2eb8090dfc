import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { SentForm } from '../sent-form.js';

/** What people write of a clip or a playlist. */
export interface WrittenText {
  readonly title: string;
  readonly note: string | null;
}

interface TextDialogProps {
  /** What the dialog is called. */
  readonly heading: string;
  readonly action: string;
  readonly given?: WrittenText;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onSend: (text: WrittenText) => void;
  readonly onClose: () => void;
}

const NOTHING: WrittenText = { title: '', note: null };

/** Asks for a title and a note. */
export function TextDialog({ heading, action, given = NOTHING, isPending, error, onSend, onClose }: TextDialogProps) {
  const [title, setTitle] = useState(given.title);
  const [note, setNote] = useState(given.note ?? '');
  const isReady = title.trim() !== '';
  const send = () => onSend({ title: title.trim(), note: note.trim() === '' ? null : note.trim() });
  return (
    <Modal opened onClose={onClose} title={heading} closeButtonProps={{ 'aria-label': 'Close' }}>
      <SentForm error={error} onSend={() => isReady && send()} gap="sm">
        <TextInput
          label="Title"
          required
          maxLength={200}
          data-autofocus
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Textarea
          label="Note"
          autosize
          minRows={2}
          maxLength={4_000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={!isReady}>
            {action}
          </Button>
        </Group>
      </SentForm>
    </Modal>
  );
}
