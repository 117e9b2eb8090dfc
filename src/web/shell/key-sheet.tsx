import { Group, Kbd, Modal, Stack, Text, Title } from '@mantine/core';
import '@mantine/core/styles/Kbd.css';
import { useSyncExternalStore } from 'react';
import { type Key, keyGroups, onKeyGroups } from './keys.js';
import type { LazyDialogProps } from './lazy-dialog.js';
import { shownKey } from './shown-key.js';

/** The keys that work on this page. What is listed is what is bound. */
export function KeySheet({ isOpen, onClose }: LazyDialogProps) {
  const groups = useSyncExternalStore(onKeyGroups, keyGroups);
  const byTitle = new Map<string, Key[]>();
  for (const { title, keys } of groups) byTitle.set(title, [...(byTitle.get(title) ?? []), ...keys]);
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keys" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="lg">
        {[...byTitle].map(([title, keys]) => (
          <section key={title} aria-label={title}>
            <Title order={3} size="h6" mb="xs">
              {title}
            </Title>
            <Stack gap={6}>
              {keys.map(({ keys: bound, does }) => (
                <Group key={`${String(bound)} ${does}`} justify="space-between" wrap="nowrap">
                  <Text size="sm">{does}</Text>
                  <Group gap={4} wrap="nowrap">
                    {[...new Set([bound].flat().map(shownKey))].map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </Group>
                </Group>
              ))}
            </Stack>
          </section>
        ))}
        <Text size="xs">Single keys wait while you are typing.</Text>
      </Stack>
    </Modal>
  );
}
