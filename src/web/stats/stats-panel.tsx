import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import { v1Routes } from '../../client/index.js';
import type { Topic } from '../../contract/v1-answers.js';
import { api } from '../api.js';
import { useCallContext } from '../call/call-context.js';
import { PanelEmpty, PanelFailed, PanelWaiting } from '../call/panel-states.js';
import { useSpeakerNames, useSpeakers } from '../call/speakers.js';
import { topicMatchesQuery } from '../call/topic-matches.js';
import { countedSeconds } from './counted-seconds.js';
import { type Figure, figuresOf } from './figures.js';

const topicsQuery = {
  queryKey: ['topic-definitions'],
  queryFn: async (): Promise<readonly Topic[]> => {
    const topics: Topic[] = [];
    for await (const topic of api.list(v1Routes.topics.list, { query: { limit: 1000 } })) topics.push(topic);
    return topics;
  },
};

/** The statistics of the call of the page: what each counts, and, clicked, the seconds that were counted. */
export function StatsPanel() {
  const { callId, call } = useCallContext();
  const speakers = useSpeakers(callId);
  const names = useSpeakerNames(callId);
  const matches = useQuery(topicMatchesQuery(callId));
  const topics = useQuery(topicsQuery);
  const { stats, transcript } = call;
  const figures = useMemo(() => {
    if (stats === null || transcript === null || !matches.data || !topics.data) return [];
    const types = new Map(speakers.map(({ speakerNumber, speakerType }) => [speakerNumber, speakerType]));
    const questions = topics.data.find(({ canonicalQuestions }) => canonicalQuestions);
    const counted = countedSeconds({
      words: transcript,
      typeOf: (speaker) => types.get(speaker) ?? 'UNKNOWN',
      topicMatches: matches.data.topicMatches,
      questionsTopicId: questions === undefined ? null : String(questions.id),
    });
    return figuresOf(stats, matches.data.questionCounts, counted, names);
  }, [stats, transcript, matches.data, topics.data, speakers, names]);
  if (stats === null) {
    return <PanelEmpty title="No statistics yet">They appear here once the call is analysed.</PanelEmpty>;
  }
  if (matches.isError) return <PanelFailed error={matches.error} onRetry={matches.refetch} />;
  if (topics.isError) return <PanelFailed error={topics.error} onRetry={topics.refetch} />;
  if (matches.isPending || topics.isPending) return <PanelWaiting />;
  return (
    <Stack gap="md">
      {figures.map((figure) => (
        <ShownFigure key={figure.name} figure={figure} />
      ))}
    </Stack>
  );
}

function ShownFigure({ figure: { name, value, meaning, ranges, plays } }: { readonly figure: Figure }) {
  const { clock, marks } = useCallContext();
  const isShown = useSyncExternalStore(marks.listen, () => marks.shown?.label === name);
  const first = ranges[0];
  const show = () => {
    if (first === undefined) return;
    if (isShown) return marks.clear();
    marks.show(ranges, name);
    if (plays) clock.playRange(first.startSeconds, first.endSeconds);
    else clock.seek(first.startSeconds);
  };
  return (
    <section>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm">
          {name}: <b>{value}</b>
        </Text>
        {first !== undefined && (
          <Button
            variant={isShown ? 'filled' : 'default'}
            size="compact-sm"
            miw="max-content"
            aria-pressed={isShown}
            aria-label={`${plays ? 'Play' : 'Show in the call'}: ${name}`}
            onClick={show}
          >
            {isShown ? 'Shown' : plays ? '▶ Play' : 'Show'}
          </Button>
        )}
      </Group>
      <details className="how-counted">
        <summary aria-label={`How it is counted: ${name}`}>How it is counted</summary>
        <Text size="sm">{meaning}</Text>
      </details>
    </section>
  );
}
