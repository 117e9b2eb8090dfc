import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import type { Role } from '../../contract/access.js';
import { compileCheck } from '../../contract/check.js';
import { LogIn, PasswordChange } from '../../contract/sessions.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { takeAttempt, takeBackAttempt } from '../../db/log-in-failures.js';
import { AppError } from '../../errors.js';
import type { Micros } from '../../wire/instants.js';
import { type Actor, userOf } from '../actor.js';
import type { DbDeps } from '../deps.js';
import { checkNewPassword, fitsHash, fitsNothing, hashNewPassword, storePassword } from './passwords.js';
import { type LogInContext, type StartedSession, selfActor, startSession } from './sessions.js';

const checks = { logIn: compileCheck(LogIn), change: compileCheck(PasswordChange) };

/** Of the users of one address in as many accounts, so many are asked for their password. */
const MOST_ACCOUNTS = 20;

interface Candidate extends Scope {
  readonly userId: string;
  readonly role: Role;
  readonly accountName: string;
  readonly email: string;
  readonly hash: string;
}

/**
 * Logs in by e-mail address and password. Where the address is in several accounts, it is the one that the password fits;
 * where it fits several, `account` must name one (`conflict`). Whatever else is wrong is answered alike (`unauthorized`), and
 * an address with too many failures waits, whether anybody has it or not (`too_many`).
 */
export async function logIn({ db }: DbDeps, body: unknown, context: LogInContext): Promise<StartedSession> {
  const { email, password, account } = checks.logIn(body);
  const found = await sql<Candidate>`select u.account_id as "accountId", u.user_id as "userId", u.role, u.email,
      a.name as "accountName", p.hash
    from users u join user_passwords p on p.account_id = u.account_id and p.user_id = u.user_id
      join accounts a on a.account_id = u.account_id
    where lower(u.email) = lower(${email}) and u.active ${account === undefined ? sql`` : sql`and u.account_id = ${account}`}
    order by u.account_id limit ${MOST_ACCOUNTS}`.execute(db);
  const fitting = await provePassword(db, email, context.now, () => whomItFits(found.rows, password));
  const [user, ...others] = fitting;
  if (others.length > 0) {
    const accounts = fitting.map(({ accountId, accountName }) => `${accountId} (${accountName})`).join(', ');
    throw new AppError(
      'conflict',
      `The address and the password fit several accounts; account takes one of ${accounts}`,
      {
        ...{ field: 'account', allowed: `one of ${accounts}` },
      },
    );
  }
  return atomic(db, async (tx) => {
    const { role } = await lockHolder(tx, user!);
    return startSession(tx, selfActor(user!, user!.userId, role), 'password', context);
  });
}

async function whomItFits(candidates: readonly Candidate[], password: string): Promise<Candidate[]> {
  if (candidates.length === 0) await fitsNothing(password);
  const fits = await Promise.all(candidates.map(({ hash }) => fitsHash(hash, password)));
  return candidates.filter((_, i) => fits[i]);
}

/** Tries a password that may be wrong so often and no oftener; answers whom it fits, at least one. */
async function provePassword<T>(
  db: Db,
  email: string,
  now: Micros,
  fitting: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  // Of attempts in the same millisecond, each has its own time to be taken back by.
  const attempt = await takeAttempt(db, email, now + randomInt(1000));
  if (!('at' in attempt)) {
    const retryAfterSeconds = Math.ceil(attempt.waitMicros / 1_000_000);
    throw new AppError('too_many', 'Too many log-ins with this e-mail address have failed: wait a while.', {
      retryAfterSeconds,
    });
  }
  const found = await fitting();
  if (found.length === 0) throw new AppError('unauthorized', 'The e-mail address and the password do not fit.');
  await takeBackAttempt(db, email, attempt.at);
  return found;
}

/** Of a user whose password was just found to fit: it still does, and nothing changes it before the transaction ends. */
async function lockHolder(tx: Tx, user: Candidate): Promise<{ readonly role: Role }> {
  const found = await sql<{ role: Role }>`select u.role from users u
      join user_passwords p on p.account_id = u.account_id and p.user_id = u.user_id
    where u.account_id = ${user.accountId} and u.user_id = ${user.userId} and u.active and p.hash = ${user.hash}
    for share`.execute(tx);
  const row = found.rows[0];
  if (!row) throw new AppError('unauthorized', 'The e-mail address and the password do not fit.');
  return row;
}

/** Changes one's own password; every other session ends, and this one's token is another. */
export async function changePassword(
  { db }: DbDeps,
  actor: Actor,
  body: unknown,
  context: LogInContext,
): Promise<StartedSession> {
  const { current, password } = checks.change(body);
  const self = userOf(actor)!;
  const found = await sql<Candidate>`select u.account_id as "accountId", u.user_id as "userId", u.role, u.email,
      '' as "accountName", p.hash
    from users u left join user_passwords p on p.account_id = u.account_id and p.user_id = u.user_id
    where u.account_id = ${actor.accountId} and u.user_id = ${self.id}`.execute(db);
  const user = found.rows[0]!;
  if (user.hash === null) {
    throw new AppError('conflict', 'You have no password yet: ask for a link to set one.', { field: 'current' });
  }
  checkNewPassword(password, user.email);
  await provePassword(db, user.email, context.now, () => whomItFits([user], current)).catch((error) => {
    if (!(error instanceof AppError) || error.code !== 'unauthorized') throw error;
    // Who asks is known: 401 would say that they are not.
    throw new AppError('forbidden', 'current is not your password.', { field: 'current' });
  });
  const hashed = await hashNewPassword(password);
  return atomic(db, async (tx) => {
    // The lock that whoever changes a password takes, before the weaker one.
    await sql`select 1 from users where account_id = ${actor.accountId} and user_id = ${self.id} for no key update`.execute(
      tx,
    );
    await lockHolder(tx, user);
    await storePassword(tx, actor, self.id, hashed, { by: 'self', now: context.now });
    return startSession(tx, actor, 'password', { ...context, formerToken: null });
  });
}

/** Somebody whom an OpenID provider vouches for: the active user of that address in the account. */
export async function logInByEmail(
  { db }: DbDeps,
  scope: Scope,
  email: string,
  context: LogInContext,
): Promise<StartedSession> {
  return atomic(db, async (tx) => {
    const found = await sql<{ userId: string; role: Role; email: string }>`select user_id as "userId", role, email
      from users where account_id = ${scope.accountId} and lower(email) = lower(${email}) and active
      for share`.execute(tx);
    const user = found.rows[0];
    // The database folds letters of other alphabets to ASCII ones, and a provider may give such an address to anybody.
    if (!user || foldAscii(user.email) !== foldAscii(email)) {
      throw new AppError(
        'forbidden',
        'Nobody with your e-mail address is a user here: ask an administrator to add you.',
      );
    }
    return startSession(tx, selfActor(scope, user.userId, user.role), 'oidc', context);
  });
}

function foldAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
