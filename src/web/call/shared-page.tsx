import { Alert, Container, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Peaks } from '../../contract/playing.js';
import type { SharedCall } from '../../contract/shares.js';
import { browserZone, createInstantFormat } from '../instants.js';
import { speakerNames } from '../names.js';
import { State, Waiting } from '../shell/states.js';
import './call-page.css';
import { CallClock } from './clock.js';
import { Lanes } from './lanes.js';
import { Player } from './player.js';
import { silencesOf } from './silences.js';
import { type Sound, usePeaks } from './sound.js';
import { blocksAsWords, lengthOf, spokenText } from './spoken-text.js';
import './styles.js';
import { Transcript } from './transcript.js';

const route = getRouteApi('/shared/$token');

/** One call, for whoever has the link. */
export function SharedPage() {
  const { token } = route.useParams();
  const path = `/shared/${encodeURIComponent(token)}`;
  const call = useQuery({
    queryKey: ['shared', token],
    queryFn: () => readJson<SharedCall>(path),
    // Each time it is read counts as an opening.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  });
  if (call.isPending) return <Waiting />;
  if (call.isError || call.data === null) {
    return (
      <State title="There is nothing at this link">
        <title>Nothing at this link · Debrief</title>
        <Text>It has expired or was revoked, or a part of it is missing. Ask whoever sent it for a new one.</Text>
      </State>
    );
  }
  return <LoadedCall path={path} call={call.data} />;
}

/** Reads JSON of this server; null if there is none. */
async function readJson<T>(path: string): Promise<T | null> {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  return response.ok ? ((await response.json()) as T) : null;
}

function LoadedCall({ path, call }: { readonly path: string; readonly call: SharedCall }) {
  const [clock] = useState(() => new CallClock());
  const { speakers, transcript } = call.transcript;
  const spoken = useMemo(() => spokenText(blocksAsWords(transcript)), [transcript]);
  const names = useMemo(() => speakerNames(speakers), [speakers]);
  const sound = useMemo<Sound>(
    () => ({
      audioUrl: `${path}/audio`,
      async readPeaks() {
        const peaks = await readJson<Peaks>(`${path}/peaks`);
        if (peaks === null) throw new Error('The call cannot be heard any more.');
        return peaks;
      },
    }),
    [path],
  );
  const peaks = usePeaks(call.audio ? sound : null);
  const silences = useMemo(() => silencesOf(spoken, peaks), [spoken, peaks]);
  const durationSeconds = call.duration ?? lengthOf(spoken);
  // The reader may be anywhere: their own zone.
  const when = createInstantFormat(browserZone())(call.callTime);
  return (
    <Container component="main" size="md" py="md">
      <title>{`${call.callerName ?? 'A call'}, ${when} · Debrief`}</title>
      <Title order={1} size="h3">
        {call.callerName ?? 'A call'}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {when} · shared with you
      </Text>
      {call.message && (
        <Alert mb="sm" className="typed">
          {call.message}
        </Alert>
      )}
      <Player clock={clock} durationSeconds={durationSeconds} sound={call.audio ? sound : null} silences={silences}>
        <Lanes clock={clock} durationSeconds={durationSeconds} spoken={spoken} names={names} peaks={peaks} />
      </Player>
      <Transcript spoken={spoken} names={names} clock={clock} />
    </Container>
  );
}
