import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.js';
import { useCallContext } from '../call/call-context.js';
import { PanelFailed, PanelWaiting } from '../call/panel-states.js';
import { createInstantFormat } from '../instants.js';
import { usePeople } from '../people.js';

const MOVES: Readonly<Record<string, string>> = {
  amend: 'Amended',
  acknowledge: 'Acknowledged',
  dispute: 'Disputed',
  resolve: 'Dispute resolved',
};

/** What a score was before each change. */
export function ResultHistory({ resultId }: { readonly resultId: string }) {
  const { session } = useCallContext();
  const people = usePeople();
  const [isOpen, setIsOpen] = useState(false);
  const history = useQuery({
    queryKey: ['result-history', resultId],
    queryFn: ({ signal }) => api.v1.results.history({ params: { id: resultId }, signal }),
    enabled: isOpen,
  });
  const format = createInstantFormat(session.timeZone);
  return (
    <Stack gap={4} align="flex-start">
      <Button variant="subtle" size="compact-sm" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        History
      </Button>
      {isOpen && history.isPending && <PanelWaiting />}
      {isOpen && history.isError && <PanelFailed error={history.error} onRetry={history.refetch} />}
      {isOpen && history.data?.items.length === 0 && <Text size="sm">It has not changed since it was submitted.</Text>}
      {isOpen &&
        history.data?.items.map(({ at, by, move, before }) => (
          <Text key={at} size="sm">
            {MOVES[move] ?? move} by {people.get(by.id ?? '') ?? 'a program'}, {format(at)}; before:{' '}
            {before.percentage === null ? 'N/A' : `${before.percentage} %`}
          </Text>
        ))}
    </Stack>
  );
}
