import type { Db, Scope, Tx } from '../../db/database.js';
import { forEachMarkedAccount } from '../../db/marked-accounts.js';
import { holdPeople } from '../../db/people.js';
import {
  type BindingPlace,
  lockGivenCallers,
  lockUnboundSpeakers,
  speakerBindings,
  writeBindings,
  writeCallers,
} from '../../db/speaker-bindings.js';
import { STAMP_BATCH, stampCalls } from '../../db/stamps.js';
import { enqueueAll } from '../../queue/jobs.js';
import { entriesChanged } from '../restamp.js';

/**
 * Binds callers and speakers of calls stored before bindings existed to the users who had their addresses at the time
 * of the call. Runs for the accounts that an upgrade marked. It can be aborted between batches and continues from
 * there.
 */
export function bindStoredCalls(db: Db, signal: AbortSignal): Promise<void> {
  return forEachMarkedAccount(db, speakerBindings, signal, async (tx, scope, place) => {
    await holdPeople(tx, scope);
    return place.step === 'callers' ? bindCallers(tx, scope, place) : bindSpeakers(tx, scope, place);
  });
}

async function bindCallers(tx: Tx, scope: Scope, { afterCall }: BindingPlace): Promise<BindingPlace> {
  const calls = await lockGivenCallers(tx, scope, afterCall, STAMP_BATCH);
  const changed = calls.filter(({ callerId, holderId }) => holderId !== null && holderId !== callerId);
  const callIds = changed.map(({ callId }) => callId);
  await writeCallers(tx, scope, changed);
  await entriesChanged(tx, scope, 'call', callIds);
  await stampCalls(tx, scope, callIds);
  const last = calls.length < STAMP_BATCH ? undefined : calls.at(-1);
  if (last === undefined) return { step: 'speakers', afterCall: '', afterSpeaker: -1 };
  return { step: 'callers', afterCall: last.callId, afterSpeaker: -1 };
}

async function bindSpeakers(tx: Tx, scope: Scope, place: BindingPlace): Promise<BindingPlace | null> {
  const speakers = await lockUnboundSpeakers(tx, scope, place, STAMP_BATCH);
  const bound = speakers.filter(({ holderId }) => holderId !== null);
  await writeBindings(tx, scope, bound);
  // An analysis from before bindings looked for a user with the speaker's address. If a user has it now, that analysis
  // already treated the speaker as a user.
  const callIds = new Set(bound.filter(({ isUser }) => !isUser).map(({ callId }) => callId));
  await enqueueAll(
    tx,
    'analyze',
    [...callIds].map((callId) => ({ accountId: scope.accountId, callId })),
  );
  const last = speakers.length < STAMP_BATCH ? undefined : speakers.at(-1);
  return last === undefined ? null : { step: 'speakers', afterCall: last.callId, afterSpeaker: last.speakerNumber };
}
