import type { Answer, AnswerInput, Question, Scorecard } from '../../contract/scorecards.js';
import { isLow, type Overall, overall, type Scheme } from '../../rules/scoring.js';

/** What a reviewer entered at a question. */
export interface FilledAnswer {
  readonly questionId: string;
  /** Null for N/A; missing while the question is not answered. */
  readonly answer?: number | null;
  readonly reason: string | null;
  readonly comment: string | null;
  /** Seconds of the call that it cites. */
  readonly moment: number | null;
}

/** By the question's id. */
export type Answers = Readonly<Record<string, FilledAnswer>>;

export const emptyAnswer = (questionId: string): FilledAnswer => ({
  questionId,
  reason: null,
  comment: null,
  moment: null,
});

export function answersOf(stored: readonly Answer[]): Answers {
  return Object.fromEntries(
    stored.map(({ questionId, answer, reason, comment, moment }) => [
      questionId,
      { questionId, answer, reason, comment, moment },
    ]),
  );
}

/** What can be stored: a comment at a question without an answer waits for it. */
export function sentAnswers(answers: Answers): AnswerInput[] {
  return Object.values(answers).flatMap(({ questionId, answer, reason, comment, moment }) =>
    answer === undefined
      ? []
      : [{ questionId, answer, reason: textOrNull(reason), comment: textOrNull(comment), moment }],
  );
}

const textOrNull = (text: string | null) => (text === null || text.trim() === '' ? null : text);

/** The percentage so far, as the server computes it. */
export function percentageOf({ scheme, questions }: Scorecard, answers: Answers): Overall {
  const answered = questions.flatMap(({ questionId, weight, autoFail }) => {
    const answer = answers[questionId]?.answer;
    return answer === undefined || answer === null ? [] : [{ answer, weight, autoFail }];
  });
  return overall(scheme, answered);
}

/** What a question still lacks before the scorecard can be submitted, in words; null if nothing. */
export function lackOf(question: Question, scheme: Scheme, answers: Answers): string | null {
  const { answer, comment = null } = answers[question.questionId] ?? {};
  if (question.required && (answer === undefined || answer === null)) return 'This needs an answer.';
  if (answer === undefined || answer === null) return null;
  const needsComment =
    question.commentRequired === 'always' || (question.commentRequired === 'low' && isLow(scheme, answer));
  return needsComment && textOrNull(comment) === null ? 'This answer needs a comment.' : null;
}

/** The answers of a scheme, lowest first, in words. */
export function choicesOf(scheme: Scheme): readonly string[] {
  return CHOICES[scheme];
}

const CHOICES: Record<Scheme, readonly string[]> = {
  OneToFive: ['0', '1', '2', '3', '4', '5'],
  OneToThree: ['0', '1', '2', '3'],
  OneTwo: ['0', '1', '2'],
  YesNo: ['No', 'Yes'],
  PassFail: ['Fail', 'Pass'],
};
