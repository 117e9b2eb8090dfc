import { Grid, Group, Paper, Tabs, Text, Title } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../api.js';
import { createInstantFormat } from '../instants.js';
import { speakerNames } from '../names.js';
import { sessionQuery } from '../session.js';
import { Failed, State, Waiting } from '../shell/states.js';
import './call-page.css';
import { CallClock } from './clock.js';
import { CommentsPanel } from './comments-panel.js';
import { usePeople } from './people.js';
import { Player } from './player.js';
import { soundOf } from './sound.js';
import { spokenText } from './spoken-text.js';
import { StatsPanel } from './stats-panel.js';
import { SummaryPanel } from './summary-panel.js';
import { Transcript } from './transcript.js';
import './styles.js';

const route = getRouteApi('/inside/calls/$callId');

export function CallPage() {
  const { callId } = route.useParams();
  const call = useQuery({
    queryKey: ['call', callId],
    queryFn: ({ signal }) => api.v1.readCall({ params: { id: callId }, signal }),
  });
  if (call.isPending) return <Waiting />;
  if (call.isError) return <Failed error={call.error} />;
  return <LoadedCall key={callId} callId={callId} call={call.data} />;
}

type CallDetails = Awaited<ReturnType<typeof api.v1.readCall>>;

function LoadedCall({ callId, call }: { readonly callId: string; readonly call: CallDetails }) {
  const { t } = route.useSearch();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const people = usePeople();
  const [clock] = useState(() => new CallClock());
  useEffect(() => {
    if (t !== undefined) clock.seek(t);
  }, [clock, t]);
  const spoken = useMemo(() => (call.transcript === null ? null : spokenText(call.transcript)), [call.transcript]);
  const names = useSpeakerNames(callId);
  const sound = useMemo(() => soundOf(callId), [callId]);
  const { data: hasSound = false } = useQuery({
    queryKey: ['has-sound', callId],
    queryFn: async () => (await fetch(sound.audioUrl, { method: 'HEAD' })).ok,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const when = createInstantFormat(session?.account.timeZone ?? 'UTC')(call.callTime);
  const who = (call.callerId && people.get(call.callerId)) ?? call.callerEmail ?? 'Nobody known';
  return (
    <article>
      <title>{`${who}, ${when} · Debrief`}</title>
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={1} size="h3">
            {who}
          </Title>
          <Text size="sm" c="dimmed">
            {when} · {call.direction.toLowerCase()}
          </Text>
        </div>
      </Group>
      <Paper withBorder p="sm" className="player">
        <Player clock={clock} durationSeconds={call.duration ?? 0} sound={hasSound ? sound : null} />
      </Paper>
      <Grid mt="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          {spoken === null ? (
            <State title={call.state === 'ERROR' ? 'This call could not be processed' : 'No transcript yet'}>
              <Text>{call.errorReason ?? 'The words appear here once they are recognised.'}</Text>
            </State>
          ) : (
            <Transcript spoken={spoken} names={names} clock={clock} />
          )}
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Tabs defaultValue="summary" keepMounted={false} className="panels">
            <Tabs.List>
              <Tabs.Tab value="summary">Summary</Tabs.Tab>
              <Tabs.Tab value="comments">Comments</Tabs.Tab>
              <Tabs.Tab value="stats">Stats</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="summary" pt="sm">
              <SummaryPanel callId={callId} clock={clock} />
            </Tabs.Panel>
            <Tabs.Panel value="comments" pt="sm">
              <CommentsPanel callId={callId} clock={clock} />
            </Tabs.Panel>
            <Tabs.Panel value="stats" pt="sm">
              <StatsPanel stats={call.stats} />
            </Tabs.Panel>
          </Tabs>
        </Grid.Col>
      </Grid>
    </article>
  );
}

const NO_NAMES: ReadonlyMap<number, string> = new Map();

/** The speakers' names by number, once they are known. */
function useSpeakerNames(callId: string): ReadonlyMap<number, string> {
  const { data = NO_NAMES } = useQuery({
    queryKey: ['speakers', callId],
    queryFn: async () => {
      const { items } = await api.v1.listSpeakers({ params: { id: callId } });
      return speakerNames(items);
    },
  });
  return data;
}
