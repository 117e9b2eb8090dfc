import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { Fault } from './sent-form.js';

interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  /** What will be so afterwards. */
  readonly children: string;
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly isPending: boolean;
  /** What went wrong at the last try; null if nothing did. */
  readonly error: unknown;
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog({
  isOpen,
  title,
  children,
  action,
  onConfirm,
  onClose,
  isPending,
  error,
}: ConfirmDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        <Fault error={error} />
        <Text size="sm">{children}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red.9" onClick={onConfirm} loading={isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
