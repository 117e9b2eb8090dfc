import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { compileCheck } from '../../contract/check.js';
import { type QuestionInput, ScorecardInput, ScorecardPatch } from '../../contract/scorecards.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { AppError, invalid } from '../../errors.js';
import type { Scheme } from '../../rules/scoring.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';

const checkInput = compileCheck(ScorecardInput);
const checkPatch = compileCheck(ScorecardPatch);

export interface ManagedQuestion {
  readonly questionId: string;
  readonly text: string;
  readonly section: string | null;
  readonly weight: number;
  /** Numbers of up to three skills. */
  readonly skills: readonly number[];
  /** An answer of 0 fails the whole result. */
  readonly autoFail: boolean;
  /** May not be N/A. */
  readonly required: boolean;
  /** With which answers there must be a comment. */
  readonly commentRequired: 'never' | 'always' | 'low';
}

/** A version of a scorecard. */
export interface ManagedScorecard {
  readonly id: string;
  /** The same for all versions. */
  readonly lineId: string;
  readonly version: number;
  /** The id of the line's newest version: the one that can be changed. */
  readonly newestId: string;
  readonly name: string;
  readonly scheme: Scheme;
  readonly questions: readonly ManagedQuestion[];
  /** Whether it takes new results. */
  readonly active: boolean;
}

/** Versions of scorecards after an id, inactive ones too, by id. */
export async function listScorecards(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: string; readonly limit: number },
): Promise<ManagedScorecard[]> {
  return selectScorecards(db, scope, sql`s.scorecard_id > ${page.after} order by s.scorecard_id limit ${page.limit}`);
}

export async function readScorecard({ db }: DbDeps, scope: Scope, scorecardId: string): Promise<ManagedScorecard> {
  const [scorecard] = await selectScorecards(db, scope, sql`s.scorecard_id = ${scorecardId}`);
  if (!scorecard) throw new AppError('not_found', 'There is no such scorecard.');
  return scorecard;
}

async function selectScorecards(db: Db | Tx, scope: Scope, which: RawBuilder<unknown>): Promise<ManagedScorecard[]> {
  const found = await sql<Omit<ManagedScorecard, 'questions'> & { questions: string }>`
    select s.scorecard_id as id, s.line_id as "lineId", s.version,
      (select n.scorecard_id from scorecards n where n.account_id = s.account_id and n.line_id = s.line_id
        order by n.version desc limit 1) as "newestId",
      s.name, s.scheme,
      (select json_agg(json_build_object('questionId', q.question_id, 'text', q.question_text, 'section', q.section,
          'weight', q.weight, 'skills', array_remove(array[q.skill1_id, q.skill2_id, q.skill3_id]::bigint[], null),
          'autoFail', q.auto_fail, 'required', q.required, 'commentRequired', q.comment_required) order by q.position)
        from scorecard_questions q where q.account_id = s.account_id and q.scorecard_id = s.scorecard_id) as questions,
      s.active
    from scorecards s where s.account_id = ${scope.accountId} and ${which}`.execute(db);
  return found.rows.map((row) => ({ ...row, questions: JSON.parse(row.questions) }));
}

export async function createScorecard({ db }: DbDeps, actor: Actor, body: unknown): Promise<ManagedScorecard> {
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
    const made = { id, lineId: id, version: 1, newestId: id, name, scheme, questions, active: true };
    await insertScorecard(tx, actor, made);
    return created(tx, actor, id);
  });
}

/**
 * Changes the newest version of a scorecard: in place while it has no results, and else by a new version with an id of
 * its own, which is answered. The version before it takes no new results then.
 */
export async function updateScorecard(
  { db }: DbDeps,
  actor: Actor,
  scorecardId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedScorecard> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    // A new result locks this row for share: what has none now has none at commit.
    await sql`select 1 from scorecards
      where account_id = ${actor.accountId} and scorecard_id = ${scorecardId} for no key update`.execute(tx);
    const before = await readScorecard({ db: tx }, actor, scorecardId);
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
    await sql`update scorecards set name = ${name}, scheme = ${scheme}, active = ${active}
      where account_id = ${actor.accountId} and scorecard_id = ${scorecardId}`.execute(tx);
    if (contentChanged) {
      await sql`delete from scorecard_questions
        where account_id = ${actor.accountId} and scorecard_id = ${scorecardId}`.execute(tx);
      await insertQuestions(tx, actor, after);
    }
    return changed(tx, actor, before);
  });
}

async function createVersion(
  tx: Tx,
  actor: Actor,
  before: ManagedScorecard,
  after: ManagedScorecard,
): Promise<ManagedScorecard> {
  const id = randomUUID();
  const questions = after.questions.map((question) => ({ ...question, questionId: randomUUID() }));
  await sql`update scorecards set active = false
    where account_id = ${actor.accountId} and scorecard_id = ${before.id}`.execute(tx);
  await insertScorecard(tx, actor, { ...after, id, version: before.version + 1, newestId: id, questions });
  await changed(tx, actor, before);
  return created(tx, actor, id);
}

async function created(tx: Tx, actor: Actor, id: string): Promise<ManagedScorecard> {
  const after = await readScorecard({ db: tx }, actor, id);
  await recordChange(tx, actor, { kind: 'scorecards', id, before: null, after });
  return after;
}

async function changed(tx: Tx, actor: Actor, before: ManagedScorecard): Promise<ManagedScorecard> {
  const after = await readScorecard({ db: tx }, actor, before.id);
  await recordChange(tx, actor, { kind: 'scorecards', id: before.id, before, after });
  return after;
}

async function hasResults(tx: Tx, scope: Scope, scorecardId: string): Promise<boolean> {
  const found = await sql`select 1 from results
    where account_id = ${scope.accountId} and scorecard_id = ${scorecardId} limit 1`.execute(tx);
  return found.rows.length > 0;
}

/** A question as it is kept; fields in the order that it is shown in. */
function questionOf(given: QuestionInput, questionId: string): ManagedQuestion {
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

/** Refuses questions that name no skill of the account, or, in a change, no question of the scorecard. */
async function requireQuestions(
  tx: Tx,
  scope: Scope,
  questions: readonly QuestionInput[],
  before: ManagedScorecard | null = null,
): Promise<void> {
  if (questions.length === 0) throw invalid('questions', 'is empty', 'an array of 1 to 200 questions');
  const found = await sql<{ id: number }>`select skill_id::bigint as id from skills
    where account_id = ${scope.accountId} and active`.execute(tx);
  // One that is deactivated may stay where it was.
  const kept = before?.questions.flatMap((question) => question.skills) ?? [];
  const known = new Set([...found.rows.map(({ id }) => id), ...kept]);
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

async function requireUnused(
  tx: Tx,
  scope: Scope,
  scorecardId: string,
  questions: readonly ManagedQuestion[],
): Promise<void> {
  const scorecard = await sql`select 1 from scorecards
    where account_id = ${scope.accountId} and scorecard_id = ${scorecardId}`.execute(tx);
  if (scorecard.rows.length > 0) {
    throw new AppError('conflict', `There is a scorecard ${scorecardId} already.`, { field: 'id' });
  }
  const ids = questions.map(({ questionId }) => questionId);
  const used = await sql<{ id: string }>`select question_id as id from scorecard_questions
    where account_id = ${scope.accountId} and question_id = any(${ids}) limit 1`.execute(tx);
  const [question] = used.rows;
  if (question) {
    const field = `questions[${ids.indexOf(question.id)}].questionId`;
    throw new AppError('conflict', `There is a question ${question.id} already.`, { field });
  }
}

async function insertScorecard(tx: Tx, scope: Scope, scorecard: ManagedScorecard): Promise<void> {
  const { id, lineId, version, name, scheme, active } = scorecard;
  await sql`insert into scorecards (account_id, scorecard_id, line_id, version, name, scheme, active)
    values (${scope.accountId}, ${id}, ${lineId}, ${version}, ${name}, ${scheme}, ${active})`.execute(tx);
  await insertQuestions(tx, scope, scorecard);
}

async function insertQuestions(tx: Tx, scope: Scope, { id, questions }: ManagedScorecard): Promise<void> {
  const rows = questions.map((question, position) => {
    const [skill1, skill2, skill3] = [0, 1, 2].map((place) => question.skills[place]?.toString() ?? null);
    return sql`(${sql.join([
      ...[scope.accountId, id, question.questionId, position, question.section, question.text, question.weight],
      ...[skill1, skill2, skill3, question.autoFail, question.required, question.commentRequired],
    ])})`;
  });
  await sql`insert into scorecard_questions (account_id, scorecard_id, question_id, position, section, question_text,
      weight, skill1_id, skill2_id, skill3_id, auto_fail, required, comment_required)
    values ${sql.join(rows)}`.execute(tx);
}
