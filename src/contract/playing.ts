import Type, { type Static } from 'typebox';
import { v1 } from './route.js';

/** The waveform of a call. */
export const Peaks = Type.Object(
  {
    durationSeconds: Type.Number(),
    channels: Type.Integer({ minimum: 1 }),
    silentChannels: Type.Array(Type.Integer(), { description: 'zero-based: the channels in which nothing is heard' }),
    peaks: Type.Array(Type.Array(Type.Integer({ minimum: 0, maximum: 255 })), {
      description: 'for each channel: the largest amplitude in each of its parts, which are of the same length',
    }),
  },
  { title: 'Peaks' },
);
export type Peaks = Static<typeof Peaks>;

/** The routes of what is heard of a call. */
export const playingRoutes = {
  callAudio: v1('GET', '/calls/:id/audio', 'read', 'rep', 'The sound of a call, whole or in part', {
    answerType: 'audio/mp4',
    etag: true,
    ranges: true,
  }),
  callPeaks: v1('GET', '/calls/:id/peaks', 'read', 'rep', 'The waveform of a call', { answer: Peaks, etag: true }),
} as const;
