import { type RawBuilder, sql } from 'kysely';
import type { Question, Scorecard, ScorecardQuestion } from '../contract/scorecards.js';
import type { Db, Scope, Tx } from './database.js';

/** The account's versions of scorecards with ids after the given one, inactive ones included, by id. */
export function selectScorecards(
  db: Db | Tx,
  scope: Scope,
  page: { readonly after: string; readonly limit: number },
): Promise<Scorecard[]> {
  return selectVersions(db, scope, sql`s.scorecard_id > ${page.after} order by s.scorecard_id limit ${page.limit}`);
}

/** The version of a scorecard; null if the account has no such version. */
export async function findScorecard(db: Db | Tx, scope: Scope, scorecardId: string): Promise<Scorecard | null> {
  const [scorecard] = await selectVersions(db, scope, sql`s.scorecard_id = ${scorecardId}`);
  return scorecard ?? null;
}

/**
 * The version of a scorecard, locked until commit: no result can be added meanwhile. Null if the account has no such
 * version.
 */
export async function lockScorecard(tx: Tx, scope: Scope, scorecardId: string): Promise<Scorecard | null> {
  await lockRow(tx, scope, scorecardId, sql`for no key update`);
  return findScorecard(tx, scope, scorecardId);
}

/**
 * The version of a scorecard, protected against changes until commit. Several transactions can hold this lock at once
 * to add results. Null if the account has no such version.
 */
export async function lockScorecardShared(tx: Tx, scope: Scope, scorecardId: string): Promise<Scorecard | null> {
  const exists = await lockRow(tx, scope, scorecardId, sql`for share`);
  return exists ? findScorecard(tx, scope, scorecardId) : null;
}

/**
 * Locks a version. Returns whether it exists. Its questions are read by a second query: the one that waited for the
 * lock would still see the old questions.
 */
async function lockRow(tx: Tx, scope: Scope, scorecardId: string, lock: RawBuilder<unknown>): Promise<boolean> {
  const found = await sql`select 1 from scorecards
    where account_id = ${scope.accountId} and scorecard_id = ${scorecardId} ${lock}`.execute(tx);
  return found.rows.length > 0;
}

type Row = Omit<Scorecard, 'questions'> & { readonly questionsJson: string };

/** Reads versions (as `s`). `which` is the SQL of the condition, order and limit. */
async function selectVersions(db: Db | Tx, scope: Scope, which: RawBuilder<unknown>): Promise<Scorecard[]> {
  const found = await sql<Row>`select s.scorecard_id as id, s.line_id as "lineId", s.version,
      (select n.scorecard_id from scorecards n where n.account_id = s.account_id and n.line_id = s.line_id
        order by n.version desc limit 1) as "newestId",
      s.name, s.scheme,
      (select json_agg(json_build_object('questionId', q.question_id, 'text', q.question_text, 'section', q.section,
          'weight', q.weight, 'skills', array_remove(array[q.skill1_id, q.skill2_id, q.skill3_id]::bigint[], null),
          'autoFail', q.auto_fail, 'required', q.required, 'commentRequired', q.comment_required) order by q.position)
        from scorecard_questions q where q.account_id = s.account_id and q.scorecard_id = s.scorecard_id)
        as "questionsJson",
      s.active
    from scorecards s where s.account_id = ${scope.accountId} and ${which}`.execute(db);
  return found.rows.map(({ id, lineId, version, newestId, name, scheme, questionsJson, active }) => {
    const questions: Question[] = JSON.parse(questionsJson);
    return { id, lineId, version, newestId, name, scheme, questions, active };
  });
}

/** The questions of a scorecard for API v2, in order; empty if there is no such scorecard. */
export async function selectScorecardQuestions(
  db: Db,
  scope: Scope,
  scorecardId: string,
): Promise<ScorecardQuestion[]> {
  const found = await sql<ScorecardQuestion>`
    select s.scorecard_id as "scorecardId", s.scheme as "scorecardScheme", s.name as "scorecardName",
      q.question_id as "questionId", q.question_text as "questionText", q.question_id as "questionID"
    from scorecards s join scorecard_questions q on q.account_id = s.account_id and q.scorecard_id = s.scorecard_id
    where s.account_id = ${scope.accountId} and s.scorecard_id = ${scorecardId} order by q.position`.execute(db);
  return found.rows;
}

/** One of these ids that a question of the account already uses; null if none is used. */
export async function findUsedQuestionId(tx: Tx, scope: Scope, questionIds: readonly string[]): Promise<string | null> {
  const found = await sql<{ id: string }>`select question_id as id from scorecard_questions
    where account_id = ${scope.accountId} and question_id = any(${questionIds}) limit 1`.execute(tx);
  return found.rows[0]?.id ?? null;
}

/** Adds a version of a scorecard, with its questions. */
export async function insertScorecard(tx: Tx, scope: Scope, scorecard: Scorecard): Promise<void> {
  const { id, lineId, version, name, scheme, active } = scorecard;
  await sql`insert into scorecards (account_id, scorecard_id, line_id, version, name, scheme, active)
    values (${scope.accountId}, ${id}, ${lineId}, ${version}, ${name}, ${scheme}, ${active})`.execute(tx);
  await insertQuestions(tx, scope, scorecard);
}

/** Stores the changed fields of a version; its questions stay the same. */
export async function writeScorecard(tx: Tx, scope: Scope, { id, name, scheme, active }: Scorecard): Promise<void> {
  await sql`update scorecards set name = ${name}, scheme = ${scheme}, active = ${active}
    where account_id = ${scope.accountId} and scorecard_id = ${id}`.execute(tx);
}

/** Replaces the questions of a version. */
export async function writeQuestions(tx: Tx, scope: Scope, scorecard: Scorecard): Promise<void> {
  await sql`delete from scorecard_questions
    where account_id = ${scope.accountId} and scorecard_id = ${scorecard.id}`.execute(tx);
  await insertQuestions(tx, scope, scorecard);
}

async function insertQuestions(tx: Tx, scope: Scope, { id, questions }: Scorecard): Promise<void> {
  const skillId = (question: Question, place: number) => question.skills[place]?.toString() ?? null;
  const rows = questions.map((question, position) => ({
    account_id: scope.accountId,
    scorecard_id: id,
    question_id: question.questionId,
    position,
    section: question.section,
    question_text: question.text,
    weight: question.weight,
    skill1_id: skillId(question, 0),
    skill2_id: skillId(question, 1),
    skill3_id: skillId(question, 2),
    auto_fail: question.autoFail,
    required: question.required,
    comment_required: question.commentRequired,
  }));
  await tx.insertInto('scorecard_questions').values(rows).execute();
}
