import { Card, Group, Progress, Stack, Text, Title } from '@mantine/core';
import '@mantine/core/styles/Progress.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { v1Routes } from '../../client/index.js';
import type { Kpi, Observation } from '../../contract/coaching.js';
import { api } from '../api.js';
import { createInstantFormat } from '../instants.js';
import { type Column, ListTable } from '../list-table.js';
import { usePeople } from '../people.js';
import { Fault } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { Waiting } from '../shell/states.js';

const RECENT = 100;

/** What can be told of the last calls that the person sees, and what was observed of KPIs. */
export function InsightsPage() {
  return (
    <Stack>
      <title>Insights · Debrief</title>
      <Title order={1} size="h2">
        Insights
      </Title>
      <TalkRatios />
      <Observations />
    </Stack>
  );
}

/** How much of the talking each caller did, over the last calls. */
function TalkRatios() {
  const people = usePeople();
  const calls = useQuery({
    queryKey: ['calls', 'recent', RECENT],
    queryFn: ({ signal }) => api.v1.listCalls({ query: { limit: RECENT, state: 'COMPLETE' }, signal }),
  });
  const ratios = new Map<string, number[]>();
  for (const { callerId, stats } of calls.data?.items ?? []) {
    const ratio = stats?.talkRatio;
    if (callerId === null || ratio == null) continue;
    ratios.set(callerId, [...(ratios.get(callerId) ?? []), ratio]);
  }
  const rows = [...ratios]
    .map(([callerId, of]) => ({ callerId, calls: of.length, mean: of.reduce((a, b) => a + b, 0) / of.length }))
    .sort((a, b) => b.calls - a.calls);
  return (
    <Card withBorder>
      <Title order={2} size="h4">
        Who talks how much
      </Title>
      <Text size="sm" mb="md">
        The share of the talking that was ours: the mean of each person's calls among the last {RECENT} that you see.
      </Text>
      <Fault error={calls.error} />
      {calls.isPending && <Waiting />}
      {calls.isSuccess && rows.length === 0 && <Text>There are no calls with statistics yet.</Text>}
      <Stack gap="xs">
        {rows.map(({ callerId, calls: count, mean }) => {
          const percent = Math.round(mean * 100);
          const name = people.get(callerId) ?? '…';
          return (
            <div key={callerId}>
              <Group justify="space-between">
                <Text size="sm">{name}</Text>
                <Text size="sm">
                  {percent} % in {count === 1 ? '1 call' : `${count} calls`}
                </Text>
              </Group>
              <Progress value={percent} aria-label={`${name}: ${percent} %`} />
            </div>
          );
        })}
      </Stack>
    </Card>
  );
}

/** What was observed of each KPI, beside its target. */
function Observations() {
  const people = usePeople();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const format = createInstantFormat(session?.timeZone ?? 'UTC');
  const kpis = useQuery({
    queryKey: ['kpis'],
    queryFn: async () => {
      const found = new Map<number, Kpi>();
      for await (const kpi of api.list(v1Routes.kpis.list, { query: { limit: 1000 } })) found.set(kpi.id, kpi);
      return found;
    },
  });
  const kpiOf = ({ kpiId }: Observation) => kpis.data?.get(kpiId);
  const columns: Column<Observation>[] = [
    { title: 'KPI', show: (observation) => kpiOf(observation)?.description ?? '…' },
    { title: 'Person', show: ({ observedId }) => people.get(observedId) ?? '…' },
    { title: 'When', show: ({ observedAt }) => format(observedAt) },
    { title: 'Value', show: ({ value }) => value },
    { title: 'Target', show: (observation) => kpiOf(observation)?.target ?? '…' },
  ];
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="md">
        KPIs
      </Title>
      <ListTable
        label="Observations of KPIs"
        queryKey={['observations']}
        read={(query, signal) => api.v1.observations.list({ query, signal })}
        keyOf={({ id }) => id}
        columns={columns}
        nothing="Nothing has been observed of KPIs yet."
      />
    </Card>
  );
}
