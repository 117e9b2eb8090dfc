import { Button, Group, Text } from '@mantine/core';
import '@mantine/core/styles/Notification.css';
import { Notifications, notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';
import { useEffect, useSyncExternalStore } from 'react';
import { messageOf } from '../api.js';
import { onToasts, type Toast, takeToasts, toast, waitingToasts } from '../toasts.js';

const SHOWN_MILLISECONDS = 6000;

/** Shows toasts; they stay while they are pointed at or hold the focus. The place itself is the live region. */
export function ToastStack() {
  const toasts = useSyncExternalStore(onToasts, waitingToasts);
  useEffect(() => {
    if (toasts.length > 0) for (const taken of takeToasts()) show(taken);
  }, [toasts]);
  return <Notifications aria-live="polite" autoClose={SHOWN_MILLISECONDS} />;
}

function show({ message, undo }: Toast): void {
  const id = notifications.show({
    role: 'group',
    'aria-label': message,
    closeButtonProps: { 'aria-label': 'Close' },
    message: undo === undefined ? message : <Undoable message={message} onUndo={() => undoNow(undo)} />,
  });
  function undoNow(undone: () => Promise<unknown>): void {
    notifications.hide(id);
    undone().catch((error: unknown) => toast(`It could not be undone. ${messageOf(error)}`));
  }
}

function Undoable({ message, onUndo }: { readonly message: string; readonly onUndo: () => void }) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm" c="inherit">
        {message}
      </Text>
      <Button size="compact-sm" variant="subtle" onClick={onUndo}>
        Undo
      </Button>
    </Group>
  );
}
