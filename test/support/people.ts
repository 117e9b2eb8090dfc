import type { Role } from '#debrief/contract/access.js';
import { readSight } from '#debrief/db/visibility.js';
import type { Actor } from '#debrief/services/actor.js';
import type { TestAccount, TestService } from './service.js';

/** A new user of the account. */
export async function addPerson(
  account: TestAccount,
  name: string,
  role: Role = 'rep',
  more: object = {},
): Promise<string> {
  return account.addUser(`${name}@example.com`, { firstName: name, lastName: 'Person', role, ...more });
}

/** The user as one with a session: what they may do and see is read again at each call, as at each request. */
export async function asUser(service: TestService, account: TestAccount, userId: string): Promise<Actor> {
  const { rows } = await service.pool.query('select role from users where account_id = $1 and user_id = $2', [
    account.accountId,
    userId,
  ]);
  const role: Role = rows[0].role;
  const sight = await readSight(service.db, account, userId);
  return {
    accountId: account.accountId,
    timeZone: account.actor.timeZone,
    by: { kind: 'user', id: userId, role },
    rights: new Set(role === 'admin' ? ['admin', 'write', 'read', 'delete'] : ['write', 'read']),
    sight: sight!,
  };
}
