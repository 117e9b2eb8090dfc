import { type RawBuilder, sql } from 'kysely';
import type { Scope, Tx } from './database.js';
import { type Sight, visible } from './visibility.js';

/** A call that a comment, a share, a listen or a result is about. */
export interface SeenCall {
  /** The length of the call, as `callLength` computes it. */
  readonly lengthSeconds: number | null;
}

/** The account, and which of its calls the viewer sees. */
type Viewer = Scope & { readonly sight: Sight };

/**
 * The latest moment of a call that can be named, in seconds, rounded up to whole seconds: the source's duration or the
 * end of the last word, whichever is later. Null if neither is known. `call` is the alias of `calls` in the query.
 */
export function callLength(call: string): RawBuilder<number | null> {
  return sql`ceil(greatest(${sql.ref(`${call}.duration`)}, ${sql.ref(`${call}.words_end`)}))`;
}

/** The call; null if it does not exist or the viewer does not see it. */
export function findSeenCall(tx: Tx, viewer: Viewer, callId: string): Promise<SeenCall | null> {
  return selectSeenCall(tx, viewer, callId, sql``);
}

/**
 * As `findSeenCall`, with the call locked against deletion until commit. Other transactions may take the same lock, or
 * change the call.
 */
export function lockSeenCall(tx: Tx, viewer: Viewer, callId: string): Promise<SeenCall | null> {
  return selectSeenCall(tx, viewer, callId, sql`for key share of c`);
}

const IDS = { feedback: 'feedback_id', results: 'result_id' } as const;

/**
 * Locks the call of a comment, a highlight or a result against deletion until commit. Called before that row is locked:
 * the second time that a transaction writes it, which is its stamp, PostgreSQL locks what it refers to. That would wait
 * for whoever changes the call, with the stamp lock that they wait for.
 */
export async function holdCallOf(tx: Tx, { accountId }: Scope, table: keyof typeof IDS, id: string): Promise<void> {
  await sql`select 1 from calls c join ${sql.table(table)} t on t.account_id = c.account_id and t.call_id = c.call_id
    where t.account_id = ${accountId} and ${sql.ref(`t.${IDS[table]}`)} = ${id} for key share of c`.execute(tx);
}

async function selectSeenCall(
  tx: Tx,
  { accountId, sight }: Viewer,
  callId: string,
  lock: RawBuilder<unknown>,
): Promise<SeenCall | null> {
  const found = await sql<SeenCall>`select ${callLength('c')} as "lengthSeconds" from calls c
    where c.account_id = ${accountId} and c.call_id = ${callId} and ${visible(sight, 'c')} ${lock}`.execute(tx);
  return found.rows[0] ?? null;
}
