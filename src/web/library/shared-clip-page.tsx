import { Alert, Container, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { SharedClip } from '../../contract/clip-shares.js';
import { browserZone, createInstantFormat } from '../instants.js';
import { State, Waiting } from '../shell/states.js';
import { ASK_MS } from './queries.js';
import { clipStretch } from './stretch.js';
import { StretchPlayer } from './stretch-player.js';
import './styles.js';

const route = getRouteApi('/shared/clips/$token');

/** One clip, for whoever has the link. */
export function SharedClipPage() {
  const { token } = route.useParams();
  const path = `/shared/clips/${encodeURIComponent(token)}`;
  const clip = useQuery({
    queryKey: ['shared-clip', token],
    queryFn: async () => {
      const response = await fetch(path, { headers: { accept: 'application/json' } });
      return response.ok ? ((await response.json()) as SharedClip) : null;
    },
    // Each time it is read counts as an opening.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  });
  if (clip.isPending) return <Waiting />;
  if (clip.isError || clip.data === null) {
    return (
      <State title="There is nothing at this link">
        <Text>It has expired or was revoked, or a part of it is missing. Ask whoever sent it for a new one.</Text>
      </State>
    );
  }
  return <LoadedClip path={path} clip={clip.data} />;
}

function LoadedClip({ path, clip }: { readonly path: string; readonly clip: SharedClip }) {
  const audioUrl = `${path}/audio`;
  const { data: isReady = clip.sound === 'ready' } = useQuery({
    queryKey: ['shared-clip-sound', path],
    queryFn: async () => (await fetch(audioUrl, { method: 'HEAD' })).ok,
    enabled: clip.sound === 'preparing',
    refetchInterval: ({ state }) => (state.data === true ? false : ASK_MS),
  });
  const stretch = useMemo(() => {
    const sound = isReady ? 'ready' : clip.sound;
    return clipStretch({ ...clip, sound }, clip, { audioUrl, isWholeCall: false });
  }, [clip, audioUrl, isReady]);
  // The reader may be anywhere: their own zone.
  const when = createInstantFormat(browserZone())(clip.callTime);
  return (
    <Container component="main" size="md" py="md">
      <title>{`${clip.title} · Debrief`}</title>
      <Stack>
        <div>
          <Title order={1} size="h3" className="library-text">
            {clip.title}
          </Title>
          <Text size="sm" c="dimmed">
            Part of a call{clip.callerName !== null && ` of ${clip.callerName}`}, {when} · shared with you
          </Text>
        </div>
        {clip.message !== null && <Alert className="library-text">{clip.message}</Alert>}
        {clip.note !== null && <Text className="library-text">{clip.note}</Text>}
        <StretchPlayer key={String(isReady)} stretch={stretch} />
      </Stack>
    </Container>
  );
}
