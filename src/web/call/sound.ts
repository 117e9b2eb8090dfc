import { useQuery } from '@tanstack/react-query';
import type { Peaks } from '../../contract/playing.js';
import { api } from '../api.js';
import { reportListening } from './listening.js';

/** A sound that may be heard. */
export interface PlayedSound {
  readonly audioUrl: string;
  /** Called with the element that plays it. Returns what ends this. */
  readonly watch?: ((audio: HTMLAudioElement) => () => void) | undefined;
}

/** The sound of a call. */
export interface Sound extends PlayedSound {
  readPeaks(): Promise<Peaks>;
}

/** The sound of a call for those who see it. */
export function soundOf(callId: string): Sound {
  return {
    audioUrl: `/api/v1/calls/${encodeURIComponent(callId)}/audio`,
    readPeaks: () => api.v1.callPeaks({ params: { id: callId } }),
    watch: (audio) => reportListening(audio, callId),
  };
}

/** The waveform, once it is there. */
export function usePeaks(sound: Sound | null): Peaks | undefined {
  const { data } = useQuery({
    queryKey: ['peaks', sound?.audioUrl],
    queryFn: () => sound!.readPeaks(),
    enabled: sound !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

/** Why a sound that was played stopped: `lost` where there was no answer, `broken` where the answer is no sound. */
export type SoundFault = 'lost' | 'logged-out' | 'gone' | 'broken';

/** Asks the server about a sound that the browser could not play on. */
export async function faultOf({ audioUrl }: PlayedSound): Promise<SoundFault> {
  try {
    const { ok, status } = await fetch(audioUrl, { method: 'HEAD', cache: 'no-store' });
    if (ok) return 'broken';
    if (status === 401) return 'logged-out';
    return status === 404 || status === 403 || status === 410 ? 'gone' : 'lost';
  } catch {
    return 'lost';
  }
}
