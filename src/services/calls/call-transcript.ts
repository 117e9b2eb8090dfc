import { FORM_VERSION } from '../../analysis/form.js';
import { removeForm, writeForm } from '../../db/analysis-forms.js';
import type { CallChanges, CallRecord } from '../../db/call-records.js';
import { forgetWords } from '../../db/call-search.js';
import type { Scope, Tx } from '../../db/database.js';
import { insertFragment, retireFragment } from '../../db/fragments.js';
import { writeOrigin } from '../../db/transcript-origins.js';
import type { StoredTranscript } from '../../ingest/call-body.js';
import type { Micros } from '../../wire/instants.js';

// A call's transcript is stored twice: as a fragment for the wire and as a form for the analysis. Replacing it removes
// what was derived from the old one.

const NOTHING_DERIVED = { stats: null, questionCounts: null, topicsFragmentId: null, sectionsFragmentId: null };

/** Stores a transcript, replacing the one of `replaced`. Returns the changes of the call's record. */
export async function storeTranscript(
  tx: Tx,
  scope: Scope,
  callId: string,
  replaced: CallRecord | null,
  transcript: StoredTranscript,
  now: Micros,
): Promise<CallChanges> {
  if (replaced) await retire(tx, scope, replaced, now);
  // Whoever knows better says so afterwards.
  await writeOrigin(tx, scope, callId, null);
  const transcriptFragmentId = await insertFragment(tx, scope, callId, transcript.fragment);
  await writeForm(tx, scope, callId, FORM_VERSION, transcript.form);
  return { ...NOTHING_DERIVED, transcriptFragmentId, wordsEnd: transcript.wordsEnd };
}

/** Removes a call's transcript. Returns the changes of the call's record. */
export async function clearTranscript(tx: Tx, scope: Scope, call: CallRecord, now: Micros): Promise<CallChanges> {
  await retire(tx, scope, call, now);
  await removeForm(tx, scope, call.callId);
  await writeOrigin(tx, scope, call.callId, null);
  return { ...NOTHING_DERIVED, transcriptFragmentId: null, wordsEnd: null };
}

async function retire(tx: Tx, scope: Scope, call: CallRecord, now: Micros): Promise<void> {
  await retireFragment(tx, scope, call.transcriptFragmentId, now);
  await retireFragment(tx, scope, call.topicsFragmentId, now);
  await forgetWords(tx, scope, call.callId);
}
