import type { Peaks } from '../../contract/playing.js';
import type { SpokenText } from './spoken-text.js';

/** One speaker's line below the player; the last may be that of all other speakers. */
export interface Lane {
  readonly name: string;
  /** Their part of all talk, from 0 to 1. */
  readonly share: number;
  readonly speakers: ReadonlySet<number>;
  /** The channel of the recording in which they alone speak; null if there is none. */
  readonly channel: number | null;
}

/** More lanes would leave no room for the words. */
const MOST_LANES = 6;

/** A lane for each speaker, in the order of their numbers. Of many, those who talk most, and one for all others. */
export function lanesOf(
  spoken: SpokenText,
  names: ReadonlyMap<number, string>,
  peaks: Peaks | undefined,
): readonly Lane[] {
  const talk = new Map<number, number>();
  let total = 0;
  for (const { speaker, startSeconds, endSeconds } of spoken.blocks) {
    talk.set(speaker, (talk.get(speaker) ?? 0) + endSeconds - startSeconds);
    total += endSeconds - startSeconds;
  }
  const shareOf = (speaker: number) => (total === 0 ? 0 : talk.get(speaker)! / total);
  const byTalk = [...talk.keys()].sort((a, b) => talk.get(b)! - talk.get(a)!);
  const alone = byTalk.slice(0, byTalk.length > MOST_LANES ? MOST_LANES - 1 : MOST_LANES).sort((a, b) => a - b);
  const others = byTalk.filter((speaker) => !alone.includes(speaker));
  const channels = channelsOf(spoken, [...talk.keys()], peaks);
  const lanes = alone.map((speaker): Lane => {
    const name = names.get(speaker) ?? `Speaker ${speaker + 1}`;
    return { name, share: shareOf(speaker), speakers: new Set([speaker]), channel: channels.get(speaker) ?? null };
  });
  if (others.length === 0) return lanes;
  const share = others.reduce((sum, speaker) => sum + shareOf(speaker), 0);
  return [...lanes, { name: `${others.length} others`, share, speakers: new Set(others), channel: null }];
}

const NO_CHANNELS: ReadonlyMap<number, number> = new Map();

/** The channel of each speaker, where each has one of their own: the one that is loud while they speak. */
function channelsOf(
  { blocks }: SpokenText,
  speakers: readonly number[],
  peaks: Peaks | undefined,
): ReadonlyMap<number, number> {
  if (peaks === undefined || peaks.channels !== speakers.length) return NO_CHANNELS;
  const points = peaks.peaks[0]!.length;
  // One channel may be louder than the other all along.
  const levels = peaks.peaks.map((channel) => channel.reduce((sum, value) => sum + value, 0) || 1);
  const found = new Map<number, number>();
  for (const speaker of speakers) {
    const loudness = peaks.peaks.map(() => 0);
    for (const block of blocks) {
      if (block.speaker !== speaker) continue;
      const from = Math.floor((block.startSeconds / peaks.durationSeconds) * points);
      const to = Math.min(points, Math.ceil((block.endSeconds / peaks.durationSeconds) * points));
      for (let point = from; point < to; point++) {
        for (let channel = 0; channel < peaks.channels; channel++) {
          loudness[channel]! += peaks.peaks[channel]![point]! / levels[channel]!;
        }
      }
    }
    found.set(speaker, loudness.indexOf(Math.max(...loudness)));
  }
  return new Set(found.values()).size === speakers.length ? found : NO_CHANNELS;
}

/**
 * How high each bar of a lane is, from 0 to 1: as loud as the speaker's channel is; or, while they speak, as loud as the
 * recording is, or the same all over for a call without sound.
 */
export function barsOf(
  lane: Lane,
  spoken: SpokenText,
  peaks: Peaks | undefined,
  { count, durationSeconds }: { readonly count: number; readonly durationSeconds: number },
): Float32Array {
  const bars = new Float32Array(count);
  const perBar = durationSeconds / count;
  const channels = peaks && (lane.channel === null ? peaks.peaks : [peaks.peaks[lane.channel]!]);
  const loudAt = (bar: number) => {
    if (peaks === undefined || channels === undefined) return 0.5;
    const perPoint = peaks.durationSeconds / channels[0]!.length;
    const from = Math.floor((bar * perBar) / perPoint);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * perBar) / perPoint));
    let most = 0;
    for (const channel of channels)
      for (let point = from; point < to; point++) most = Math.max(most, channel[point] ?? 0);
    return most / 255;
  };
  if (lane.channel !== null) return bars.map((_, bar) => loudAt(bar));
  for (const { speaker, first, after } of spoken.blocks) {
    if (!lane.speakers.has(speaker)) continue;
    for (let word = first; word < after; word++) {
      const last = Math.min(count - 1, Math.floor(spoken.ends[word]! / perBar));
      for (let bar = Math.floor(spoken.starts[word]! / perBar); bar <= last; bar++) {
        // A whisper is still to be seen.
        if (bars[bar] === 0) bars[bar] = Math.max(0.12, loudAt(bar));
      }
    }
  }
  return bars;
}
