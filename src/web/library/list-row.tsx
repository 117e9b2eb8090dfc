import { Group, Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import './stretch-player.css';

interface ListRowProps {
  /** The link that opens it. */
  readonly link: ReactNode;
  readonly about: ReactNode;
  readonly note: string | null;
  /** What stands at the end of its first line. */
  readonly side: ReactNode;
}

/** A line of a list of the library. */
export function ListRow({ link, about, note, side }: ListRowProps) {
  return (
    <Paper component="li" withBorder p="sm">
      <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
        <div className="library-text">{link}</div>
        <Text size="sm" className="stretch-time">
          {side}
        </Text>
      </Group>
      <Text size="sm" c="dimmed">
        {about}
      </Text>
      {note !== null && (
        <Text size="sm" lineClamp={2} className="library-text">
          {note}
        </Text>
      )}
    </Paper>
  );
}
