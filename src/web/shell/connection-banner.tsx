import { Alert } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { isConnectionLost, onConnection } from '../connection.js';

/** Says that the server cannot be reached, as long as that is so. It covers nothing. */
export function ConnectionBanner() {
  const isLost = useSyncExternalStore(onConnection, isConnectionLost);
  return (
    <div role="status">
      {isLost && (
        <Alert color="yellow" mb="md" py="xs" title="No connection">
          What you write stays here. Debrief goes on by itself when the connection is back.
        </Alert>
      )}
    </div>
  );
}
