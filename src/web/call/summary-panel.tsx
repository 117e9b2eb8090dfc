import { Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SummaryDetails } from '../../contract/call-summaries.js';
import { api } from '../api.js';
import { Fault } from '../sent-form.js';
import { useCallContext } from './call-context.js';
import { MomentButton } from './moment-button.js';
import { PanelEmpty, PanelFailed, PanelWaiting } from './panel-states.js';

const ORIGINS = {
  given: 'From the system that recorded the call.',
  extractive: 'Quoted from the call by built-in rules, not by a model.',
  model: 'Written by a model. Check what matters.',
} as const;

/** Until a summary that was asked for is there, it is looked for this often, in milliseconds. */
const LOOK_AGAIN_MS = 3_000;

const isUnderWay = ({ step }: SummaryDetails) => step?.state === 'waiting' || step?.state === 'running';

/** What was said in short, each item with its second. */
export function SummaryPanel() {
  const { callId, call, can } = useCallContext();
  const summary = useQuery({
    queryKey: ['summary', callId],
    queryFn: ({ signal }) => api.v1.readSummary({ params: { id: callId }, signal }),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? LOOK_AGAIN_MS : false),
  });
  if (summary.isPending) return <PanelWaiting />;
  if (summary.isError) return <PanelFailed error={summary.error} onRetry={summary.refetch} />;
  const { origin, summary: points, nextSteps, questionsAndAnswers } = summary.data;
  const mayAsk = can.askForSummary && origin !== 'given' && call.state === 'COMPLETE';
  return (
    <Stack gap="sm">
      {origin === null ? (
        <PanelEmpty title="No summary">{reasonOf(summary.data)}</PanelEmpty>
      ) : (
        <Text size="sm" c="dimmed">
          {ORIGINS[origin]}
        </Text>
      )}
      <Cited title="Summary" items={points} />
      <Cited title="Next steps" items={nextSteps} />
      {questionsAndAnswers.length > 0 && (
        <Title order={3} size="h5">
          Questions
        </Title>
      )}
      {questionsAndAnswers.map(({ question, answer }) => (
        <div key={`${question.seconds} ${question.text}`}>
          <CitedText item={question} />
          <div className="answer">
            <CitedText item={answer} />
          </div>
        </div>
      ))}
      {mayAsk && <AskForSummary callId={callId} isUnderWay={isUnderWay(summary.data)} isAgain={origin !== null} />}
    </Stack>
  );
}

function reasonOf(summary: SummaryDetails): string {
  if (isUnderWay(summary)) return 'It is being made, and appears here.';
  return summary.step?.reason ?? 'Nobody has asked for one.';
}

interface AskForSummaryProps {
  readonly callId: string;
  readonly isUnderWay: boolean;
  readonly isAgain: boolean;
}

function AskForSummary({ callId, isUnderWay, isAgain }: AskForSummaryProps) {
  const queryClient = useQueryClient();
  const ask = useMutation({
    mutationFn: () => api.v1.requestSummary({ params: { id: callId } }),
    onSuccess: (summary) => queryClient.setQueryData(['summary', callId], summary),
  });
  return (
    <Stack gap="xs">
      <Fault error={ask.error} />
      <Group>
        <Button variant="default" size="xs" loading={ask.isPending || isUnderWay} onClick={() => ask.mutate()}>
          {isAgain ? 'Summarise again' : 'Summarise'}
        </Button>
      </Group>
    </Stack>
  );
}

type Item = SummaryDetails['summary'][number];

function Cited({ title, items }: { readonly title: string; readonly items: readonly Item[] }) {
  if (items.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h5">
        {title}
      </Title>
      <List size="sm" spacing={4}>
        {items.map((item) => (
          <List.Item key={`${item.seconds} ${item.text}`}>
            <CitedText item={item} />
          </List.Item>
        ))}
      </List>
    </section>
  );
}

/** A text, and the second that it comes from. */
function CitedText({ item: { text, seconds } }: { readonly item: Item }) {
  return (
    <Text size="sm">
      {text} {seconds !== null && <MomentButton seconds={seconds} label="Where it was said" />}
    </Text>
  );
}
