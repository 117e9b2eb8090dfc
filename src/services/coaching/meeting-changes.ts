import type { Scope, Tx } from '../../db/database.js';
import { stampEntries } from '../../db/feed-table.js';
import { findMeeting, lockMeeting, type MeetingRow, meetingsFeed } from '../../db/meetings.js';
import { lockPlans, plansFeed } from '../../db/plans.js';
import type { Sight } from '../../db/visibility.js';
import { AppError, invalid } from '../../errors.js';
import type { Micros } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { requireCoach } from './coaching-access.js';
import { schedulePlans } from './due-plans.js';

// What the changes of a meeting have in common: they lock it after its plan, and stamp its plan before it.

/** A meeting within the sight; throws not_found for one that is not there or not seen. */
export async function readSeenMeeting(tx: Tx, scope: Scope, meetingId: string, sight: Sight): Promise<MeetingRow> {
  return existing(await findMeeting(tx, scope, meetingId, sight));
}

/**
 * Locks a meeting that the actor may change. Lock order: its plan and those given, then the meeting. `seen` is the
 * meeting as it was read before. Throws not_found for a meeting that is gone; forbidden for one that the actor may not
 * change; invalid for a plan that is gone; unavailable where the meeting has got another plan since: that is not locked.
 */
export async function lockChangeable(
  tx: Tx,
  actor: Actor,
  sight: Sight,
  seen: MeetingRow,
  planIds: readonly (string | null)[],
  does: string,
): Promise<MeetingRow> {
  const wanted = [...new Set([seen.planId, ...planIds])].filter((id) => id !== null);
  const locked = await lockPlans(tx, actor, wanted);
  const stored = existing(await lockMeeting(tx, actor, seen.meetingId, sight));
  if (stored.planId !== seen.planId) {
    throw new AppError('unavailable', 'The meeting has just been moved to another plan; send this again.');
  }
  if (locked.length < wanted.length) throw unknownPlan();
  await requireCoach(tx, actor, sight, stored, does);
  return stored;
}

/** The meeting; throws not_found for null. */
export function existing(meeting: MeetingRow | null): MeetingRow {
  if (meeting === null) throw new AppError('not_found', 'There is no such meeting.');
  return meeting;
}

/** The refusal of a planId that the account does not have, or that the actor does not see. */
export function unknownPlan(): AppError {
  return invalid('planId', 'names no plan of this account', "a plan's number, or null");
}

/** Stamps a meeting, and before it the plans whose completed meetings it changes. Called last. */
export async function stampMeeting(
  tx: Tx,
  actor: Actor,
  now: Micros,
  meetingId: string,
  planIds: readonly (string | null)[],
): Promise<void> {
  await stampPlans(tx, actor, now, planIds);
  await stampEntries(tx, actor, meetingsFeed, [meetingId]);
}

/** Stamps locked plans whose completed meetings have changed. Called last. */
export async function stampPlans(
  tx: Tx,
  actor: Actor,
  now: Micros,
  planIds: readonly (string | null)[],
): Promise<void> {
  const ids = [...new Set(planIds)].filter((id) => id !== null);
  if (ids.length === 0) return;
  await schedulePlans(tx, actor, ids, now, actor.timeZone);
  await stampEntries(tx, actor, plansFeed, ids);
}
