import { Button, Loader, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ProcessingStep } from '../../contract/recordings.js';
import { api, messageOf } from '../api.js';
import { State } from '../shell/states.js';
import { useCallContext } from './call-context.js';
import { useProcessing } from './processing.js';

const STEPS: Readonly<Record<ProcessingStep['step'], string>> = {
  decode: 'Prepare the sound',
  transcribe: 'Write down the words',
  analyze: 'Find topics and statistics',
  summarize: 'Summarise',
};

const SIGNS: Readonly<Record<ProcessingStep['state'], string>> = {
  waiting: '○ waiting',
  running: '● under way',
  done: '✓ done',
  failed: '✕ failed',
  skipped: '– left out',
};

/** How far a call without words is, live. */
export function ProcessingSteps() {
  const { callId, call, can } = useCallContext();
  const queryClient = useQueryClient();
  const processing = useProcessing(callId, call.state);
  const retry = useMutation({
    mutationFn: () => api.v1.retryProcessing({ params: { id: callId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['call', callId] }),
  });
  const isFailed = call.state === 'ERROR';
  const steps = processing?.steps ?? [];
  return (
    <State title={isFailed ? 'This call could not be processed' : 'No words yet'}>
      <Text>{call.errorReason ?? 'The words appear here by themselves once they are there.'}</Text>
      {!isFailed && steps.some(({ state }) => state === 'running') && <Loader size="sm" aria-hidden />}
      {steps.length > 0 && (
        <Stack component="ul" gap={4} ta="left" p={0} m={0} className="processing-steps" aria-live="polite">
          {steps.map(({ step, state, progress, reason }) => (
            <Text component="li" size="sm" key={step}>
              <b>{STEPS[step]}</b>: {SIGNS[state]}
              {state === 'running' && progress > 0 && `, ${Math.round(progress * 100)} %`}
              {reason !== null && state !== 'done' && `. ${reason}`}
            </Text>
          ))}
        </Stack>
      )}
      {isFailed && can.editTranscript && (
        <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
          Try again
        </Button>
      )}
      {retry.isError && <Text role="alert">{messageOf(retry.error)}</Text>}
    </State>
  );
}
