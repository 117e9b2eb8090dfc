import { TIME_NOISE_SECONDS } from './times.js';
import type { BlockMatches } from './topic-matches.js';

/**
 * Keeps a match only if some closed window of `windowLengthSeconds` contains it and, with it, at least `minimumMatches`
 * matches of its topic in the call, across blocks, by the matches' start times. Topics and blocks left without a match
 * are dropped; the order is kept.
 */
export function withinWindow(
  topicMatches: readonly BlockMatches[],
  windowLengthSeconds: number,
  minimumMatches: number,
): BlockMatches[] {
  const times = new Map<string, number[]>();
  for (const { topicsWithMatches } of topicMatches) {
    for (const { topicId, matches } of topicsWithMatches) {
      const known = times.get(topicId) ?? [];
      for (const match of matches) known.push(match.matchStartTime);
      times.set(topicId, known);
    }
  }
  const spans = new Map<string, Set<number>>();
  for (const [topicId, starts] of times) spans.set(topicId, crowded(starts, windowLengthSeconds, minimumMatches));

  const kept: BlockMatches[] = [];
  for (const block of topicMatches) {
    const topicsWithMatches = block.topicsWithMatches
      .map((topic) => ({
        ...topic,
        matches: topic.matches.filter((match) => spans.get(topic.topicId)!.has(match.matchStartTime)),
      }))
      .filter((topic) => topic.matches.length > 0);
    if (topicsWithMatches.length > 0) kept.push({ ...block, topicsWithMatches });
  }
  return kept;
}

/** The times that share some window with enough others. */
function crowded(times: number[], windowLengthSeconds: number, minimumMatches: number): Set<number> {
  times.sort((a, b) => a - b);
  const kept = new Set<number>();
  let added = 0;
  for (let from = 0; from + minimumMatches <= times.length; from++) {
    const last = from + minimumMatches - 1;
    if (times[last]! - times[from]! > windowLengthSeconds + TIME_NOISE_SECONDS) continue;
    for (added = Math.max(added, from); added <= last; added++) kept.add(times[added]!);
  }
  return kept;
}
