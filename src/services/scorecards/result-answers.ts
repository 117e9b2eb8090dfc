import type { AnswerInput } from '../../contract/scorecards.js';
import { invalid } from '../../errors.js';
import { answersOf, isLow, type Overall, overall, scoreOf } from '../../rules/scoring.js';
import type { ManagedQuestion, ManagedScorecard } from './scorecards.js';

/** An answer as it is kept, and shown by /api/v1. */
export interface ScoredAnswer {
  readonly questionId: string;
  /** Null for N/A, as the two below. */
  readonly answer: number | null;
  readonly rawAnswer: number | null;
  /** Whole percent. */
  readonly percentage: number | null;
  readonly reason: string | null;
  readonly comment: string | null;
  /** Seconds from the start of the call. */
  readonly moment: number | null;
}

/** Checks the answers of a result, one by one, and puts them in the order of the scorecard's questions. */
export function checkAnswers(
  given: readonly AnswerInput[],
  scorecard: ManagedScorecard,
  lengthSeconds: number | null,
): ScoredAnswer[] {
  const checked = new Map<string, ScoredAnswer>();
  for (const [index, { questionId, answer, reason = null, comment = null, moment = null }] of given.entries()) {
    const refuse = (field: string, problem: string, allowed: string) =>
      invalid(`answers[${index}].${field}`, problem, allowed);
    const question = scorecard.questions.find((each) => each.questionId === questionId);
    if (!question) throw refuse('questionId', 'names no question of the scorecard', 'the id of one of its questions');
    if (checked.has(questionId)) throw refuse('questionId', 'is given twice', 'each question once');
    if (answer === null && question.required) {
      throw refuse('answer', 'is N/A, and the question must be answered', answersOf(scorecard.scheme));
    }
    const score = answer === null ? null : scoreOf(scorecard.scheme, answer);
    if (answer !== null && score === null) {
      throw refuse('answer', `${answer} is not in the scheme ${scorecard.scheme}`, answersOf(scorecard.scheme));
    }
    if (moment !== null && lengthSeconds !== null && moment > lengthSeconds) {
      throw refuse('moment', `${moment} is after the call's end`, `seconds from 0 to ${lengthSeconds}`);
    }
    const [rawAnswer, percentage] = [score?.raw ?? null, score?.percentage ?? null];
    checked.set(questionId, { questionId, answer, rawAnswer, percentage, reason, comment, moment });
  }
  return scorecard.questions.flatMap(({ questionId }) => checked.get(questionId) ?? []);
}

/** Refuses to submit answers that lack one that is required, or a comment that is. */
export function requireComplete(answers: readonly ScoredAnswer[], scorecard: ManagedScorecard): void {
  for (const question of scorecard.questions) {
    const given = answers.find(({ questionId }) => questionId === question.questionId);
    const named = `the question ${question.questionId} ("${question.text.slice(0, 60)}")`;
    if (question.required && given === undefined) {
      throw invalid('answers', `lacks ${named}`, 'an answer to every required question');
    }
    if (given !== undefined && needsComment(question, given.answer, scorecard) && given.comment == null) {
      throw invalid('answers', `lacks a comment to ${named}`, COMMENTS_TAKEN[question.commentRequired]);
    }
  }
}

const COMMENTS_TAKEN = {
  never: '',
  always: 'a comment with every answer to this question',
  low: 'a comment with an answer to this question that is worth 50 % or less',
} as const;

/** N/A needs none: there is nothing to comment on. */
function needsComment(
  { commentRequired }: ManagedQuestion,
  answer: number | null,
  { scheme }: ManagedScorecard,
): boolean {
  if (answer === null || commentRequired === 'never') return false;
  return commentRequired === 'always' || isLow(scheme, answer);
}

/** What the answers come to, over all. */
export function overallOf(answers: readonly ScoredAnswer[], { scheme, questions }: ManagedScorecard): Overall {
  const answered = answers.flatMap(({ questionId, answer }) => {
    const question = questions.find((each) => each.questionId === questionId);
    return answer === null || !question ? [] : [{ answer, weight: question.weight, autoFail: question.autoFail }];
  });
  return overall(scheme, answered);
}
