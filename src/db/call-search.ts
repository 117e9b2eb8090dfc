import { sql } from 'kysely';
import type { Scope, Tx } from './database.js';

// What the library searches: the sections of each transcript, and the call's hits by topic. They are derived from the
// call, and written in the same transactions that write or remove what they are derived from.

/** Replaces a call's sections, given as the texts of tsvectors. */
export async function writeSections(tx: Tx, scope: Scope, callId: string, texts: readonly string[]): Promise<void> {
  await dropFrom(tx, scope, 'call_sections', callId);
  await sql`insert into call_sections (account_id, call_id, section_no, tsv)
    select ${scope.accountId}, ${callId}, ordinality - 1, text::tsvector
    from unnest(${texts}::text[]) with ordinality as sections (text, ordinality)`.execute(tx);
}

/** Replaces a call's hits: the number of matches of each topic that matches at least once. */
export async function writeTopicHits(
  tx: Tx,
  scope: Scope,
  callId: string,
  hits: ReadonlyMap<number, number>,
): Promise<void> {
  await dropFrom(tx, scope, 'call_topic_hits', callId);
  await sql`insert into call_topic_hits (account_id, topic_id, call_id, matches)
    select ${scope.accountId}, topic_id, ${callId}, matches
    from unnest(${[...hits.keys()]}::bigint[], ${[...hits.values()]}::int[]) as hits (topic_id, matches)`.execute(tx);
}

/** Removes a call's sections and hits. */
export async function forgetWords(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await dropFrom(tx, scope, 'call_sections', callId);
  await dropFrom(tx, scope, 'call_topic_hits', callId);
}

async function dropFrom(tx: Tx, scope: Scope, table: 'call_sections' | 'call_topic_hits', callId: string) {
  await tx.deleteFrom(table).where('account_id', '=', scope.accountId).where('call_id', '=', callId).execute();
}
