import type { Peaks } from '../../contract/playing.js';
import { api } from '../api.js';

/** The sound of a call that may be heard. */
export interface Sound {
  readonly audioUrl: string;
  readPeaks(): Promise<Peaks>;
}

/** The sound of a call for those who see it. */
export function soundOf(callId: string): Sound {
  return {
    audioUrl: `/api/v1/calls/${encodeURIComponent(callId)}/audio`,
    readPeaks: () => api.v1.callPeaks({ params: { id: callId } }),
  };
}
