import type { Answer, AnswerInput, Question, Scorecard } from '../../contract/scorecards.js';
import type { ResultScore } from '../../db/results.js';
import { invalid } from '../../errors.js';
import type { ResultState } from '../../rules/result-states.js';
import { answersOf, isLow, overall, scoreOf } from '../../rules/scoring.js';

/**
 * The answers given for a result, with their scores, in the order of the scorecard's questions. Throws `invalid` for
 * the first that breaks a rule. `lengthSeconds` is the call's, null where it is not known.
 */
export function checkAnswers(
  given: readonly AnswerInput[],
  scorecard: Scorecard,
  lengthSeconds: number | null,
): Answer[] {
  const checked = new Map<string, Answer>();
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

/** Throws `invalid` where a required answer or comment is missing, so that the result cannot be submitted. */
export function requireComplete(answers: readonly Answer[], scorecard: Scorecard): void {
  for (const question of scorecard.questions) {
    const given = answers.find(({ questionId }) => questionId === question.questionId);
    const named = `the question ${question.questionId} ("${question.text.slice(0, 60)}")`;
    if (question.required && given === undefined) {
      throw invalid('answers', `lacks ${named}`, 'an answer to every required question');
    }
    if (given !== undefined && needsComment(question, given.answer, scorecard) && given.comment == null) {
      throw invalid('answers', `lacks a comment on ${named}`, COMMENTS_TAKEN[question.commentRequired]);
    }
  }
}

/** What a refusal says of a missing comment, by the question's `commentRequired`. */
const COMMENTS_TAKEN = {
  never: '',
  always: 'a comment with every answer to this question',
  low: 'a comment with an answer to this question that is worth 50 % or less',
} as const;

/** Whether an answer must have a comment. N/A needs none, because there is nothing to comment on. */
function needsComment({ commentRequired }: Question, answer: number | null, { scheme }: Scorecard): boolean {
  if (answer === null || commentRequired === 'never') return false;
  return commentRequired === 'always' || isLow(scheme, answer);
}

/** What a result in a state scores by all its answers. */
export function resultScore(
  state: ResultState,
  answers: readonly Answer[],
  { scheme, questions }: Scorecard,
): ResultScore {
  const answered = answers.flatMap(({ questionId, answer }) => {
    const question = questions.find((each) => each.questionId === questionId);
    return answer === null || !question ? [] : [{ answer, weight: question.weight, autoFail: question.autoFail }];
  });
  return { state, answered: countAnswered(answers), ...overall(scheme, answered) };
}

/** How many questions are answered; N/A is no answer. */
export function countAnswered(answers: readonly Answer[]): number {
  return answers.filter(({ answer }) => answer !== null).length;
}
