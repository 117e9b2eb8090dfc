import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import {
  type Question,
  type QuestionInput,
  type Scorecard,
  ScorecardInput,
  ScorecardPatch,
} from '../../contract/scorecards.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { hasResults } from '../../db/results.js';
import {
  findScorecard,
  findUsedQuestionId,
  insertScorecard,
  lockScorecard,
  selectScorecards,
  writeQuestions,
  writeScorecard,
} from '../../db/scorecards.js';
import { selectActiveSkillIds } from '../../db/skills.js';
import { AppError, invalid } from '../../errors.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';

const checkInput = compileCheck(ScorecardInput);
const checkPatch = compileCheck(ScorecardPatch);

/** Versions of scorecards after an id, inactive ones too, by id. */
export function listScorecards(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: string; readonly limit: number },
): Promise<Scorecard[]> {
  return selectScorecards(db, scope, page);
}

/** Throws `not_found` where the account has no such version of a scorecard. */
export async function readScorecard({ db }: DbDeps, scope: Scope, scorecardId: string): Promise<Scorecard> {
  return existing(await findScorecard(db, scope, scorecardId));
}

function existing(scorecard: Scorecard | null): Scorecard {
  if (scorecard === null) throw new AppError('not_found', 'There is no such scorecard.');
  return scorecard;
}

/** Adds the first version of a scorecard. Only an admin chooses its id and those of its questions. */
export async function createScorecard({ db }: DbDeps, actor: Actor, body: unknown): Promise<Scorecard> {
  const input = checkInput(body);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  for (const [index, { questionId }] of input.questions.entries()) {
    if (questionId !== undefined) requireAdmin(actor, `questions[${index}].questionId`);
  }
  return atomic(db, async (tx) => {
    await requireQuestions(tx, actor, input.questions);
    const id = input.id ?? randomUUID();
    const { name, scheme } = input;
    const questions = input.questions.map((given) => questionOf(given, given.questionId ?? randomUUID()));
    await requireUnused(tx, actor, id, questions);
    const first = { id, lineId: id, version: 1, newestId: id, name, scheme, questions, active: true };
    await insertScorecard(tx, actor, first);
    return created(tx, actor, id);
  });
}

/**
 * Changes the newest version of a scorecard, in place where it has no results. Where it has some, a new version with an
 * id of its own is added and answered, and the version before takes no new results. Throws `conflict` for an older one.
 */
export async function updateScorecard(
  { db }: DbDeps,
  actor: Actor,
  scorecardId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Scorecard> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    // Without results now, it has none at commit: adding one waits for this lock.
    const before = existing(await lockScorecard(tx, actor, scorecardId));
    requireMatch(ifMatch, etagOf(before));
    if (before.newestId !== before.id) {
      throw new AppError(
        'conflict',
        `Version ${before.version} of this scorecard cannot be changed any more; its newest can: ${before.newestId}.`,
      );
    }
    if (patch.questions) await requireQuestions(tx, actor, patch.questions, before);
    const { name = before.name, scheme = before.scheme, active = before.active } = patch;
    const questions =
      patch.questions?.map((given) => questionOf(given, given.questionId ?? randomUUID())) ?? before.questions;
    const after = { ...before, name, scheme, questions, active };
    if (JSON.stringify(after) === JSON.stringify(before)) return before;
    const contentChanged = JSON.stringify({ ...after, active: null }) !== JSON.stringify({ ...before, active: null });
    if (contentChanged && (await hasResults(tx, actor, scorecardId))) return createVersion(tx, actor, before, after);
    await writeScorecard(tx, actor, after);
    if (contentChanged) await writeQuestions(tx, actor, after);
    return changed(tx, actor, before);
  });
}

/** Adds a version; the one before is deactivated. */
async function createVersion(tx: Tx, actor: Actor, before: Scorecard, after: Scorecard): Promise<Scorecard> {
  const id = randomUUID();
  const questions = after.questions.map((question) => ({ ...question, questionId: randomUUID() }));
  await writeScorecard(tx, actor, { ...before, active: false });
  await insertScorecard(tx, actor, { ...after, id, version: before.version + 1, newestId: id, questions });
  await changed(tx, actor, before);
  return created(tx, actor, id);
}

async function created(tx: Tx, actor: Actor, id: string): Promise<Scorecard> {
  const after = await readScorecard({ db: tx }, actor, id);
  await recordChange(tx, actor, { kind: 'scorecards', id, before: null, after });
  return after;
}

async function changed(tx: Tx, actor: Actor, before: Scorecard): Promise<Scorecard> {
  const after = await readScorecard({ db: tx }, actor, before.id);
  await recordChange(tx, actor, { kind: 'scorecards', id: before.id, before, after });
  return after;
}

/** A question as it is stored. Its fields are in the order of a stored one's: the two are compared as JSON. */
function questionOf(given: QuestionInput, questionId: string): Question {
  return {
    questionId,
    text: given.text,
    section: given.section ?? null,
    weight: given.weight ?? 1,
    skills: given.skills ?? [],
    autoFail: given.autoFail ?? false,
    required: given.required ?? false,
    commentRequired: given.commentRequired ?? 'never',
  };
}

/**
 * Throws `invalid` where questions name a skill that is not an active one of the account, or, in a change, a question
 * that the scorecard does not have.
 */
async function requireQuestions(
  tx: Tx,
  scope: Scope,
  questions: readonly QuestionInput[],
  before: Scorecard | null = null,
): Promise<void> {
  if (questions.length === 0) throw invalid('questions', 'is empty', 'an array of 1 to 200 questions');
  const active = await selectActiveSkillIds(tx, scope);
  // A deactivated skill may stay in the scorecard.
  const kept = before?.questions.flatMap((question) => question.skills) ?? [];
  const known = new Set([...active, ...kept]);
  const seen = new Set<string>();
  for (const [index, { questionId, skills = [] }] of questions.entries()) {
    const at = `questions[${index}]`;
    for (const [place, skill] of skills.entries()) {
      const field = `${at}.skills[${place}]`;
      if (!known.has(skill)) throw invalid(field, 'names no active skill of this account', "an active skill's number");
      if (skills.indexOf(skill) < place) throw invalid(field, `${skill} is given twice`, 'each skill once');
    }
    if (questionId === undefined) continue;
    if (before !== null && !before.questions.some((question) => question.questionId === questionId)) {
      throw invalid(
        `${at}.questionId`,
        'names no question of this scorecard',
        'the id of one that stays, or nothing for a new one',
      );
    }
    if (seen.has(questionId)) throw invalid(`${at}.questionId`, 'is given twice', 'each question once');
    seen.add(questionId);
  }
}

/** Throws `conflict` where the account already has a scorecard or a question of one of these ids. */
async function requireUnused(tx: Tx, scope: Scope, scorecardId: string, questions: readonly Question[]): Promise<void> {
  if ((await findScorecard(tx, scope, scorecardId)) !== null) {
    throw new AppError('conflict', `There is a scorecard ${scorecardId} already.`, { field: 'id' });
  }
  const ids = questions.map(({ questionId }) => questionId);
  const usedId = await findUsedQuestionId(tx, scope, ids);
  if (usedId !== null) {
    const field = `questions[${ids.indexOf(usedId)}].questionId`;
    throw new AppError('conflict', `There is a question ${usedId} already.`, { field });
  }
}
