import type { Peaks } from '../../contract/playing.js';
import type { SecondsRange } from './marks.js';
import type { SpokenText } from './spoken-text.js';

/** The shortest silence that is worth skipping. */
const MIN_SECONDS = 2;
/** Peaks up to this part of the largest one count as quiet. */
const QUIET = 0.08;

/**
 * The stretches before the last word of a call in which nobody speaks, and nothing else is heard as far as the waveform
 * tells. In order.
 */
export function silencesOf({ starts, ends }: SpokenText, peaks: Peaks | undefined): SecondsRange[] {
  const silences: SecondsRange[] = [];
  let spokenUntil = 0;
  for (let word = 0; word < starts.length; word++) {
    if (starts[word]! - spokenUntil >= MIN_SECONDS) silences.push(...quietParts(spokenUntil, starts[word]!, peaks));
    spokenUntil = Math.max(spokenUntil, ends[word]!);
  }
  return silences;
}

/** What is left of a gap between words where the waveform has sound in it. */
function quietParts(from: number, to: number, peaks: Peaks | undefined): SecondsRange[] {
  if (peaks === undefined) return [{ startSeconds: from, endSeconds: to }];
  const points = peaks.peaks[0]?.length ?? 0;
  const perPoint = peaks.durationSeconds / points;
  const loudest = peaks.peaks.reduce((most, channel) => channel.reduce((a, b) => Math.max(a, b), most), 1);
  const parts: SecondsRange[] = [];
  let quietFrom = from;
  // A point that a word is in tells nothing about the gap.
  for (let point = Math.ceil(from / perPoint); (point + 1) * perPoint <= to && point < points; point++) {
    if (peaks.peaks.every((channel) => channel[point]! <= loudest * QUIET)) continue;
    parts.push({ startSeconds: quietFrom, endSeconds: point * perPoint });
    quietFrom = (point + 1) * perPoint;
  }
  parts.push({ startSeconds: quietFrom, endSeconds: to });
  return parts.filter(({ startSeconds, endSeconds }) => endSeconds - startSeconds >= MIN_SECONDS);
}
