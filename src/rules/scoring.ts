// How a filled-in scorecard is counted. Pure; the table is the API reference's "Scoring Scheme".

export interface Score {
  /** 0 to 5, whatever the scheme. */
  readonly raw: number;
  /** Whole percent, truncated as the reference does it: two of three is 66. For showing: `overall` counts exactly. */
  readonly percentage: number;
}

const score = (raw: number, percentage: number): Score => ({ raw, percentage });

/** Each scheme's answers, by their number: 0 is legal in every one, and stands for no and fail; 1 for yes and pass. */
const schemes = {
  OneToFive: [score(0, 0), score(1, 20), score(2, 40), score(3, 60), score(4, 80), score(5, 100)],
  OneToThree: [score(0, 0), score(1, 33), score(3, 66), score(5, 100)],
  OneTwo: [score(0, 0), score(3, 50), score(5, 100)],
  YesNo: [score(0, 0), score(5, 100)],
  PassFail: [score(0, 0), score(5, 100)],
} as const satisfies Record<string, readonly Score[]>;

export type Scheme = keyof typeof schemes;
export const SCHEMES = Object.keys(schemes) as readonly Scheme[];

/** What an answer counts; null for one that the scheme does not have. */
export function scoreOf(scheme: Scheme, answer: number): Score | null {
  const scores: readonly Score[] = schemes[scheme];
  return scores[answer] ?? null;
}

/** The answers that a scheme has, in words. */
export function answersOf(scheme: Scheme): string {
  if (scheme === 'YesNo') return '0 (no), 1 (yes)';
  if (scheme === 'PassFail') return '0 (fail), 1 (pass)';
  return `a whole number from 0 to ${schemes[scheme].length - 1}`;
}

/**
 * Whether an answer is below the top half of its scheme: at most 50 %. That is 0 to 2 of five, 0 and 1 of three, 0 and
 * 1 of two, no, and fail.
 */
export function isLow(scheme: Scheme, answer: number): boolean {
  return (scoreOf(scheme, answer)?.percentage ?? 0) <= 50;
}

export interface Answered {
  readonly answer: number;
  /** 0 or more. */
  readonly weight: number;
  /** An answer of 0 fails everything. */
  readonly autoFail: boolean;
}

export interface Overall {
  /** Whole percent; null where nothing is answered, or nothing that is has any weight. */
  readonly percentage: number | null;
  readonly autoFailed: boolean;
}

/**
 * 100 · Σ weight·answer ÷ (top · Σ weight), of the answers' numbers and their scheme's top one, truncated once, at the end:
 * answers of 2, 1 and 3 of three with weights of 1, 1 and 2 are 9 of 12, and so 75. In whole numbers: weights count as
 * the decimals they are written as. Questions without an answer (N/A) count neither way. An `autoFail` question that is
 * answered with 0 makes it 0.
 */
export function overall(scheme: Scheme, answers: readonly Answered[]): Overall {
  if (answers.some(({ answer, autoFail }) => autoFail && answer === 0)) return { percentage: 0, autoFailed: true };
  const weights = wholeWeights(answers.map(({ weight }) => weight));
  let [reached, possible] = [0n, 0n];
  for (const [index, { answer }] of answers.entries()) {
    reached += weights[index]! * BigInt(answer);
    possible += weights[index]! * BigInt(schemes[scheme].length - 1);
  }
  return { percentage: possible === 0n ? null : Number((100n * reached) / possible), autoFailed: false };
}

/** Weights in the unit of the last decimal digit that any of them has. */
function wholeWeights(weights: readonly number[]): bigint[] {
  const decimals = weights.map((weight) => {
    const [digits, exponent] = weight.toExponential().split('e') as [string, string];
    const [whole, fraction = ''] = digits.split('.') as [string, string?];
    return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
  });
  const unit = Math.min(...decimals.map(({ exponent }) => exponent));
  return decimals.map(({ digits, exponent }) => digits * 10n ** BigInt(exponent - unit));
}
