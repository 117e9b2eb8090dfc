import { type RawBuilder, sql } from 'kysely';
import type { Scope, Tx } from './database.js';
import { type Sight, visible } from './visibility.js';

/** A call that a comment, a share, a listen or a result is about. */
export interface SeenCall {
  /** As `callLength`. */
  readonly lengthSeconds: number | null;
}

/** Whose calls they are, and which of them the one who asks sees. */
type Viewer = Scope & { readonly sight: Sight };

/**
 * The latest moment of a call that can be named, in seconds, rounded up to a whole one: the source's duration or the
 * end of the last word, whichever is later; null where neither is known. `call` is the alias of `calls` in the query.
 */
export function callLength(call: string): RawBuilder<number | null> {
  return sql`ceil(greatest(${sql.ref(`${call}.duration`)}, ${sql.ref(`${call}.words_end`)}))`;
}

/** Null where there is no such call, or the viewer does not see it. */
export function findSeenCall(tx: Tx, viewer: Viewer, callId: string): Promise<SeenCall | null> {
  return selectSeenCall(tx, viewer, callId, sql``);
}

/** The same, and the call cannot be deleted before commit. Others may lock it so too, and change the call. */
export function lockSeenCall(tx: Tx, viewer: Viewer, callId: string): Promise<SeenCall | null> {
  return selectSeenCall(tx, viewer, callId, sql`for key share of c`);
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
