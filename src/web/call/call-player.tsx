import { Paper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useCallContext } from './call-context.js';
import { Player } from './player.js';
import { soundOf } from './sound.js';

/** Plays the call of the page. */
export function CallPlayer() {
  const { callId, call, clock } = useCallContext();
  const sound = useMemo(() => soundOf(callId), [callId]);
  const { data: hasSound = false } = useQuery({
    queryKey: ['has-sound', callId],
    queryFn: async () => (await fetch(sound.audioUrl, { method: 'HEAD' })).ok,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Paper withBorder p="sm" className="player">
      <Player clock={clock} durationSeconds={call.duration ?? 0} sound={hasSound ? sound : null} />
    </Paper>
  );
}
