import { Grid } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api } from '../api.js';
import { sessionQuery } from '../session.js';
import { Failed, Waiting } from '../shell/states.js';
import { CallProvider } from './call-context.js';
import { CallHeader } from './call-header.js';
import './call-page.css';
import { CallPanels } from './call-panels.js';
import { CallPlayer } from './call-player.js';
import { CallWords } from './call-words.js';
import './styles.js';

const route = getRouteApi('/inside/calls/$callId');

export function CallPage() {
  const { callId } = route.useParams();
  const { t } = route.useSearch();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const call = useQuery({
    queryKey: ['call', callId],
    queryFn: ({ signal }) => api.v1.readCall({ params: { id: callId }, signal }),
  });
  if (!call.isSuccess || session === null) {
    return (
      <>
        <title>Call · Debrief</title>
        {call.isError ? <Failed error={call.error} /> : <Waiting />}
      </>
    );
  }
  return (
    <CallProvider key={callId} callId={callId} call={call.data} session={session} atSeconds={t}>
      <article>
        <CallHeader />
        <CallPlayer />
        <Grid mt="md">
          <Grid.Col span={{ base: 12, md: 8 }}>
            <CallWords />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 4 }}>
            <CallPanels />
          </Grid.Col>
        </Grid>
      </article>
    </CallProvider>
  );
}
