import { sql } from 'kysely';
import type { Scope, Tx } from './database.js';

// What the library finds calls by: the sections of a transcript and its hits by topic. Derived from the call, and
// written in the transactions that write or drop what they are derived from.

/** Replaces a call's sections, given as the texts of tsvectors. */
export async function writeSections(tx: Tx, scope: Scope, callId: string, texts: readonly string[]): Promise<void> {
  await dropFrom(tx, scope, 'call_sections', callId);
  await sql`insert into call_sections (account_id, call_id, section_no, tsv)
    select ${scope.accountId}, ${callId}, ordinality - 1, text::tsvector
    from unnest(${texts}::text[]) with ordinality as sections (text, ordinality)`.execute(tx);
}

/** Replaces a call's hits: how many matches it has of each topic that it has some of. */
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

/** Drops what a call is found by of words that it no longer has. */
export async function forgetWords(tx: Tx, scope: Scope, callId: string): Promise<void> {
  await dropFrom(tx, scope, 'call_sections', callId);
  await dropFrom(tx, scope, 'call_topic_hits', callId);
}

async function dropFrom(tx: Tx, scope: Scope, table: 'call_sections' | 'call_topic_hits', callId: string) {
  await tx.deleteFrom(table).where('account_id', '=', scope.accountId).where('call_id', '=', callId).execute();
}
