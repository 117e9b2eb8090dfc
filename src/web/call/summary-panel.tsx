import { Anchor, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SummaryDetails } from '../../contract/call-summaries.js';
import { api, messageOf } from '../api.js';
import { formatLength } from '../instants.js';
import { Waiting } from '../shell/states.js';
import type { CallClock } from './clock.js';

interface SummaryPanelProps {
  readonly callId: string;
  readonly clock: CallClock;
}

const ORIGINS = {
  given: 'From the source of the call.',
  extractive: 'Quoted from the call by rules.',
  model: 'Written by a model. Check what matters.',
} as const;

export function SummaryPanel({ callId, clock }: SummaryPanelProps) {
  const summary = useQuery({
    queryKey: ['summary', callId],
    queryFn: () => api.v1.readSummary({ params: { id: callId } }),
  });
  if (summary.isPending) return <Waiting />;
  if (summary.isError) return <Text role="alert">{messageOf(summary.error)}</Text>;
  const { origin, summary: points, nextSteps, questionsAndAnswers } = summary.data;
  if (origin === null) return <Text c="dimmed">This call has no summary{reasonOf(summary.data)}.</Text>;
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        {ORIGINS[origin]}
      </Text>
      <Cited title="Summary" items={points} clock={clock} />
      <Cited title="Next steps" items={nextSteps} clock={clock} />
      {questionsAndAnswers.length > 0 && (
        <Title order={3} size="h5">
          Questions
        </Title>
      )}
      {questionsAndAnswers.map(({ question, answer }) => (
        <div key={`${question.seconds} ${question.text}`}>
          <Moment item={question} clock={clock} />
          <Text size="sm" c="dimmed">
            {answer.text}
          </Text>
        </div>
      ))}
    </Stack>
  );
}

function reasonOf({ step }: SummaryDetails): string {
  return step?.reason ? `: ${step.reason.replace(/\.$/, '')}` : '';
}

type Item = SummaryDetails['summary'][number];

function Cited({ title, items, clock }: { title: string; items: readonly Item[]; clock: CallClock }) {
  if (items.length === 0) return null;
  return (
    <div>
      <Title order={3} size="h5">
        {title}
      </Title>
      <List size="sm" spacing={4}>
        {items.map((item) => (
          <List.Item key={`${item.seconds} ${item.text}`}>
            <Moment item={item} clock={clock} />
          </List.Item>
        ))}
      </List>
    </div>
  );
}

/** A text, and the second that it comes from. */
function Moment({ item: { text, seconds }, clock }: { item: Item; clock: CallClock }) {
  return (
    <Text size="sm">
      {text}{' '}
      {seconds !== null && (
        <Anchor component="button" type="button" size="sm" onClick={() => clock.seek(seconds)}>
          {formatLength(seconds)}
        </Anchor>
      )}
    </Text>
  );
}
