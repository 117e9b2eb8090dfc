// Statistics of figures that were measured round by round.

/** The median of figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The smallest figure that `share` of them do not exceed. */
export function quantile(figures: readonly number[], share: number): number {
  return figures.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(figures.length * share) - 1)]!;
}

/** An estimate of a figure. */
export interface Estimate {
  readonly centre: number;
  /**
   * The interval that contains the true figure in nine of ten cases; null for fewer than five rounds, which do not have
   * one.
   */
  readonly interval: readonly [number, number] | null;
}

const OUTSIDE = 0.1;

/**
 * The Hodges–Lehmann estimate of a positive figure that was measured once per round, usually a ratio of two of the same
 * round: the median of the geometric means of all pairs of rounds, including each round with itself. Its 90 % interval
 * is that of Wilcoxon's signed ranks, by their exact distribution. It assumes only that a round is as likely to be off
 * by a factor as by its inverse.
 */
export function estimate(figures: readonly number[]): Estimate {
  const logs = figures.map(Math.log);
  const pairs = logs.flatMap((one, i) => logs.slice(i).map((other) => (one + other) / 2)).sort((a, b) => a - b);
  const left = leftOut(figures.length);
  return {
    centre: Math.exp(median(pairs)),
    interval: left === 0 ? null : [Math.exp(pairs[left - 1]!), Math.exp(pairs[pairs.length - left]!)],
  };
}

/**
 * The position, counted from 1 at either end of the sorted pairs, where the interval begins: a sum of signed ranks that
 * extreme is no rarer than the interval allows. 0 if there are too few rounds.
 */
function leftOut(rounds: number): number {
  // The number of the 2^rounds ways to sign the ranks that give each sum of positive ones.
  let ways = [1];
  for (let rank = 1; rank <= rounds; rank++) {
    const before = ways;
    ways = Array.from({ length: before.length + rank }, (_, sum) => (before[sum] ?? 0) + (before[sum - rank] ?? 0));
  }
  let rarer = 0;
  let sum = 0;
  while (rarer + ways[sum]! <= (OUTSIDE / 2) * 2 ** rounds) rarer += ways[sum++]!;
  return sum;
}
