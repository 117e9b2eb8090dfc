import { phraseTokens } from '../../analysis/prefixes.js';
import { compileCheck } from '../../contract/check.js';
import { TopicInput, TopicPatch } from '../../contract/v1.js';
import type { Topic } from '../../contract/v1-answers.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { findTopic, insertTopic, lockTopic, raiseTopicsVersion, selectTopics, writeTopic } from '../../db/topics.js';
import { AppError, invalid } from '../../errors.js';
import { enqueue } from '../../queue/jobs.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';

const checkInput = compileCheck(TopicInput);
const checkPatch = compileCheck(TopicPatch);

/** The account's topics, inactive ones included, by number. */
export function listTopics(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: number; readonly limit: number },
): Promise<Topic[]> {
  return selectTopics(db, scope, page);
}

/** One topic. Throws `not_found` if the account has no such topic. */
export async function readTopic({ db }: DbDeps, scope: Scope, id: string): Promise<Topic> {
  return existing(await findTopic(db, scope, topicNumber(id)));
}

/** Adds a topic and has all calls matched with it. Throws `invalid` for phrases that can never match. */
export async function createTopic({ db }: DbDeps, actor: Actor, body: unknown): Promise<Topic> {
  const { name, words, wordForms = false } = checkInput(body);
  checkWords(words);
  return atomic(db, async (tx) => {
    const id = await insertTopic(tx, actor, { name, words, wordForms, active: true });
    await rematchAll(tx, actor);
    const after = existing(await findTopic(tx, actor, id));
    await recordChange(tx, actor, { kind: 'topics', id, before: null, after });
    return after;
  });
}

/**
 * Changes a topic, and has all calls matched again if anything changed. Throws `not_found`, `invalid` for phrases that
 * can never match, `precondition_failed` for another ETag, and `conflict` if it would deactivate the canonical
 * questions topic.
 */
export async function updateTopic(
  { db }: DbDeps,
  actor: Actor,
  id: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Topic> {
  const patch = checkPatch(body);
  if (patch.words) checkWords(patch.words);
  return atomic(db, async (tx) => {
    const before = existing(await lockTopic(tx, actor, topicNumber(id)));
    requireMatch(ifMatch, etagOf(before));
    if (before.canonicalQuestions && patch.active === false) {
      throw new AppError('conflict', 'The canonical questions topic can be edited, but not deleted.');
    }
    const after = { ...before, ...patch };
    if (etagOf(after) === etagOf(before)) return before;
    await writeTopic(tx, actor, after);
    await rematchAll(tx, actor);
    await recordChange(tx, actor, { kind: 'topics', id: before.id, before, after });
    return after;
  });
}

async function rematchAll(tx: Tx, scope: Scope): Promise<void> {
  await raiseTopicsVersion(tx, scope);
  await enqueue(tx, 'rematch', { accountId: scope.accountId });
}

/** The number of a topic; -1, which no topic has, if the text is not a number. */
function topicNumber(id: string): number {
  return /^\d{1,15}$/.test(id) ? Number(id) : -1;
}

function existing(topic: Topic | null): Topic {
  if (topic === null) throw new AppError('not_found', 'There is no such topic.');
  return topic;
}

function checkWords(words: readonly string[]): void {
  for (const [index, phrase] of words.entries()) {
    const tokens = phraseTokens(phrase);
    if (tokens === null) {
      throw invalid(
        `words[${index}]`,
        `"${phrase}" has a * that does not end a word of at least three letters or digits`,
        'phrases such as "pric* list": a * directly after a word, in a script that has spaces between words',
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
