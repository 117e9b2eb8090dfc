import { randomInt } from 'node:crypto';
import type { Role } from '../../contract/access.js';
import { compileCheck } from '../../contract/check.js';
import { LogIn, PasswordChange } from '../../contract/sessions.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { takeAttempt, takeBackAttempt } from '../../db/log-in-failures.js';
import {
  findPasswordHolder,
  lockPasswordHolder,
  type PasswordHolder,
  selectPasswordHolders,
} from '../../db/passwords.js';
import { lockUser, lockUserByEmail } from '../../db/users.js';
import { AppError } from '../../errors.js';
import type { Micros } from '../../wire/instants.js';
import { type Actor, userOf } from '../actor.js';
import type { DbDeps } from '../deps.js';
import { checkNewPassword, fitsHash, fitsNothing, hashNewPassword, storePassword } from './passwords.js';
import { type LogInContext, type StartedSession, selfActor, startSession } from './sessions.js';

const checks = { logIn: compileCheck(LogIn), change: compileCheck(PasswordChange) };

/** Where more accounts have a user with the address, the password is compared with those of the first 20 alone. */
const MOST_ACCOUNTS = 20;

/**
 * Logs in by e-mail address and password, to the account whose user has this password; where several have, `account`
 * must name one (`conflict`). Throws `unauthorized` for anything else that is wrong, without saying what. Throws
 * `too_many` for an address with too many recent failures, whether a user has it or not.
 */
export async function logIn({ db }: DbDeps, body: unknown, context: LogInContext): Promise<StartedSession> {
  const { email, password, account = null } = checks.logIn(body);
  const holders = await selectPasswordHolders(db, email, account, MOST_ACCOUNTS);
  const fitting = await provePassword(db, email, context.now, holders, password);
  const [user, ...others] = fitting;
  if (user === undefined) throw wrongPassword();
  if (others.length > 0) {
    const accounts = fitting.map(({ accountId, accountName }) => `${accountId} (${accountName})`).join(', ');
    throw new AppError(
      'conflict',
      `The address and the password fit several accounts; account takes one of ${accounts}`,
      { field: 'account', allowed: `one of ${accounts}` },
    );
  }
  return atomic(db, async (tx) => {
    const role = await lockHolder(tx, user);
    return startSession(tx, selfActor(user, user.userId, role), 'password', context);
  });
}

/**
 * The users whose password it is; none where it is wrong. Counts a failure then, and throws `too_many` after too many
 * of them.
 */
async function provePassword(
  db: Db | Tx,
  email: string,
  now: Micros,
  holders: readonly PasswordHolder[],
  password: string,
): Promise<PasswordHolder[]> {
  // Attempts of the same millisecond get different times: each is taken back by its own.
  const attempt = await takeAttempt(db, email, now + randomInt(1000));
  if (!('at' in attempt)) {
    const retryAfterSeconds = Math.ceil(attempt.waitMicros / 1_000_000);
    throw new AppError('too_many', 'Too many log-ins with this e-mail address have failed: wait a while.', {
      retryAfterSeconds,
    });
  }
  if (holders.length === 0) await fitsNothing(password);
  const fits = await Promise.all(holders.map(({ hash }) => fitsHash(hash, password)));
  const fitting = holders.filter((_, i) => fits[i]);
  if (fitting.length > 0) await takeBackAttempt(db, email, attempt.at);
  return fitting;
}

/**
 * The role of a user whose password was just proved. Locks both until commit; throws where either has changed since.
 */
async function lockHolder(tx: Tx, { accountId, userId, hash }: PasswordHolder): Promise<Role> {
  const locked = await lockPasswordHolder(tx, { accountId }, userId, hash);
  if (locked === null) throw wrongPassword();
  return locked.role;
}

function wrongPassword(): AppError {
  return new AppError('unauthorized', 'The e-mail address and the password do not fit.');
}

/** Changes the actor's own password, ends all their sessions, and starts another one with a new token. */
export async function changePassword(
  { db }: DbDeps,
  actor: Actor,
  body: unknown,
  context: LogInContext,
): Promise<StartedSession> {
  const { current, password } = checks.change(body);
  const self = userOf(actor)!;
  const holder = await findPasswordHolder(db, actor, self.id);
  if (holder === null) {
    throw new AppError('conflict', 'You have no password yet: ask for a link to set one.', { field: 'current' });
  }
  checkNewPassword(password, holder.email);
  const fitting = await provePassword(db, holder.email, context.now, [holder], current);
  // Not `unauthorized`: the session says who asks.
  if (fitting.length === 0) throw new AppError('forbidden', 'current is not your password.', { field: 'current' });
  const hashed = await hashNewPassword(password);
  return atomic(db, async (tx) => {
    // The stronger lock first, as everything that changes a password does.
    await lockUser(tx, actor, self.id);
    await lockHolder(tx, holder);
    await storePassword(tx, actor, self.id, hashed, { by: 'self', now: context.now });
    return startSession(tx, actor, 'password', { ...context, formerToken: null });
  });
}

/** Logs in the active user of an account whose e-mail address an OpenID provider has verified. */
export async function logInByEmail(
  { db }: DbDeps,
  scope: Scope,
  email: string,
  context: LogInContext,
): Promise<StartedSession> {
  return atomic(db, async (tx) => {
    const user = await lockUserByEmail(tx, scope, email);
    // The database lowers letters of other alphabets to ASCII ones, and a provider may give such an address to anybody.
    if (!user || lowerAscii(user.email) !== lowerAscii(email)) {
      throw new AppError(
        'forbidden',
        'Nobody with your e-mail address is a user here: ask an administrator to add you.',
      );
    }
    return startSession(tx, selfActor(scope, user.id, user.role), 'oidc', context);
  });
}

/** Logs in a person of the demo company, by a link of the process that runs it. Throws `not_found` if they have gone. */
export async function logInToDemo(
  { db }: DbDeps,
  { accountId, userId }: Scope & { readonly userId: string },
  context: LogInContext,
): Promise<StartedSession> {
  return atomic(db, async (tx) => {
    const user = await lockUser(tx, { accountId }, userId);
    if (!user?.active) throw new AppError('not_found', 'This person of the demo company is no longer active.');
    return startSession(tx, selfActor({ accountId }, userId, user.role), 'link', context);
  });
}

function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
