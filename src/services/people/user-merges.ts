import { compileCheck } from '../../contract/check.js';
import { UserMerge } from '../../contract/v1.js';
import type { User } from '../../contract/v1-answers.js';
import { reassignAddresses, recordAddresses } from '../../db/addresses.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { removePassword } from '../../db/passwords.js';
import { lockPeople } from '../../db/people.js';
import { lockTeamsOf, writeTeam } from '../../db/teams.js';
import { type MergeConflictKind, selectMergeConflicts } from '../../db/user-merges.js';
import { findUser, lockUser, writeMergedInto, writeUser } from '../../db/users.js';
import { AppError, type Conflict, invalid } from '../../errors.js';
import { enqueue } from '../../queue/jobs.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { revokeLogIns } from './passwords.js';
import { enqueueUserChange } from './user-changes.js';
import { existingUser } from './users.js';

const checkMerge = compileCheck(UserMerge);

/**
 * Merges a user into another one who is the same person, for good. From commit on, the user cannot log in, and their
 * id and addresses name the other; rows that name the user are reassigned in the background. Throws `conflict`, and
 * changes nothing, where both have what a user can have one of, or one coaches the other.
 */
export async function mergeUser(
  { db }: DbDeps,
  actor: Actor,
  userId: string,
  body: unknown,
  ifMatch: string | null,
): Promise<User> {
  return atomic(db, async (tx) => {
    await lockPeople(tx, actor);
    const before = existingUser(await lockUser(tx, actor, userId));
    requireMatch(ifMatch, etagOf(before));
    const { into } = checkMerge(body);
    if (before.mergedInto === into) return before;
    if (before.mergedInto !== null) {
      throw new AppError('conflict', `The user was merged into ${before.mergedInto} already: that is for good.`);
    }
    const other = await readOther(tx, actor, before, into);
    await requireNoConflicts(tx, actor, userId, into);
    await revokeLogIns(tx, actor, userId);
    await removePassword(tx, actor, userId);
    const after = await writeUser(tx, actor, { ...before, active: false, mergedInto: into, systemIds: [] });
    await writeMergedInto(tx, actor, userId, into);
    await mergeAddresses(tx, actor, before, other);
    await reassignTeams(tx, actor, userId, into);
    await enqueue(tx, 'merge_user', { accountId: actor.accountId, userId });
    // A job that binds calls to the merged user's addresses may be due: it would find none of theirs.
    await enqueueUserChange(tx, actor, into, [other.email]);
    await recordChange(tx, actor, { kind: 'users', id: userId, before, after });
    return after;
  });
}

async function readOther(tx: Tx, scope: Scope, user: User, into: string): Promise<User> {
  if (into === user.id) throw invalid('into', 'is the user themselves', "another user's id");
  const other = await findUser(tx, scope, into);
  if (other === null) throw invalid('into', 'names no user of this account', "a user's id");
  if (other.mergedInto !== null) {
    throw invalid('into', `names a user who was merged into ${other.mergedInto}`, 'the id of that user');
  }
  if (user.active && !other.active) {
    const problem =
      'The user is active and the other is deactivated: activate that one first, or merge the other way round.';
    throw new AppError('conflict', problem, { field: 'into' });
  }
  return other;
}

/** Gives the other the merged user's ids in other systems, and the history of their addresses. */
async function mergeAddresses(tx: Tx, actor: Actor, user: User, other: User): Promise<void> {
  const systemIds = [...new Set([...other.systemIds, ...user.systemIds])];
  const after = await writeUser(tx, actor, { ...other, systemIds });
  await reassignAddresses(tx, actor, user.id, other.id);
  // This ends the merged user's e-mail address: the other has their own.
  await recordAddresses(tx, actor, other.id);
  await recordChange(tx, actor, { kind: 'users', id: other.id, before: other, after });
}

async function reassignTeams(tx: Tx, actor: Actor, from: string, into: string): Promise<void> {
  for (const before of await lockTeamsOf(tx, actor, from)) {
    const after = await writeTeam(tx, actor, { ...before, managerId: into });
    await recordChange(tx, actor, { kind: 'teams', id: before.id, before, after });
  }
}

/** Conflicts of one kind that a refusal lists. */
const MOST_LISTED = 100;

const conflictKinds: readonly { readonly kind: MergeConflictKind; readonly why: string }[] = [
  { kind: 'results', why: 'both have a result of the same scorecard on the same call' },
  { kind: 'observations', why: 'both have an observation of the same KPI at the same time' },
  { kind: 'plans', why: 'one coaches the other' },
  { kind: 'meetings', why: 'one meets the other as their coach' },
];

async function requireNoConflicts(tx: Tx, scope: Scope, userId: string, into: string): Promise<void> {
  const conflicts: Conflict[] = [];
  const reasons: string[] = [];
  for (const { kind, why } of conflictKinds) {
    const found = await selectMergeConflicts(tx, scope, kind, userId, into);
    if (found.length === 0) continue;
    reasons.push(`${why} (${kind}: ${found.length})`);
    conflicts.push(...found.slice(0, MOST_LISTED).map((ids) => ({ kind, ids })));
  }
  if (conflicts.length === 0) return;
  const detail = `The users cannot be merged: ${reasons.join('; ')}. Change or delete one of each first: conflicts lists them.`;
  throw new AppError('conflict', detail, { conflicts });
}
