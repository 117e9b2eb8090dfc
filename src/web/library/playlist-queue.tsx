import { ActionIcon, Group, Paper, Stack, Text, Title, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { PlaylistItem } from '../../contract/playlists.js';
import { formatLength } from '../instants.js';
import { titleOf } from './item-title.js';

interface PlaylistQueueProps {
  readonly items: readonly PlaylistItem[];
  readonly currentId: string;
  readonly onPick: (item: PlaylistItem) => void;
  /** Called with the items in their new order; null for who may not change it. */
  readonly onOrder: ((items: readonly PlaylistItem[]) => void) | null;
}

/** The items of a playlist in their order, with the one that is played marked. */
export function PlaylistQueue({ items, currentId, onPick, onOrder }: PlaylistQueueProps) {
  const list = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [told, setTold] = useState('');
  const [held, setHeld] = useState<{ readonly id: string; readonly button: string } | null>(null);
  // An element that is moved loses the focus.
  useEffect(() => {
    if (held === null) return;
    const item = list.current?.querySelector(`[data-item="${held.id}"]`);
    const button = item?.querySelector<HTMLButtonElement>(`[data-button="${held.button}"]:not(:disabled)`);
    (button ?? item?.querySelector<HTMLButtonElement>('[data-button]:not(:disabled)'))?.focus();
  }, [held]);
  const move = (item: PlaylistItem, to: number) => {
    const others = items.filter((each) => each !== item);
    onOrder?.([...others.slice(0, to), item, ...others.slice(to)]);
    setTold(`${titleOf(item)} is now ${to + 1} of ${items.length}.`);
  };
  const remove = (item: PlaylistItem) => {
    onOrder?.(items.filter((each) => each !== item));
    setTold(`${titleOf(item)} is out of the playlist.`);
  };
  const drop = (to: number) => {
    const item = items.find(({ id }) => id === dragged);
    if (item !== undefined && items.indexOf(item) !== to) move(item, to);
    setDragged(null);
  };
  return (
    <section aria-label="In this playlist">
      <Title order={2} size="h5" mb={6}>
        In this playlist
      </Title>
      <VisuallyHidden role="status">{told}</VisuallyHidden>
      <Stack component="ol" ref={list} gap={6} p={0} m={0} style={{ listStyle: 'none' }}>
        {items.map((item, at) => (
          <Paper
            key={item.id}
            component="li"
            withBorder
            p={6}
            data-item={item.id}
            draggable={onOrder !== null}
            onDragStart={() => setDragged(item.id)}
            onDragOver={(event) => dragged !== null && event.preventDefault()}
            onDrop={() => drop(at)}
            onDragEnd={() => setDragged(null)}
          >
            <Group gap={6} wrap="nowrap" justify="space-between">
              <UnstyledButton
                flex={1}
                aria-current={item.id === currentId ? 'true' : undefined}
                onClick={() => onPick(item)}
              >
                <Text size="sm" fw={item.id === currentId ? 700 : 400} className="library-text">
                  {item.id === currentId ? '▶ ' : `${at + 1}. `}
                  {titleOf(item)}
                </Text>
                <Text size="xs" c="dimmed">
                  {item.clipId === null ? 'Whole call' : 'Clip'}
                  {item.endSeconds !== null && `, ${formatLength(item.endSeconds - item.startSeconds)}`}
                </Text>
              </UnstyledButton>
              {onOrder !== null && (
                <Group gap={2} wrap="nowrap">
                  <ActionIcon
                    variant="subtle"
                    c="inherit"
                    data-button="up"
                    aria-label={`Move ${titleOf(item)} up`}
                    disabled={at === 0}
                    onClick={() => {
                      move(item, at - 1);
                      setHeld({ id: item.id, button: 'up' });
                    }}
                  >
                    ↑
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    c="inherit"
                    data-button="down"
                    aria-label={`Move ${titleOf(item)} down`}
                    disabled={at === items.length - 1}
                    onClick={() => {
                      move(item, at + 1);
                      setHeld({ id: item.id, button: 'down' });
                    }}
                  >
                    ↓
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    c="inherit"
                    aria-label={`Take ${titleOf(item)} out`}
                    onClick={() => remove(item)}
                  >
                    ✕
                  </ActionIcon>
                </Group>
              )}
            </Group>
          </Paper>
        ))}
      </Stack>
    </section>
  );
}
