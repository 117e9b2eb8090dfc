import { compileCheck } from '../../contract/check.js';
import { type Meeting, MeetingMove } from '../../contract/coaching.js';
import { atomic } from '../../db/atomic.js';
import { type MeetingRow, writeMeeting } from '../../db/meetings.js';
import { AppError } from '../../errors.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import type { Deps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { coachingSight } from './coaching-access.js';
import { lockChangeable, readSeenMeeting, stampMeeting } from './meeting-changes.js';
import { toMeeting } from './meeting-views.js';

const checkMove = compileCheck(MeetingMove);

type HeldTimes = Pick<MeetingRow, 'startedAt' | 'endedAt'>;

/** Starts a meeting now; one that has started is a conflict. */
export async function startMeeting(
  deps: Deps,
  actor: Actor,
  meetingId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Meeting> {
  checkMove(body);
  return moveMeeting(deps, actor, meetingId, ifMatch, 'starts a meeting', ({ startedAt }, now) => {
    if (startedAt !== null) {
      throw new AppError('conflict', `The meeting started at ${formatInstant(startedAt)}; it starts once.`);
    }
    return { startedAt: now, endedAt: null };
  });
}

/** Ends a meeting now; one that has not started, or has ended, is a conflict. */
export async function endMeeting(
  deps: Deps,
  actor: Actor,
  meetingId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Meeting> {
  checkMove(body);
  return moveMeeting(deps, actor, meetingId, ifMatch, 'ends a meeting', ({ startedAt, endedAt }, now) => {
    if (startedAt === null) throw new AppError('conflict', 'The meeting has not started; it ends after its start.');
    if (endedAt !== null) {
      throw new AppError('conflict', `The meeting ended at ${formatInstant(endedAt)}; it ends once.`);
    }
    if (now < startedAt) {
      const problem = `The meeting starts at ${formatInstant(startedAt)}; it ends after its start.`;
      throw new AppError('conflict', problem);
    }
    return { startedAt, endedAt: now };
  });
}

async function moveMeeting(
  { db, clock }: Deps,
  actor: Actor,
  meetingId: string,
  ifMatch: string | null,
  does: string,
  move: (times: HeldTimes, now: Micros) => HeldTimes,
): Promise<Meeting> {
  return atomic(db, async (tx) => {
    const sight = await coachingSight(tx, actor);
    const seen = await readSeenMeeting(tx, actor, meetingId, sight);
    const stored = await lockChangeable(tx, actor, sight, seen, [], does);
    const before = toMeeting(stored);
    requireMatch(ifMatch, etagOf(before));
    const now = clock.now();
    const moved = { ...stored, ...move(stored, now) };
    await writeMeeting(tx, actor, moved);
    const after = toMeeting(moved);
    await recordChange(tx, actor, {
      kind: 'meetings',
      id: meetingId,
      before,
      after,
      concerns: [stored.coachId, stored.recipientId],
    });
    await stampMeeting(tx, actor, now, meetingId, moved.endedAt === null ? [] : [stored.planId]);
    return after;
  });
}
