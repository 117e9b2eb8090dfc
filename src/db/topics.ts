import { sql } from 'kysely';
import type { Topic } from '../contract/v1-answers.js';
import type { Db, Scope, Tx } from './database.js';

const columns = sql`topic_id as id, name, words, word_forms as "wordForms",
  canonical_questions as "canonicalQuestions", active`;

/**
 * The account's topics with numbers after the given one, inactive ones included, by number: at most `limit`, or all.
 */
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

/** The topic; null if the account has no such topic. */
export async function findTopic(db: Db | Tx, scope: Scope, topicId: number): Promise<Topic | null> {
  const found = await sql<Topic>`select ${columns} from topics
    where account_id = ${scope.accountId} and topic_id = ${topicId}`.execute(db);
  return found.rows[0] ?? null;
}

/** The topic, locked until commit; null if the account has no such topic. */
export async function lockTopic(tx: Tx, scope: Scope, topicId: number): Promise<Topic | null> {
  const found = await sql<Topic>`select ${columns} from topics
    where account_id = ${scope.accountId} and topic_id = ${topicId} for no key update`.execute(tx);
  return found.rows[0] ?? null;
}

type TopicValues = Pick<Topic, 'name' | 'words' | 'wordForms' | 'active'>;

/** Adds a topic under the account's next number. Returns the number. */
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

/** Adds the first topic of a new account, the canonical questions. */
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

/** Stores a topic's new values. */
export async function writeTopic(tx: Tx, scope: Scope, { id, name, words, wordForms, active }: Topic) {
  await tx
    .updateTable('topics')
    .set({ name, words, word_forms: wordForms, active })
    .where('account_id', '=', scope.accountId)
    .where('topic_id', '=', id)
    .execute();
}

/** Raises the version of the account's topics, which makes all its calls due for matching. Returns the new version. */
export async function raiseTopicsVersion(tx: Tx, scope: Scope): Promise<number> {
  const { topicsVersion } = await tx
    .updateTable('accounts')
    .set((eb) => ({ topics_version: eb('topics_version', '+', 1) }))
    .where('account_id', '=', scope.accountId)
    .returning('topics_version as topicsVersion')
    .executeTakeFirstOrThrow();
  return topicsVersion;
}
