import { type RawBuilder, sql } from 'kysely';
import type { Db, Scope, Tx } from '../../db/database.js';
import { managedTeams, type Sight } from '../../db/visibility.js';
import { AppError } from '../../errors.js';
import type { Actor } from '../actor.js';
import { userOf } from '../actor.js';

// Who sees and who changes what is about coaching. How calls are seen (the account's callVisibility) does not matter here.

/** Whose coaching somebody sees: everybody's, or their own and that of the teams that they manage. */
export async function coachingSight(db: Db | Tx, actor: Actor): Promise<Sight> {
  const user = userOf(actor);
  if (user === null || user.role === 'admin') return 'all';
  return { userId: user.id, teamIds: await managedTeams(db, actor, user.id) };
}

/** Whether one of two people, as columns of `alias`, is the one who looks, or `about` is of a team that they manage. */
export function seesCoaching(sight: Sight, alias: string, by: string, about: string): RawBuilder<boolean> {
  if (sight === 'all') return sql`true`;
  const [account, coach, recipient] = ['account_id', by, about].map((column) => sql.ref(`${alias}.${column}`));
  return sql`(${coach!} = ${sight.userId} or ${recipient!} = ${sight.userId} or exists (select from users seen
    where seen.account_id = ${account!} and seen.user_id = ${recipient!} and seen.team_id = any(${[...sight.teamIds]})))`;
}

/** Whether somebody is of a team that the one who acts manages; everybody is for administrators and programs. */
export async function manages(db: Db | Tx, scope: Scope, sight: Sight, userId: string): Promise<boolean> {
  if (sight === 'all') return true;
  const found = await sql`select 1 from users where account_id = ${scope.accountId} and user_id = ${userId}
    and team_id = any(${[...sight.teamIds]})`.execute(db);
  return found.rows.length > 0;
}

/** Lets only the coach, a manager of the recipient's team or of one above, an administrator or a program through. */
export async function requireCoach(
  db: Db | Tx,
  actor: Actor,
  sight: Sight,
  { coachId, recipientId }: { readonly coachId: string; readonly recipientId: string },
  does: string,
): Promise<void> {
  if (userOf(actor)?.id === coachId || (await manages(db, actor, sight, recipientId))) return;
  const who = "Only the coach, a manager of the recipient's team or of one above it, or an administrator";
  throw new AppError('forbidden', `${who} ${does}.`);
}

/** The number of something new: a given one, which only history has, or else the next. */
export async function newNumber(
  tx: Tx,
  scope: Scope,
  table: 'plans' | 'meetings' | 'kpis',
  noun: 'plan' | 'meeting' | 'kpi',
  given: number | undefined,
): Promise<string> {
  if (given === undefined) {
    const next = await sql<{ id: string }>`select next_number(${scope.accountId}, ${noun})::text as id`.execute(tx);
    return next.rows[0]!.id;
  }
  const id = String(given);
  // Waits for another that takes a number: the two cannot take the same.
  await sql`select keep_number(${scope.accountId}, ${noun}, ${given})`.execute(tx);
  const found = await sql`select 1 from ${sql.table(table)}
    where account_id = ${scope.accountId} and ${sql.ref(`${noun}_id`)} = ${id}`.execute(tx);
  if (found.rows.length > 0) throw new AppError('conflict', `There is a ${noun} ${id} already.`, { field: 'id' });
  return id;
}
