import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v1Routes } from '../../client/index.js';
import type { Result } from '../../contract/scorecards.js';
import { api } from '../api.js';
import { useCallContext } from '../call/call-context.js';
import { PanelFailed, PanelWaiting } from '../call/panel-states.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { createInstantFormat } from '../instants.js';
import { usePeople } from '../people.js';
import { ResultHistory } from './result-history.js';
import { ResultMoves } from './result-moves.js';
import { ResultView } from './result-view.js';
import { scorecardQuery } from './results-query.js';
import { ScoreForm } from './score-form.js';

const STATES = {
  DRAFT: '✎ Draft',
  SUBMITTED: '→ To be acknowledged',
  ACKNOWLEDGED: '✓ Acknowledged',
  DISPUTED: '⚠ Disputed',
} as const;

/** One person's score of the call: open if the reader has something to do with it. */
export function ResultCard({ result }: { readonly result: Result }) {
  const { session, can } = useCallContext();
  const people = usePeople();
  const scorecard = useQuery(scorecardQuery(result.scorecardId));
  const isReviewer = result.reviewerId === session.user.id;
  const mayAmend = isReviewer || can.manageScores;
  const isWaiting =
    result.state === 'DRAFT' ||
    (result.state === 'SUBMITTED' && can.answerScores) ||
    (result.state === 'DISPUTED' && mayAmend);
  const [isOpen, setIsOpen] = useState(isWaiting);
  const [isAmending, setIsAmending] = useState(false);

  return (
    <Paper withBorder p="sm" component="article">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <Text fw={600}>{scorecard.data?.name ?? 'Scorecard'}</Text>
            <Text size="sm" c="dimmed">
              {people.get(result.reviewerId) ?? 'Somebody'}
              {result.scoreTime !== null && `, ${createInstantFormat(session.timeZone)(result.scoreTime)}`}
            </Text>
            <Badge variant="default" tt="none">
              {STATES[result.state]}
            </Badge>
          </div>
          <Group gap="xs" wrap="nowrap" miw="max-content">
            {result.state !== 'DRAFT' && (
              <Text fw={700}>{result.percentage === null ? 'N/A' : `${result.percentage} %`}</Text>
            )}
            <Button
              variant="default"
              size="compact-sm"
              aria-expanded={isOpen}
              onClick={() => setIsOpen(!isOpen)}
              aria-label={`${isOpen ? 'Close' : 'Open'} the score of ${people.get(result.reviewerId) ?? 'somebody'}`}
            >
              {isOpen ? 'Close' : 'Open'}
            </Button>
          </Group>
        </Group>
        {isOpen && scorecard.isPending && <PanelWaiting />}
        {isOpen && scorecard.isError && <PanelFailed error={scorecard.error} onRetry={scorecard.refetch} />}
        {isOpen &&
          scorecard.data &&
          (result.state === 'DRAFT' || isAmending ? (
            <OpenForm id={result.id} scorecard={scorecard.data} onDone={() => setIsAmending(false)} />
          ) : (
            <>
              <ResultView result={result} scorecard={scorecard.data} />
              <ResultMoves result={result} />
              <Group gap="xs">
                {mayAmend && (
                  <Button variant="default" size="compact-sm" onClick={() => setIsAmending(true)}>
                    Amend
                  </Button>
                )}
                {can.actForOthers && <Remove result={result} label="Delete" />}
              </Group>
              <ResultHistory resultId={result.id} />
            </>
          ))}
        {isOpen && result.state === 'DRAFT' && <Remove result={result} label="Discard draft" />}
      </Stack>
    </Paper>
  );
}

interface OpenFormProps extends Omit<Parameters<typeof ScoreForm>[0], 'result'> {
  readonly id: string;
}

/** The form, once the result is read as it is stored now: changes name what they are changes of. */
function OpenForm({ id, ...form }: OpenFormProps) {
  const result = useQuery({
    queryKey: ['result', id],
    queryFn: ({ signal }) => api.request(v1Routes.results.read, { params: { id }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (result.isPending) return <PanelWaiting />;
  if (result.isError) return <PanelFailed error={result.error} onRetry={result.refetch} />;
  return <ScoreForm {...form} result={result.data} />;
}

function Remove({ result: { id, callId }, label }: { readonly result: Result; readonly label: string }) {
  const queryClient = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.v1.results.remove({ params: { id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['results', callId] }),
  });
  return (
    <Group>
      <Button variant="subtle" size="compact-sm" onClick={() => setIsAsked(true)}>
        {label}
      </Button>
      <ConfirmDialog
        isOpen={isAsked}
        title={`${label}?`}
        action="Delete it"
        onConfirm={() => remove.mutate()}
        onClose={() => setIsAsked(false)}
        isPending={remove.isPending}
        error={remove.error}
      >
        All its answers are deleted. They cannot be brought back.
      </ConfirmDialog>
    </Group>
  );
}
