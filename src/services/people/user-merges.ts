import { type RawBuilder, sql } from 'kysely';
import { compileCheck } from '../../contract/check.js';
import { UserMerge } from '../../contract/v1.js';
import type { User } from '../../contract/v1-answers.js';
import { recordAddresses } from '../../db/addresses.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import { idsOf } from '../../db/named-users.js';
import { changePeople } from '../../db/people.js';
import { AppError, type Conflict, invalid } from '../../errors.js';
import { enqueue } from '../../queue/jobs.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { forgetLogIns } from './passwords.js';
import { lockPerson, readPerson, userChanged } from './people.js';

const checkMerge = compileCheck(UserMerge);

/**
 * Merges a user into another, who they turned out to be: at once and for good. They cannot log in any more, whatever names them names
 * the other, and what named them is handed on in the background. Refuses (`conflict`) where both have what a user has once, or
 * one coaches the other: nothing is changed then.
 */
export async function mergeUser(
  { db }: DbDeps,
  actor: Actor,
  userId: string,
  body: unknown,
  ifMatch: string | null,
): Promise<User> {
  return atomic(db, async (tx) => {
    await changePeople(tx, actor);
    const before = await lockPerson(tx, actor, 'users', userId, ifMatch);
    const { into } = checkMerge(body);
    if (before.mergedInto === into) return before;
    if (before.mergedInto !== null) {
      throw new AppError('conflict', `The user was merged into ${before.mergedInto} already: that is for good.`);
    }
    const other = await readOther(tx, actor, before, into);
    await requireNoConflicts(tx, actor, userId, into);
    await forgetLogIns(tx, actor, userId);
    const theirs = sql`account_id = ${actor.accountId} and user_id = ${userId}`;
    await sql`delete from user_passwords where ${theirs}`.execute(tx);
    await sql`update users set active = false, merged_into = ${into}, system_ids = '{}' where ${theirs}`.execute(tx);
    await sql`update users set merged_into = ${into}
      where account_id = ${actor.accountId} and merged_into = ${userId}`.execute(tx);
    await handOnAddresses(tx, actor, before, other);
    await handOnTeams(tx, actor, userId, into);
    await enqueue(tx, 'merge_user', { accountId: actor.accountId, userId });
    // What named them by an address before anybody had it may wait for a job of theirs.
    await userChanged(tx, actor, into, [other.email]);
    const after = await readPerson(tx, actor, 'users', userId);
    await recordChange(tx, actor, { kind: 'users', id: userId, before, after });
    return after;
  });
}

async function readOther(tx: Tx, scope: Scope, user: User, into: string): Promise<User> {
  if (into === user.id) throw invalid('into', 'is the user themselves', "another user's id");
  const other = await readPerson(tx, scope, 'users', into).catch((error) => {
    if (!(error instanceof AppError)) throw error;
    throw invalid('into', 'names no user of this account', "a user's id");
  });
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

async function handOnAddresses(tx: Tx, actor: Actor, user: User, other: User): Promise<void> {
  const ofAccount = sql`account_id = ${actor.accountId}`;
  const systemIds = [...new Set([...other.systemIds, ...user.systemIds])];
  await sql`update users set system_ids = ${systemIds} where ${ofAccount} and user_id = ${other.id}`.execute(tx);
  await sql`update user_addresses set user_id = ${other.id} where ${ofAccount} and user_id = ${user.id}`.execute(tx);
  // Their e-mail address is a former one now.
  await recordAddresses(tx, actor, other.id);
  const after = { ...other, systemIds };
  await recordChange(tx, actor, { kind: 'users', id: other.id, before: other, after });
}

async function handOnTeams(tx: Tx, actor: Actor, from: string, into: string): Promise<void> {
  const managed = await sql<{ id: string }>`select team_id as id from teams
    where account_id = ${actor.accountId} and manager_id = ${from} order by team_id for no key update`.execute(tx);
  for (const { id } of managed.rows) {
    const before = await readPerson(tx, actor, 'teams', id);
    await sql`update teams set manager_id = ${into} where account_id = ${actor.accountId} and team_id = ${id}`.execute(
      tx,
    );
    await recordChange(tx, actor, { kind: 'teams', id, before, after: { ...before, managerId: into } });
  }
}

/** Conflicts of one kind that a refusal lists. */
const MOST_LISTED = 100;

/** Queries of the ids of two users: others that were merged into them may still have to be handed on. */
interface Two {
  readonly from: RawBuilder<unknown>;
  readonly into: RawBuilder<unknown>;
}

/** A query of the ids (as `ids`) of things that could not be together if two users were one. */
type Together = (scope: Scope, two: Two) => RawBuilder<unknown>;

const coachEachOther =
  (table: 'plans' | 'meetings', key: 'plan_id' | 'meeting_id'): Together =>
  ({ accountId }, { from, into }) =>
    sql`select array[${sql.ref(key)}] as ids from ${sql.table(table)}
    where account_id = ${accountId} and (coach_id in ${from} and recipient_id in ${into}
      or coach_id in ${into} and recipient_id in ${from}) order by ${sql.ref(key)}::bigint`;

const together: readonly { readonly kind: string; readonly why: string; readonly query: Together }[] = [
  {
    ...{ kind: 'results', why: 'both have a result of the same scorecard on the same call' },
    query: ({ accountId }, { from, into }) => sql`select array_agg(result_id order by result_id) as ids from results
      where account_id = ${accountId} and (reviewer_id in ${from} or reviewer_id in ${into})
      group by call_id, scorecard_id having count(*) > 1 order by 1`,
  },
  {
    ...{ kind: 'observations', why: 'both have an observation of the same KPI at the same time' },
    query: ({ accountId }, { from, into }) => {
      const isOne = (column: string) => sql`(${sql.ref(column)} in ${from} or ${sql.ref(column)} in ${into})`;
      // Of the two, either is the same.
      const who = (column: string) => sql`case when not ${isOne(column)} then ${sql.ref(column)} end`;
      return sql`select array_agg(observation_id order by observation_id) as ids from kpi_observations
        where account_id = ${accountId} and (${isOne('observer_id')} or ${isOne('observed_id')})
        group by kpi_id, observed_at, ${who('observer_id')}, ${who('observed_id')} having count(*) > 1 order by 1`;
    },
  },
  { kind: 'plans', why: 'one coaches the other', query: coachEachOther('plans', 'plan_id') },
  { kind: 'meetings', why: 'one meets the other as their coach', query: coachEachOther('meetings', 'meeting_id') },
];

async function requireNoConflicts(tx: Tx, scope: Scope, from: string, into: string): Promise<void> {
  const two = { from: idsOf(scope, from), into: idsOf(scope, into) };
  const conflicts: Conflict[] = [];
  const reasons: string[] = [];
  for (const { kind, why, query } of together) {
    const found = await sql<{ ids: string[] }>`${query(scope, two)}`.execute(tx);
    if (found.rows.length === 0) continue;
    reasons.push(`${why} (${kind}: ${found.rows.length})`);
    conflicts.push(...found.rows.slice(0, MOST_LISTED).map(({ ids }) => ({ kind, ids })));
  }
  if (conflicts.length === 0) return;
  const detail = `The users cannot be merged: ${reasons.join('; ')}. Change or delete one of each first: conflicts lists them.`;
  throw new AppError('conflict', detail, { conflicts });
}
