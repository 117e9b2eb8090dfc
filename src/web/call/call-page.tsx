import { Grid } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { api } from '../api.js';
import { sessionQuery } from '../session.js';
import { Failed, Waiting } from '../shell/states.js';
import { CallProvider } from './call-context.js';
import { CallHeader } from './call-header.js';
import './call-page.css';
import { CallPanels, useIsWide, useShownPanel } from './call-panels.js';
import { CallPlayer } from './call-player.js';
import { CallWords } from './call-words.js';
import './panels.css';
import './styles.js';

const route = getRouteApi('/inside/calls/$callId');

export function CallPage() {
  const { callId } = route.useParams();
  const { t } = route.useSearch();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const call = useQuery({
    queryKey: ['call', callId],
    queryFn: ({ signal }) => api.v1.readCall({ params: { id: callId }, signal }),
    // It may be long, and its changes are told.
    refetchOnWindowFocus: false,
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
      <Columns />
    </CallProvider>
  );
}

function Columns() {
  const isWide = useIsWide();
  // The words come first. On a phone, what is beside them is above them, and would push them down.
  const isFirst = useDeferredValue(false, true);
  return (
    <article className="call" data-panel={useShownPanel()}>
      <CallHeader />
      <CallPlayer />
      <Grid mt="md">
        <Grid.Col span={{ base: 12, md: 7, xl: 8 }} order={{ base: 2, md: 1 }} className="words-column">
          <CallWords />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5, xl: 4 }} order={{ base: 1, md: 2 }}>
          {(!isFirst || !isWide) && <CallPanels />}
        </Grid.Col>
      </Grid>
    </article>
  );
}
