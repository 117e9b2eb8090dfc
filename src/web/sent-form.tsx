import { Alert, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { messageOf } from './api.js';

/** What went wrong, for the person at the screen; nothing while nothing did. */
export function Fault({ error }: { readonly error: unknown }) {
  if (error === null) return null;
  return (
    <Alert color="red" role="alert">
      {messageOf(error)}
    </Alert>
  );
}

interface SentFormProps {
  /** The sending that failed last; null if none did. */
  readonly error: unknown;
  readonly onSend: () => void;
  readonly children: ReactNode;
  readonly gap?: string;
}

/** A form that the page sends by itself, with what went wrong above its fields. */
export function SentForm({ error, onSend, children, gap = 'md' }: SentFormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <Stack gap={gap}>
        <Fault error={error} />
        {children}
      </Stack>
    </form>
  );
}
