import { ActionIcon, Badge, Group, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallContext } from './call-context.js';
import { MomentButton } from './moment-button.js';
import { PanelEmpty, PanelFailed, PanelWaiting } from './panel-states.js';
import { type FoundTopic, foundTopics, topicMatchesQuery } from './topic-matches.js';

/** What the topics found in the call of the page: each match leads to its words. */
export function TopicsPanel() {
  const { callId, call } = useCallContext();
  const matches = useQuery(topicMatchesQuery(callId));
  if (matches.isPending) return <PanelWaiting />;
  if (matches.isError) return <PanelFailed error={matches.error} onRetry={matches.refetch} />;
  const topics = foundTopics(matches.data);
  if (topics.length === 0) {
    return call.state === 'COMPLETE' ? (
      <PanelEmpty title="No topic came up">Nothing that was said is in one of your topics.</PanelEmpty>
    ) : (
      <PanelEmpty title="No topics yet">They appear here once the call is analysed.</PanelEmpty>
    );
  }
  return (
    <Stack gap="md">
      {topics.map((topic) => (
        <Topic key={topic.name} topic={topic} />
      ))}
    </Stack>
  );
}

function Topic({ topic: { name, moments } }: { readonly topic: FoundTopic }) {
  const { clock, marks } = useCallContext();
  const go = (to: (typeof moments)[number] | undefined) => {
    if (to === undefined) return;
    marks.show(moments, name);
    clock.seek(to.startSeconds);
  };
  const now = () => clock.now();
  return (
    <section>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs">
          <Title order={3} size="h5">
            {name}
          </Title>
          <Badge variant="default">{moments.length}</Badge>
        </Group>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="default"
            aria-label={`Previous ${name}`}
            onClick={() => go(moments.findLast(({ startSeconds }) => startSeconds < now() - 0.01) ?? moments.at(-1))}
          >
            ↑
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={`Next ${name}`}
            onClick={() => go(moments.find(({ startSeconds }) => startSeconds > now() + 0.01) ?? moments[0])}
          >
            ↓
          </ActionIcon>
        </Group>
      </Group>
      <List listStyleType="none" spacing={6} mt={4}>
        {moments.map(({ startSeconds, endSeconds, text }) => (
          <List.Item key={`${startSeconds} ${text}`}>
            <Group gap="xs" wrap="nowrap" align="baseline">
              <MomentButton seconds={startSeconds} label={name} marked={{ startSeconds, endSeconds }} />
              <Text size="sm">{text}</Text>
            </Group>
          </List.Item>
        ))}
      </List>
    </section>
  );
}
