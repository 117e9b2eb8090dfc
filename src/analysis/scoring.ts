// How a filled-in scorecard is counted. Pure; the table is the API reference's "Scoring Scheme".

export interface Score {
  /** 0 to 5, whatever the scheme. */
  readonly raw: number;
  /** Whole percent, truncated as the reference does it: two of three is 66. */
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

/** More than binary fractions can lose in a sum of weights, and less than any weights can mean. */
const ROUNDING = 1e-6;

/**
 * The mean of the answers' percentages (those of the table, in whole percent), each counted by its question's weight,
 * truncated to whole percent. Questions without an answer (N/A) count neither way. An `autoFail` question that is
 * answered with 0 makes it 0.
 */
export function overall(scheme: Scheme, answers: readonly Answered[]): Overall {
  if (answers.some(({ answer, autoFail }) => autoFail && answer === 0)) return { percentage: 0, autoFailed: true };
  let [sum, weights] = [0, 0];
  for (const { answer, weight } of answers) {
    sum += weight * (scoreOf(scheme, answer)?.percentage ?? 0);
    weights += weight;
  }
  return { percentage: weights === 0 ? null : Math.floor(sum / weights + ROUNDING), autoFailed: false };
}
