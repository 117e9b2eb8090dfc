// How a filled-in scorecard is scored. The table of schemes is the API reference's "Scoring Scheme".

export const SCHEMES = ['OneToFive', 'OneToThree', 'OneTwo', 'YesNo', 'PassFail'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** What one answer scores. */
export interface AnswerScore {
  /** 0 to 5 in every scheme. */
  readonly raw: number;
  /** Whole percent, truncated as in the reference: 2 of 3 is 66. Only for display: `overall` computes exactly. */
  readonly percentage: number;
}

const score = (raw: number, percentage: number): AnswerScore => ({ raw, percentage });

/** The scores of each scheme's answers. The index is the answer: 0 means no or fail, 1 means yes or pass. */
const scoresOfScheme: Record<Scheme, readonly AnswerScore[]> = {
  OneToFive: [score(0, 0), score(1, 20), score(2, 40), score(3, 60), score(4, 80), score(5, 100)],
  OneToThree: [score(0, 0), score(1, 33), score(3, 66), score(5, 100)],
  OneTwo: [score(0, 0), score(3, 50), score(5, 100)],
  YesNo: [score(0, 0), score(5, 100)],
  PassFail: [score(0, 0), score(5, 100)],
};

/** What an answer scores; null where the scheme has no such answer. */
export function scoreOf(scheme: Scheme, answer: number): AnswerScore | null {
  return scoresOfScheme[scheme][answer] ?? null;
}

/** The highest answer of a scheme; the lowest is 0. */
function topAnswerOf(scheme: Scheme): number {
  return scoresOfScheme[scheme].length - 1;
}

/** A scheme's answers in words, for a refusal. */
export function answersOf(scheme: Scheme): string {
  if (scheme === 'YesNo') return '0 (no), 1 (yes)';
  if (scheme === 'PassFail') return '0 (fail), 1 (pass)';
  return `a whole number from 0 to ${topAnswerOf(scheme)}`;
}

/**
 * Whether an answer scores at most 50 %: 0 to 2 in OneToFive, 0 and 1 in OneToThree and OneTwo, no in YesNo, fail in
 * PassFail.
 */
export function isLow(scheme: Scheme, answer: number): boolean {
  return (scoreOf(scheme, answer)?.percentage ?? 0) <= 50;
}

/** An answered question. */
export interface Answered {
  readonly answer: number;
  /** 0 or more. */
  readonly weight: number;
  /** Whether an answer of 0 fails the whole scorecard. */
  readonly autoFail: boolean;
}

/** What a whole scorecard scores. */
export interface Overall {
  /** Whole percent; null where no question with a weight above 0 is answered. */
  readonly percentage: number | null;
  readonly autoFailed: boolean;
}

/**
 * The percentage is 100 · Σ weight·answer ÷ (top answer · Σ weight), truncated once, at the end: answers of 2, 1 and 3
 * in OneToThree with weights of 1, 1 and 2 reach 9 of 12, so 75. It is computed in whole numbers; a weight counts as
 * the decimal it is written as. Unanswered questions (N/A) are left out. An `autoFail` question answered with 0 makes
 * it 0.
 */
export function overall(scheme: Scheme, answers: readonly Answered[]): Overall {
  if (answers.some(({ answer, autoFail }) => autoFail && answer === 0)) return { percentage: 0, autoFailed: true };
  const weights = wholeWeights(answers.map(({ weight }) => weight));
  const top = BigInt(topAnswerOf(scheme));
  let [reached, possible] = [0n, 0n];
  for (const [index, { answer }] of answers.entries()) {
    reached += weights[index]! * BigInt(answer);
    possible += weights[index]! * top;
  }
  return { percentage: possible === 0n ? null : Number((100n * reached) / possible), autoFailed: false };
}

/** The weights as whole numbers: multiples of the smallest decimal place that any of them uses. */
function wholeWeights(weights: readonly number[]): bigint[] {
  const decimals = weights.map((weight) => {
    const [digits, exponent] = weight.toExponential().split('e') as [string, string];
    const [whole, fraction = ''] = digits.split('.') as [string, string?];
    return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
  });
  const unit = Math.min(...decimals.map(({ exponent }) => exponent));
  return decimals.map(({ digits, exponent }) => digits * 10n ** BigInt(exponent - unit));
}
