import { sql } from 'kysely';
import type { TranscriptWord } from '../contract/transcripts.js';
import type { Micros } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { Tables } from './schema.js';

/** A stored edit of a call's transcript. */
export interface TranscriptEditRow {
  /** Counted from 1 in each call. */
  readonly number: number;
  readonly at: Micros;
  readonly byKind: Tables['transcript_edits']['by_kind'];
  /** Null for a command. */
  readonly byId: string | null;
  /** Index of the first word that it replaced, at its time. */
  readonly firstWord: number;
  readonly removed: readonly TranscriptWord[];
  readonly added: readonly TranscriptWord[];
  /** The edit that it undoes. */
  readonly undoes: number | null;
  /** The fragments that it changed and made. */
  readonly baseFragmentId: number;
  readonly madeFragmentId: number;
}

type FlatRow = Omit<TranscriptEditRow, 'removed' | 'added'> & { readonly removed: string; readonly added: string };

const columns = sql`number, at, by_kind as "byKind", by_id as "byId", first_word as "firstWord", removed, added, undoes,
  base_fragment_id as "baseFragmentId", made_fragment_id as "madeFragmentId"`;

const toEdit = (row: FlatRow): TranscriptEditRow => {
  return { ...row, removed: JSON.parse(row.removed), added: JSON.parse(row.added) };
};

/** Edits of a call's transcript, newest first, starting before a number or with the newest. */
export async function selectEdits(
  db: Db | Tx,
  scope: Scope,
  callId: string,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<TranscriptEditRow[]> {
  const found = await sql<FlatRow>`select ${columns} from transcript_edits
    where account_id = ${scope.accountId} and call_id = ${callId}
      and (${before}::integer is null or number < ${before}::integer)
    order by number desc limit ${limit}`.execute(db);
  return found.rows.map(toEdit);
}

/** An edit and all later ones of a call's transcript, in order. */
export async function selectEditsFrom(
  db: Db | Tx,
  scope: Scope,
  callId: string,
  number: number,
): Promise<TranscriptEditRow[]> {
  const found = await sql<FlatRow>`select ${columns} from transcript_edits
    where account_id = ${scope.accountId} and call_id = ${callId} and number >= ${number} order by number`.execute(db);
  return found.rows.map(toEdit);
}

/** Adds an edit that is made now, under the next number. The call is locked. */
export async function insertEdit(
  tx: Tx,
  scope: Scope,
  callId: string,
  edit: Omit<TranscriptEditRow, 'number' | 'at'>,
): Promise<TranscriptEditRow> {
  const { byKind, byId, firstWord, undoes, baseFragmentId, madeFragmentId } = edit;
  const [removed, added] = [JSON.stringify(edit.removed), JSON.stringify(edit.added)];
  const inserted = await sql<FlatRow>`insert into transcript_edits (account_id, call_id, number, by_kind, by_id,
      first_word, removed, added, undoes, base_fragment_id, made_fragment_id)
    select ${scope.accountId}, ${callId}, coalesce(max(number), 0) + 1, ${byKind}, ${byId}, ${firstWord}::integer,
      ${removed}::json, ${added}::json, ${undoes}::integer, ${baseFragmentId}::bigint, ${madeFragmentId}::bigint
    from transcript_edits where account_id = ${scope.accountId} and call_id = ${callId}
    returning ${columns}`.execute(tx);
  return toEdit(inserted.rows[0]!);
}
