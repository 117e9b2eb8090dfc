import { findCallRecord } from '../../db/call-records.js';
import { readFragment } from '../../db/fragments.js';
import { inflate } from '../../wire/fragment.js';
import type { Actor } from '../actor.js';
import type { DbDeps } from '../deps.js';
import { noSuchCall, requireCall } from './seen-call.js';

/**
 * JSON of the topic matches and question counts of a call that the actor sees; none until it is COMPLETE. Throws
 * `not_found`.
 */
export async function callTopicsJson({ db }: DbDeps, actor: Actor, callId: string): Promise<string> {
  await requireCall(db, actor, callId);
  const call = await findCallRecord(db, actor, callId);
  if (call === null) throw noSuchCall();
  const { state, questionCounts, topicsFragmentId } = call;
  if (state !== 'COMPLETE' || topicsFragmentId === null) return '{"questionCounts":null,"topicMatches":[]}';
  const stored = await readFragment(db, actor, topicsFragmentId);
  // It was erased since.
  if (stored === null) throw noSuchCall();
  const matches = await inflate(stored.deflated, stored.rawLength);
  return `{"questionCounts":${questionCounts ?? 'null'},"topicMatches":${matches}}`;
}
