import { Button, Group, Text } from '@mantine/core';
import { useEffect } from 'react';
import type { SoundFault } from './sound.js';

const TEXTS: Readonly<Record<SoundFault, string>> = {
  lost: 'The connection was lost, so the sound stopped.',
  'logged-out': 'Your session has ended, so the sound stopped.',
  gone: 'The sound of this call is not here any more. Its words still are.',
  broken: 'The browser could not play on.',
};

interface SoundErrorProps {
  readonly fault: SoundFault;
  readonly onRetry: () => void;
}

/** Why the sound stopped, and how to go on. */
export function SoundError({ fault, onRetry }: SoundErrorProps) {
  useEffect(() => {
    if (fault !== 'lost') return;
    window.addEventListener('online', onRetry);
    return () => window.removeEventListener('online', onRetry);
  }, [fault, onRetry]);
  return (
    <Group role="alert" gap="sm" mt={4}>
      <Text size="sm">{TEXTS[fault]}</Text>
      {fault !== 'gone' && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          {fault === 'logged-out' ? 'Log in and go on' : 'Go on from here'}
        </Button>
      )}
    </Group>
  );
}
