import { Button, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { messageOf, statusOf } from '../api.js';

/** As high as most panels are once they are there, so that little moves. */
export function PanelWaiting() {
  return (
    <Stack gap="sm" role="status" aria-label="Loading">
      {['70%', '100%', '90%', '95%', '60%'].map((width) => (
        <Skeleton key={width} h={18} w={width} />
      ))}
      <Skeleton h={90} />
    </Stack>
  );
}

interface PanelFailedProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** What went wrong in a panel, and what can be done. */
export function PanelFailed({ error, onRetry }: PanelFailedProps) {
  const isRefused = statusOf(error) === 403;
  return (
    <Stack gap="xs" align="flex-start">
      <Text fw={600}>{isRefused ? 'You may not see this' : 'This could not be loaded'}</Text>
      <Text size="sm" role="alert">
        {messageOf(error)}
      </Text>
      {!isRefused && (
        <Button variant="default" size="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Stack>
  );
}

/** A panel without anything in it yet, and what to do about it. */
export function PanelEmpty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack gap={4} py="sm">
      <Text fw={600}>{title}</Text>
      <Text size="sm">{children}</Text>
    </Stack>
  );
}
