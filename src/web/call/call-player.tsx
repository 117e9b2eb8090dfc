import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useCallContext } from './call-context.js';
import { Lanes } from './lanes.js';
import { useMoments } from './moments.js';
import { Player } from './player.js';
import { silencesOf } from './silences.js';
import { soundOf, usePeaks } from './sound.js';
import { useSpeakerNames } from './speakers.js';
import { lengthOf, spokenText } from './spoken-text.js';

/** Plays the call of the page. */
export function CallPlayer() {
  const { callId, call, clock, marks } = useCallContext();
  const sound = useMemo(() => soundOf(callId), [callId]);
  const { data: hasSound = false } = useQuery({
    queryKey: ['has-sound', callId],
    queryFn: async () => (await fetch(sound.audioUrl, { method: 'HEAD' })).ok,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const peaks = usePeaks(hasSound ? sound : null);
  const spoken = useMemo(() => spokenText(call.transcript ?? []), [call.transcript]);
  const silences = useMemo(() => silencesOf(spoken, peaks), [spoken, peaks]);
  const names = useSpeakerNames(callId);
  const moments = useMoments(callId);
  const durationSeconds = call.duration ?? lengthOf(spoken);
  // There is nothing to go to yet.
  if (!hasSound && spoken.blocks.length === 0) return null;
  return (
    <Player clock={clock} durationSeconds={durationSeconds} sound={hasSound ? sound : null} silences={silences}>
      {spoken.blocks.length > 0 && (
        <Lanes
          clock={clock}
          durationSeconds={durationSeconds}
          spoken={spoken}
          names={names}
          peaks={peaks}
          moments={moments}
          marks={marks}
        />
      )}
    </Player>
  );
}
