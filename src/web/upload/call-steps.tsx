import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Processing, ProcessingStep } from '../../contract/recordings.js';
import { api } from '../api.js';
import { Fault } from '../sent-form.js';
import { TextLink } from '../text-link.js';

/** How often a call under way is read again, and one that waits for a speech engine, in milliseconds. */
const LIVE_MS = 1_000;
const WAITING_MS = 10_000;

const STEPS = { decode: 'Sound', transcribe: 'Words', analyze: 'Analysis', summarize: 'Summary' } as const;
const STATES = { waiting: 'waits', running: 'under way', done: 'done', failed: 'failed', skipped: 'left out' } as const;
const SIGNS = { waiting: '·', running: '…', done: '✓', failed: '✗', skipped: '–' } as const;

/** Of a call that has failed, the steps after the failed one wait for nothing. */
const isUnderWay = ({ state, steps }: Processing): boolean =>
  state !== 'ERROR' && (state !== 'COMPLETE' || steps.some((step) => ['waiting', 'running'].includes(step.state)));

/** After how long to read it again, in milliseconds; false once it stays as it is. */
function pauseOf(processing: Processing): number | false {
  if (!isUnderWay(processing)) return false;
  // Without a speech engine, a call whose sound is ready may wait for long.
  return processing.state === 'PENDING' && processing.steps[0]?.state === 'done' ? WAITING_MS : LIVE_MS;
}

/** What becomes of a call that was sent: its steps, live until the last one has ended. */
export function CallSteps({ callId, name }: { readonly callId: string; readonly name: string }) {
  const queryClient = useQueryClient();
  const queryKey = ['processing', callId];
  const processing = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.v1.readProcessing({ params: { id: callId }, signal }),
    refetchInterval: ({ state: { data } }) => (data === undefined ? LIVE_MS : pauseOf(data)),
  });
  const retry = useMutation({
    mutationFn: () => api.v1.retryProcessing({ params: { id: callId } }),
    onSuccess: (answer) => queryClient.setQueryData(queryKey, answer),
  });
  const { data } = processing;
  const isComplete = data?.state === 'COMPLETE';
  useEffect(() => {
    if (isComplete) void queryClient.invalidateQueries({ queryKey: ['calls'] });
  }, [isComplete, queryClient]);
  const hasFailed =
    data !== undefined && (data.state === 'ERROR' || data.steps.some(({ state }) => state === 'failed'));
  return (
    <Stack gap="xs">
      <Group justify="space-between" mih={28}>
        <Group gap="xs">
          {data === undefined || isUnderWay(data) ? <Loader size="xs" aria-hidden /> : null}
          <Text role="status" fw={600}>
            {data === undefined ? 'Sent' : stateText(data)}
          </Text>
        </Group>
        <Group gap="sm">
          {hasFailed && (
            <Button size="compact-sm" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
              Retry
            </Button>
          )}
          <TextLink to="/calls/$callId" params={{ callId }} aria-label={`Open the call of ${name}`}>
            Open the call
          </TextLink>
        </Group>
      </Group>
      {data && data.errorReason !== null && <Text role="alert">{data.errorReason}</Text>}
      <Fault error={retry.error} />
      <Group component="ol" gap="md" p={0} m={0} style={{ listStyle: 'none' }} aria-label={`Steps of ${name}`}>
        {data?.steps.map((step) => (
          <Step key={step.step} step={step} isSaid={step.reason === data.errorReason} />
        ))}
      </Group>
    </Stack>
  );
}

function Step({
  step: { step, state, progress, reason },
  isSaid,
}: {
  readonly step: ProcessingStep;
  readonly isSaid: boolean;
}) {
  const part = state === 'running' && progress > 0 ? ` ${Math.round(progress * 100)} %` : '';
  return (
    <li>
      <Text size="sm">
        <span aria-hidden>{SIGNS[state]} </span>
        {STEPS[step]}: {STATES[state]}
        {part}
        {reason !== null && !isSaid && ` (${reason})`}
      </Text>
    </li>
  );
}

function stateText({ state }: Processing): string {
  if (state === 'COMPLETE') return 'The call is ready';
  if (state === 'ERROR') return 'The call could not be made ready';
  return state === 'PENDING' ? 'The call waits for its words' : 'The call is being made ready';
}
