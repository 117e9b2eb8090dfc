import type { Peaks } from '../../contract/playing.js';
import { api } from '../api.js';
import { reportListening } from './listening.js';

/** The sound of a call that may be heard. */
export interface Sound {
  readonly audioUrl: string;
  readPeaks(): Promise<Peaks>;
  /** Called with the element that plays it. Returns what ends this. */
  watch?(audio: HTMLAudioElement): () => void;
}

/** The sound of a call for those who see it. */
export function soundOf(callId: string): Sound {
  return {
    audioUrl: `/api/v1/calls/${encodeURIComponent(callId)}/audio`,
    readPeaks: () => api.v1.callPeaks({ params: { id: callId } }),
    watch: (audio) => reportListening(audio, callId),
  };
}
