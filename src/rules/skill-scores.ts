// Scores of a coaching meeting's reviewed calls, by skill.

/** An answered scorecard question of a reviewed call. */
export interface ReviewedQuestion {
  readonly resultId: string;
  readonly questionId: string;
  readonly question: string;
  /** 0 to 5. */
  readonly rawAnswer: number;
  /** Names of the skills that the question is about. */
  readonly skills: readonly string[];
}

/** A call that a meeting reviews, with its answered questions. */
export interface CallReview {
  readonly callId: string;
  readonly questions: readonly ReviewedQuestion[];
}

/** The possible score of every scorecard question, whatever its scheme. */
export const POSSIBLE_SCORE = 5;

/**
 * By the skill's name, in the order of the first questions: the mean of actual ÷ possible score over all questions with
 * that skill, in whole percent, truncated (api-v2 §4). Computed in integers, so that 3 of 5 is 60 and never 59.
 */
export function skillScores(reviews: readonly CallReview[]): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { rawAnswer, skills } of reviews.flatMap((review) => review.questions)) {
    for (const skill of new Set(skills)) {
      const { sum, count } = sums.get(skill) ?? { sum: 0, count: 0 };
      sums.set(skill, { sum: sum + rawAnswer, count: count + 1 });
    }
  }
  const percent = (sum: number, count: number) => Math.floor((sum * 100) / (count * POSSIBLE_SCORE));
  return new Map([...sums].map(([skill, { sum, count }]) => [skill, percent(sum, count)]));
}
