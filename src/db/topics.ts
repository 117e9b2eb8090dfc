import { sql } from 'kysely';
import type { Topic } from '../contract/v1-answers.js';
import type { Db, Scope, Tx } from './database.js';

const columns = sql`topic_id as id, name, words, word_forms as "wordForms",
  canonical_questions as "canonicalQuestions", active`;

/** Topics of the account after a number, inactive ones too, by number: at most `limit`, or all of them. */
export async function selectTopics(
  db: Db | Tx,
  scope: Scope,
  page: { readonly after: number; readonly limit: number | null } = { after: -1, limit: null },
): Promise<Topic[]> {
  const found = await sql<Topic>`select ${columns} from topics
    where account_id = ${scope.accountId} and topic_id > ${page.after} order by topic_id limit ${page.limit}`.execute(
    db,
  );
  return found.rows;
}

/** Null where the account has no such topic. */
export async function findTopic(db: Db | Tx, scope: Scope, topicId: number): Promise<Topic | null> {
  const found = await sql<Topic>`select ${columns} from topics
    where account_id = ${scope.accountId} and topic_id = ${topicId}`.execute(db);
  return found.rows[0] ?? null;
}

/** The same, locked until commit. */
export async function lockTopic(tx: Tx, scope: Scope, topicId: number): Promise<Topic | null> {
  const found = await sql<Topic>`select ${columns} from topics
    where account_id = ${scope.accountId} and topic_id = ${topicId} for no key update`.execute(tx);
  return found.rows[0] ?? null;
}

type TopicValues = Pick<Topic, 'name' | 'words' | 'wordForms' | 'active'>;

/** Adds a topic under the account's next number; answers the number. */
export async function insertTopic(tx: Tx, scope: Scope, { name, words, wordForms, active }: TopicValues) {
  const { topicId } = await tx
    .updateTable('accounts')
    .set((eb) => ({ next_topic_id: eb('next_topic_id', '+', 1) }))
    .where('account_id', '=', scope.accountId)
    .returning((eb) => eb('next_topic_id', '-', 1).as('topicId'))
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('topics')
    .values({ account_id: scope.accountId, topic_id: topicId, name, words, word_forms: wordForms, active })
    .execute();
  return topicId;
}

/** Adds a new account's first topic, the canonical questions. */
export async function insertCanonicalQuestions(
  tx: Tx,
  scope: Scope,
  { name, words }: { readonly name: string; readonly words: readonly string[] },
): Promise<void> {
  await tx
    .insertInto('topics')
    .values({ account_id: scope.accountId, topic_id: 1, name, words: [...words], canonical_questions: true })
    .execute();
}

/** Stores what a topic is since. */
export async function writeTopic(tx: Tx, scope: Scope, { id, name, words, wordForms, active }: Topic) {
  await tx
    .updateTable('topics')
    .set({ name, words, word_forms: wordForms, active })
    .where('account_id', '=', scope.accountId)
    .where('topic_id', '=', id)
    .execute();
}

/** Makes all calls due for matching: they were matched with topics of an older version. Answers the version since. */
export async function raiseTopicsVersion(tx: Tx, scope: Scope): Promise<number> {
  const { topicsVersion } = await tx
    .updateTable('accounts')
    .set((eb) => ({ topics_version: eb('topics_version', '+', 1) }))
    .where('account_id', '=', scope.accountId)
    .returning('topics_version as topicsVersion')
    .executeTakeFirstOrThrow();
  return topicsVersion;
}
