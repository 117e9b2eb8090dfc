import { compileCheck } from '../../contract/check.js';
import { type TranscriptEdit, TranscriptPatch } from '../../contract/transcripts.js';
import { atomic } from '../../db/atomic.js';
import { type MovedStretch, moveMoments } from '../../db/call-moments.js';
import { type CallRecord, findCallRecord, lockCall } from '../../db/call-records.js';
import type { Db, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { feedbackFeed } from '../../db/feedback.js';
import { readFragment } from '../../db/fragments.js';
import { insertEdit, selectEdits, selectEditsFrom, type TranscriptEditRow } from '../../db/transcript-edits.js';
import { findOrigin, writeOrigin } from '../../db/transcript-origins.js';
import { AppError } from '../../errors.js';
import type { EditedTranscript, MarkedWord, WordsChange } from '../../ingest/edited-transcript.js';
import type { CallReader } from '../../ingest/reader.js';
import { formatInstant } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { speakersOf } from '../analysis/speakers.js';
import type { DbDeps, Deps } from '../deps.js';
import { requireMatch } from '../etag.js';
import { updateCall } from './calls.js';
import { noSuchCall, requireCall } from './seen-call.js';
import { requireMayEdit } from './transcript-access.js';
import { transcriptTag } from './transcript-view.js';

/** Dependencies of editing a transcript. */
export interface TranscriptEditDeps extends Deps {
  readonly reader: Pick<CallReader, 'edit'>;
}

/** An edit that was made, and the new tag of the transcript. */
export interface MadeEdit {
  readonly edit: TranscriptEdit;
  readonly etag: string;
}

const checkPatch = compileCheck(TranscriptPatch);

/**
 * Replaces a range of a transcript's words, or changes who speaks them. The edit is kept with the words before and after,
 * moments that were cited move with the words, and the call is analysed again. Throws `not_found`, `forbidden`,
 * `invalid`, `conflict` for a call without a transcript, and `precondition_failed` for another ETag.
 */
export async function editTranscript(
  deps: TranscriptEditDeps,
  actor: Actor,
  callId: string,
  body: unknown,
  ifMatch: string | null,
): Promise<MadeEdit> {
  // A call that is not there comes before any fault of the body.
  await editable(deps.db, actor, callId);
  const patch = checkPatch(body);
  return makeEdit(deps, actor, callId, ifMatch, async () => ({ ...rangeOf(patch), undoes: null }));
}

/**
 * Undoes an edit, which is an edit too. Edits of other words may have come after it. Throws as `editTranscript`, and
 * `conflict` if the same words were changed since, or the whole transcript was.
 */
export async function undoEdit(
  deps: TranscriptEditDeps,
  actor: Actor,
  callId: string,
  number: string,
  ifMatch: string | null,
): Promise<MadeEdit> {
  return makeEdit(deps, actor, callId, ifMatch, async (call) => {
    const [undone, ...later] = /^\d{1,9}$/.test(number)
      ? await selectEditsFrom(deps.db, actor, callId, Number(number))
      : [];
    if (undone?.number !== Number(number)) throw new AppError('not_found', 'The transcript has no such edit.');
    const from = placeOfEdit(call, undone, later);
    return { from, to: from + undone.added.length, change: { restored: undone.removed }, undoes: undone.number };
  });
}

/** Edits of the transcript of a call that the actor sees, newest first. Throws `not_found`. */
export async function listEdits(
  { db }: DbDeps,
  actor: Actor,
  callId: string,
  page: { readonly before: number | null; readonly limit: number },
): Promise<TranscriptEdit[]> {
  await requireCall(db, actor, callId);
  return (await selectEdits(db, actor, callId, page)).map(toEdit);
}

type Change = Pick<WordsChange, 'from' | 'to' | 'change'> & { readonly undoes: number | null };

function rangeOf({ from, to, words, speaker }: TranscriptPatch): Omit<Change, 'undoes'> {
  if ((words === undefined) === (speaker === undefined)) {
    throw new AppError(
      'invalid',
      'The body has not exactly one of words and speaker; it takes {from, to, words} or {from, to, speaker}',
    );
  }
  return {
    from,
    to,
    change:
      words === undefined
        ? { speaker: speaker! }
        : { words: words.map(({ v, ...word }) => ({ ...word, ...(v !== undefined && { v }) })) },
  };
}

async function makeEdit(
  deps: TranscriptEditDeps,
  actor: Actor,
  callId: string,
  ifMatch: string | null,
  changeOf: (call: CallRecord) => Promise<Change>,
): Promise<MadeEdit> {
  // The words are changed outside of the transaction. If another change comes between, the next round begins with it.
  for (;;) {
    const call = await editable(deps.db, actor, callId);
    const { transcriptFragmentId } = call;
    const speakers = await speakersOf(deps.db, actor, callId);
    if (speakers === null) throw noSuchCall();
    requireMatch(ifMatch, transcriptTag(call, speakers, 'json'));
    if (transcriptFragmentId === null) throw new AppError('conflict', 'The call has no transcript to edit.');
    const { undoes, ...change } = await changeOf(call);
    const stored = await readFragment(deps.db, actor, transcriptFragmentId);
    const origin = await findOrigin(deps.db, actor, callId);
    if (stored === null) continue;
    const edited = await deps.reader.edit(stored, { ...change, interpolated: origin?.interpolated ?? [] });
    const made = await atomic(deps.db, async (tx) => {
      const locked = await lockCall(tx, actor, callId);
      if (locked === null) throw noSuchCall();
      if (locked.transcriptFragmentId !== transcriptFragmentId) return null;
      await editable(tx, actor, callId);
      return storeEdit({ ...deps, db: tx }, actor, locked, edited, { firstWord: change.from, undoes });
    });
    if (made !== null) return made;
  }
}

/** A call that the actor sees, and whose transcript they may change. */
async function editable(db: Db | Tx, actor: Actor, callId: string): Promise<CallRecord> {
  await requireCall(db, actor, callId);
  const call = await findCallRecord(db, actor, callId);
  if (call === null) throw noSuchCall();
  requireMayEdit(actor, call);
  return call;
}

async function storeEdit(
  deps: Deps & { readonly db: Tx },
  actor: Actor,
  call: CallRecord,
  edited: EditedTranscript,
  { firstWord, undoes }: Pick<TranscriptEditRow, 'firstWord' | 'undoes'>,
): Promise<MadeEdit> {
  const { db: tx } = deps;
  const { callId } = call;
  const { removed, added, transcript, interpolated } = edited;
  const origin = await findOrigin(tx, actor, callId);
  let row: TranscriptEditRow | undefined;
  let moved: readonly string[] = [];
  await updateCall(deps, actor, callId, { fields: {}, transcript }, null, {
    also: async () => {
      const made = { madeBy: 'source', language: null, notes: [], ...origin, origin: 'edited', interpolated } as const;
      await writeOrigin(tx, actor, callId, made);
      const { transcriptFragmentId } = (await findCallRecord(tx, actor, callId))!;
      row = await insertEdit(tx, actor, callId, {
        byKind: actor.by.kind,
        byId: actor.by.kind === 'command' ? null : actor.by.id,
        firstWord,
        removed: removed.map((word) => ({ ...word })),
        added: added.map((word) => ({ ...word })),
        undoes,
        baseFragmentId: call.transcriptFragmentId!,
        madeFragmentId: transcriptFragmentId!,
      });
      moved = await moveMoments(tx, actor, callId, movedStretch(removed, added));
    },
  });
  await stampEntries(tx, actor, feedbackFeed, moved);
  const after = (await findCallRecord(tx, actor, callId))!;
  const speakers = (await speakersOf(tx, actor, callId))!;
  return { edit: toEdit(row!), etag: transcriptTag(after, speakers, 'json') };
}

/** Where the words of an edit were, and where those in their place are. */
function movedStretch(removed: readonly MarkedWord[], added: readonly MarkedWord[]): MovedStretch {
  const [was, is] = [spanOf(removed), spanOf(added)];
  // Where nothing was or nothing is left, moments stay where they are.
  const from = was ?? is ?? [0, 0];
  return { from, to: was === null ? from : (is ?? from) };
}

function spanOf(words: readonly MarkedWord[]): readonly [start: number, end: number] | null {
  if (words.length === 0) return null;
  return [Number(words[0]!.start), words.reduce((latest, { end }) => Math.max(latest, Number(end)), 0)];
}

/** Where the words of an edit are now. Throws `conflict` if later edits changed them, or the transcript was replaced. */
function placeOfEdit(call: CallRecord, undone: TranscriptEditRow, later: readonly TranscriptEditRow[]): number {
  if (later.some(({ undoes }) => undoes === undone.number)) {
    throw new AppError('conflict', `Edit ${undone.number} is undone already.`);
  }
  const made = [undone, ...later].map(({ madeFragmentId }) => madeFragmentId);
  if (made.at(-1) !== call.transcriptFragmentId || later.some(({ baseFragmentId }, i) => baseFragmentId !== made[i])) {
    throw new AppError('conflict', `The transcript was replaced after edit ${undone.number}: it cannot be undone.`);
  }
  // An edit that was undone right away is as if it had never been.
  const standing: TranscriptEditRow[] = [];
  for (const edit of later) {
    if (edit.undoes !== null && standing.at(-1)?.number === edit.undoes) standing.pop();
    else standing.push(edit);
  }
  let from = undone.firstWord;
  for (const { number, firstWord, removed, added } of standing) {
    if (firstWord + removed.length <= from) from += added.length - removed.length;
    else if (firstWord < from + undone.added.length) {
      throw new AppError(
        'conflict',
        `Edit ${number} changed the same words after edit ${undone.number}; undo it first.`,
      );
    }
  }
  return from;
}

function toEdit({ number, at, byKind, byId, firstWord, removed, added, undoes }: TranscriptEditRow): TranscriptEdit {
  return {
    number,
    at: formatInstant(at),
    by: { kind: byKind, id: byId },
    from: firstWord,
    removed: [...removed],
    added: [...added],
    undoes,
  };
}
