import { sql } from 'kysely';
import { phraseTokens } from '../../analysis/prefixes.js';
import { compileCheck } from '../../contract/check.js';
import { TopicInput, TopicPatch } from '../../contract/v1.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { AppError, invalid } from '../../errors.js';
import { enqueue } from '../../queue/jobs.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import { etagOf, requireMatch } from '../etag.js';

const checkInput = compileCheck(TopicInput);
const checkPatch = compileCheck(TopicPatch);

export interface ManagedTopic {
  readonly id: number;
  readonly name: string;
  readonly words: readonly string[];
  /** Whether a word matches in all its English forms. */
  readonly wordForms: boolean;
  /** Whether question counts go by this topic. */
  readonly canonicalQuestions: boolean;
  readonly active: boolean;
}

const columns = sql`topic_id as id, name, words, word_forms as "wordForms",
  canonical_questions as "canonicalQuestions", active`;

/** All topics of the account, inactive ones too, by number. */
export async function listTopics(db: Db | Tx, scope: Scope): Promise<ManagedTopic[]> {
  const found = await sql<ManagedTopic>`select ${columns} from topics
    where account_id = ${scope.accountId} order by topic_id`.execute(db);
  return found.rows;
}

export async function readTopic(db: Db | Tx, scope: Scope, topicId: number): Promise<ManagedTopic> {
  const found = await sql<ManagedTopic>`select ${columns} from topics
    where account_id = ${scope.accountId} and topic_id = ${topicId}`.execute(db);
  const topic = found.rows[0];
  if (!topic) throw new AppError('not_found', 'There is no such topic.');
  return topic;
}

export async function createTopic(db: Db, actor: Actor, body: unknown): Promise<ManagedTopic> {
  const input = checkInput(body);
  checkWords(input.words);
  return atomic(db, async (tx) => {
    const { topicId } = await tx
      .updateTable('accounts')
      .set((eb) => ({
        next_topic_id: eb('next_topic_id', '+', 1),
        topics_version: eb('topics_version', '+', 1),
      }))
      .where('account_id', '=', actor.accountId)
      .returning((eb) => eb('next_topic_id', '-', 1).as('topicId'))
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('topics')
      .values({
        account_id: actor.accountId,
        topic_id: topicId,
        name: input.name,
        words: input.words,
        word_forms: input.wordForms ?? false,
      })
      .execute();
    await enqueue(tx, 'rematch', { accountId: actor.accountId });
    const after = await readTopic(tx, actor, topicId);
    await recordChange(tx, actor, { kind: 'topics', id: topicId, before: null, after });
    return after;
  });
}

export async function updateTopic(
  db: Db,
  actor: Actor,
  topicId: number,
  body: unknown,
  ifMatch: string | null = null,
): Promise<ManagedTopic> {
  const patch = checkPatch(body);
  if (patch.words) checkWords(patch.words);
  return atomic(db, async (tx) => {
    await sql`select 1 from topics where account_id = ${actor.accountId} and topic_id = ${topicId} for no key update`.execute(
      tx,
    );
    const before = await readTopic(tx, actor, topicId);
    requireMatch(ifMatch, etagOf(before));
    if (before.canonicalQuestions && patch.active === false) {
      throw new AppError('conflict', 'The canonical questions topic can be edited, but not deleted.');
    }
    const changed = {
      name: patch.name ?? before.name,
      words: [...(patch.words ?? before.words)],
      word_forms: patch.wordForms ?? before.wordForms,
      active: patch.active ?? before.active,
    };
    const { name, words, wordForms, active } = before;
    if (JSON.stringify(changed) === JSON.stringify({ name, words, word_forms: wordForms, active })) return before;
    await tx
      .updateTable('topics')
      .set(changed)
      .where('account_id', '=', actor.accountId)
      .where('topic_id', '=', topicId)
      .execute();
    await tx
      .updateTable('accounts')
      .set((eb) => ({ topics_version: eb('topics_version', '+', 1) }))
      .where('account_id', '=', actor.accountId)
      .execute();
    await enqueue(tx, 'rematch', { accountId: actor.accountId });
    const after = await readTopic(tx, actor, topicId);
    await recordChange(tx, actor, { kind: 'topics', id: topicId, before, after });
    return after;
  });
}

function checkWords(words: readonly string[]): void {
  for (const [index, phrase] of words.entries()) {
    const tokens = phraseTokens(phrase);
    if (tokens === null) {
      throw invalid(
        `words[${index}]`,
        `"${phrase}" has a * that does not end a word of at least three letters or digits`,
        'phrases such as "pric* list": a * directly behind a word, which is not of a script without spaces',
      );
    }
    if (tokens.length === 0) {
      throw invalid(
        `words[${index}]`,
        `"${phrase}" has no letter or digit, so it could never match`,
        'a word or phrase',
      );
    }
  }
}
