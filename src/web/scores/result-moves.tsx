import { Button, Group, Paper, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Result } from '../../contract/scorecards.js';
import { api } from '../api.js';
import { useCallContext } from '../call/call-context.js';
import { useKept } from '../call/draft.js';
import { createInstantFormat } from '../instants.js';
import { usePeople } from '../people.js';
import { SentForm } from '../sent-form.js';

/** What the call's caller says to a score, and how a dispute ends. */
export function ResultMoves({ result }: { readonly result: Result }) {
  const { session, can } = useCallContext();
  const people = usePeople();
  const [isDisputing, setIsDisputing] = useState(false);
  const params = { id: result.id };
  const acknowledge = useMove(result, () => api.v1.results.acknowledge({ params, body: {} }));
  const format = createInstantFormat(session.timeZone);
  const mayResolve = result.reviewerId === session.user.id || can.manageScores;
  return (
    <Stack gap="xs">
      {result.acknowledgedAt !== null && result.state === 'ACKNOWLEDGED' && (
        <Text size="sm">Acknowledged {format(result.acknowledgedAt)}.</Text>
      )}
      {result.disputeReason !== null && result.disputedAt !== null && (
        <Paper withBorder p="xs">
          <Text size="sm" fw={600}>
            ⚠ Disputed {format(result.disputedAt)}
          </Text>
          <Text size="sm" className="typed">
            {result.disputeReason}
          </Text>
          {result.resolution !== null && result.resolvedAt !== null && result.state !== 'DISPUTED' && (
            <Text size="sm" className="typed" mt={4}>
              Resolved by {people.get(result.resolvedBy ?? '') ?? 'somebody'}, {format(result.resolvedAt)}:{' '}
              {result.resolution}
            </Text>
          )}
        </Paper>
      )}
      {result.state === 'SUBMITTED' && can.answerScores && !isDisputing && (
        <SentForm error={acknowledge.error} onSend={() => acknowledge.mutate()} gap="xs">
          <Group gap="xs">
            <Button type="submit" size="compact-sm" loading={acknowledge.isPending}>
              Acknowledge
            </Button>
            <Button variant="default" size="compact-sm" onClick={() => setIsDisputing(true)}>
              Dispute
            </Button>
          </Group>
        </SentForm>
      )}
      {result.state === 'SUBMITTED' && can.answerScores && isDisputing && (
        <ReasonForm
          result={result}
          label="What do you see differently?"
          action="Dispute the score"
          send={(reason) => api.v1.results.dispute({ params, body: { reason } })}
          onCancel={() => setIsDisputing(false)}
        />
      )}
      {result.state === 'DISPUTED' && mayResolve && (
        <ReasonForm
          result={result}
          label="How is it resolved?"
          action="Resolve the dispute"
          send={(resolution) => api.v1.results.resolve({ params, body: { resolution } })}
        />
      )}
      {result.state === 'DISPUTED' && !mayResolve && (
        <Text size="sm">Its reviewer or a manager resolves the dispute.</Text>
      )}
    </Stack>
  );
}

function useMove<Given = void>({ id, callId }: Result, move: (given: Given) => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: move,
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: ['result-history', id] });
      return queryClient.invalidateQueries({ queryKey: ['results', callId] });
    },
  });
}

interface ReasonFormProps {
  readonly result: Result;
  readonly label: string;
  readonly action: string;
  readonly send: (text: string) => Promise<unknown>;
  readonly onCancel?: () => void;
}

/** A text that comes with a move. What is typed survives a reload. */
function ReasonForm({ result, label, action, send, onCancel }: ReasonFormProps) {
  const { session } = useCallContext();
  const [kept, keep] = useKept<string>(`${action} ${session.user.id} ${result.id}`);
  const text = kept ?? '';
  const move = useMove(result, async (given: string) => {
    await send(given);
    keep(null);
  });
  return (
    <SentForm error={move.error} onSend={() => text.trim() !== '' && move.mutate(text)} gap="xs">
      <Textarea
        label={label}
        autosize
        minRows={2}
        maxLength={5_000}
        value={text}
        onChange={(event) => keep(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Button type="submit" size="compact-sm" loading={move.isPending} disabled={text.trim() === ''}>
          {action}
        </Button>
        {onCancel && (
          <Button variant="default" size="compact-sm" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </Group>
    </SentForm>
  );
}
