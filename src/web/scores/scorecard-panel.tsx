import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, statusOf } from '../api.js';
import { useCallContext } from '../call/call-context.js';
import { PanelEmpty, PanelFailed, PanelWaiting } from '../call/panel-states.js';
import { Fault } from '../sent-form.js';
import { ResultCard } from './result-card.js';
import { resultsQuery, scorecardsQuery } from './results-query.js';
import './styles.js';

/** The scores of the call of the page, and where one begins a new one. */
export function ScorecardPanel() {
  const { callId, session } = useCallContext();
  const results = useQuery(resultsQuery(callId));
  const scorecards = useQuery(scorecardsQuery);
  if (results.isPending || scorecards.isPending) return <PanelWaiting />;
  if (results.isError) return <PanelFailed error={results.error} onRetry={results.refetch} />;
  if (scorecards.isError) return <PanelFailed error={scorecards.error} onRetry={scorecards.refetch} />;
  const own = new Set(
    results.data.filter(({ reviewerId }) => reviewerId === session.user.id).map(({ scorecardId }) => scorecardId),
  );
  const free = scorecards.data.filter(({ id }) => !own.has(id));
  // One's own draft is what one came for.
  const isDraft = (state: string) => (state === 'DRAFT' ? 0 : 1);
  const shown = [...results.data].sort((a, b) => isDraft(a.state) - isDraft(b.state));
  return (
    <Stack gap="sm">
      {scorecards.data.length === 0 && (
        <PanelEmpty title="No scorecards">A manager can make one. Calls are scored with it.</PanelEmpty>
      )}
      {free.length > 0 && <Begin choices={free} />}
      {shown.map((result) => (
        <ResultCard key={result.id} result={result} />
      ))}
      {results.data.length === 0 && scorecards.data.length > 0 && (
        <Text size="sm">Nobody has scored this call yet.</Text>
      )}
    </Stack>
  );
}

function Begin({ choices }: { readonly choices: readonly { readonly id: string; readonly name: string }[] }) {
  const { callId } = useCallContext();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const scorecardId = choices.length === 1 ? choices[0]!.id : chosen;
  const begin = useMutation({
    mutationFn: async () => {
      const body = { callId, scorecardId: scorecardId!, state: 'DRAFT', answers: [] } as const;
      await api.v1.results
        .create({ body: { ...body, answers: [] }, idempotencyKey: crypto.randomUUID() })
        .catch((error) => {
          // It was begun in another window: it is shown now.
          if (statusOf(error) !== 409) throw error;
        });
      await queryClient.invalidateQueries({ queryKey: ['results', callId] });
    },
  });
  return (
    <Stack gap="xs">
      <Fault error={begin.error} />
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <Select
          flex={1}
          label="Score this call with"
          placeholder="Choose a scorecard"
          data={choices.map(({ id, name }) => ({ value: id, label: name }))}
          value={scorecardId}
          onChange={setChosen}
        />
        <Button onClick={() => begin.mutate()} loading={begin.isPending} disabled={scorecardId === null}>
          Begin
        </Button>
      </Group>
    </Stack>
  );
}
