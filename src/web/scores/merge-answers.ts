import type { Answers, FilledAnswer } from './answers.js';

/** Answers after a merge. */
export interface Merged {
  readonly answers: Answers;
  /** What others entered where one's own answer stands. */
  readonly others: Answers;
}

/**
 * Joins one's own changes of `base` with those that were stored meanwhile. Where both changed a question, one's own
 * answer stands, and the other one is kept beside it: nothing is lost.
 */
export function mergeAnswers(base: Answers, mine: Answers, stored: Answers): Merged {
  const answers: Record<string, FilledAnswer> = {};
  const others: Record<string, FilledAnswer> = {};
  for (const id of new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(stored)])) {
    const isMine = !isSame(mine[id], base[id]);
    const kept = isMine ? mine[id] : stored[id];
    if (kept !== undefined) answers[id] = kept;
    const isTheirs = !isSame(stored[id], base[id]) && !isSame(stored[id], mine[id]);
    if (isMine && isTheirs && stored[id] !== undefined) others[id] = stored[id];
  }
  return { answers, others };
}

function isSame(one: FilledAnswer | undefined, other: FilledAnswer | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const fields = ['answer', 'reason', 'comment', 'moment'] as const;
  return fields.every((field) => one[field] === other[field]);
}
