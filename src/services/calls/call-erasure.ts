import { atomic } from '../../db/atomic.js';
import { eraseFromAudit } from '../../db/audit.js';
import { lockCall, removeCall } from '../../db/call-records.js';
import { lockEntriesOfCall } from '../../db/entries-showing.js';
import { removeAnswers } from '../../db/idempotency-keys.js';
import { stampDeletedCalls } from '../../db/stamps.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import { eraseReviewsOfCall, restampMeetings } from '../coaching/meeting-reviews.js';
import type { DbDeps } from '../deps.js';
import { callTag, requireMatch } from '../etag.js';
import { doomObjectsOfCall } from '../objects/objects.js';
import { noSuchCall } from './seen-call.js';

/**
 * Erases a call with everything derived from it, and leaves a tombstone. Lock order: the call, then the entries that
 * show it, then meetings. Throws `not_found`, and `precondition_failed` for another ETag.
 */
export async function deleteCall(
  { db }: DbDeps,
  actor: Actor,
  callId: string,
  ifMatch: string | null = null,
): Promise<void> {
  await atomic(db, async (tx) => {
    const call = await lockCall(tx, actor, callId);
    if (call === null) throw noSuchCall();
    requireMatch(ifMatch, callTag(call.stamp));
    await lockEntriesOfCall(tx, actor, callId);
    const meetingIds = await eraseReviewsOfCall(tx, actor, callId);
    await doomObjectsOfCall(tx, actor, callId);
    await removeCall(tx, actor, call);
    await eraseFromAudit(tx, actor, callId);
    await removeAnswers(tx, actor, callId);
    // The call's data is erased from the audit too: the last entry records only its state.
    await recordChange(tx, actor, { kind: 'calls', id: callId, before: { state: call.state }, after: null });
    await restampMeetings(tx, actor, meetingIds);
    await stampDeletedCalls(tx, actor, [callId]);
  });
}
