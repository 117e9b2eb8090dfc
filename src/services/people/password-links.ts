import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Mailer } from '../../adapters/mail/mailer.js';
import type { Role } from '../../contract/access.js';
import { compileCheck } from '../../contract/check.js';
import { Invitation, PasswordByLink, type PasswordLink } from '../../contract/sessions.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { formatInstant, type Micros, toTimestamp } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { digestOf, newToken } from '../tokens.js';
import { checkNewPassword, hashNewPassword, storePassword } from './passwords.js';
import { readPerson } from './people.js';
import { type LogInContext, type StartedSession, selfActor, startSession } from './sessions.js';

const checks = { link: compileCheck(PasswordByLink), invitation: compileCheck(Invitation) };

const MINUTE: Micros = 60_000_000;
const VALID_FOR = { invite: 7 * 24 * 60 * MINUTE, reset: 60 * MINUTE };
/** Nobody is mailed oftener, whoever asks. */
const MAILED_EVERY: Micros = 5 * MINUTE;

type Purpose = keyof typeof VALID_FOR;

/** What is needed for links: the base of their URLs, the time, and who sends them where somebody can. */
export interface LinkContext {
  readonly baseUrl: string;
  readonly now: Micros;
  readonly mailer: Mailer | null;
}

/** The page of the web app that takes the token. Behind the #, it is in no log and in no Referer. */
function linkUrl(baseUrl: string, token: string): string {
  return `${baseUrl}/password#token=${token}`;
}

/** Makes a link; one of the same user and purpose that was not used is void. */
async function makeLink(
  tx: Tx,
  actor: Actor,
  user: { readonly id: string; readonly email: string },
  purpose: Purpose,
  { baseUrl, now }: LinkContext,
): Promise<PasswordLink> {
  const { token, digest } = newToken();
  const linkId = randomUUID();
  const expiresAt = now + VALID_FOR[purpose];
  await sql`delete from password_links where account_id = ${actor.accountId} and user_id = ${user.id}
    and purpose = ${purpose}`.execute(tx);
  await sql`insert into password_links (account_id, link_id, user_id, purpose, token_digest, email, created_at, expires_at)
    values (${actor.accountId}, ${linkId}, ${user.id}, ${purpose}, ${digest}, ${user.email},
      ${toTimestamp(now)}::timestamptz, ${toTimestamp(expiresAt)}::timestamptz)`.execute(tx);
  const shown = { userId: user.id, purpose, expiresAt: formatInstant(expiresAt) };
  await recordChange(tx, actor, { kind: 'password_links', id: linkId, before: null, after: shown });
  return { url: linkUrl(baseUrl, token), expiresAt: shown.expiresAt };
}

/** A link with which a user sets their first password, or another one; mailed to them, too, where that is asked for. */
export async function inviteUser(
  { db }: DbDeps,
  actor: Actor,
  userId: string,
  body: unknown,
  context: LinkContext,
): Promise<PasswordLink> {
  const { mail = false } = checks.invitation(body);
  const { link, email } = await atomic(db, async (tx) => {
    await sql`select 1 from users where account_id = ${actor.accountId} and user_id = ${userId} for no key update`.execute(
      tx,
    );
    const user = await readPerson(tx, actor, 'users', userId);
    if (!user.active) throw new AppError('conflict', 'The user is deactivated: activate them first.');
    if (mail && context.mailer === null) {
      throw new AppError('conflict', 'No mail can be sent from here: hand on the link without it.', { field: 'mail' });
    }
    return { link: await makeLink(tx, actor, user, 'invite', context), email: user.email };
  });
  if (mail) {
    await context.mailer!.send({
      to: email,
      subject: 'Your invitation to Debrief',
      text: `You have been invited to Debrief. Choose your password here, once, until ${link.expiresAt}:\n\n${link.url}\n`,
    });
  }
  return link;
}

/** Mails a link to the active users of an address; nothing where there are none. The caller learns nothing either way. */
export async function mailResets(
  { db }: DbDeps,
  email: string,
  context: LinkContext & { readonly mailer: Mailer },
): Promise<void> {
  const found = await sql<Scope & { id: string; email: string; role: Role; accountName: string }>`
    select u.account_id as "accountId", u.user_id as id, u.email, u.role, a.name as "accountName"
    from users u join accounts a on a.account_id = u.account_id
    where lower(u.email) = lower(${email}) and u.active order by u.account_id`.execute(db);
  for (const user of found.rows) {
    const link = await atomic(db, async (tx) => {
      // Two requests at once are one after the other, and the second finds the first one's link.
      await sql`select 1 from users where account_id = ${user.accountId} and user_id = ${user.id} for no key update`.execute(
        tx,
      );
      const recent = await sql`select 1 from password_links where account_id = ${user.accountId}
        and user_id = ${user.id} and purpose = 'reset'
        and created_at > ${toTimestamp(context.now - MAILED_EVERY)}::timestamptz`.execute(tx);
      if (recent.rows.length > 0) return null;
      // It is written down as the user's own, though anybody who knows the address can ask.
      return makeLink(tx, selfActor(user, user.id, user.role), user, 'reset', context);
    });
    if (link === null) continue;
    await context.mailer.send({
      to: user.email,
      subject: 'Your password for Debrief',
      text: `Somebody, probably you, wants to set a new password for ${user.email} at ${user.accountName}. Do it here, once, until ${link.expiresAt}:\n\n${link.url}\n\nIf it was not you, there is nothing to do: your password stays as it is.\n`,
    });
  }
}

interface UsableLink extends Scope {
  readonly userId: string;
  readonly role: Role;
  readonly email: string;
  readonly purpose: Purpose;
}

/** Sets the password of the user whose link it is, and logs them in. */
export async function setPasswordByLink({ db }: DbDeps, body: unknown, context: LogInContext): Promise<StartedSession> {
  const { token, password } = checks.link(body);
  const digest = digestOf(token);
  const find = async (from: Db | Tx): Promise<UsableLink> => {
    const found =
      await sql<UsableLink>`select l.account_id as "accountId", l.user_id as "userId", u.role, u.email, l.purpose
      from password_links l join users u on u.account_id = l.account_id and u.user_id = l.user_id
      where l.token_digest = ${digest} and l.expires_at > ${toTimestamp(context.now)}::timestamptz
        and u.active and lower(u.email) = lower(l.email)`.execute(from);
    const link = found.rows[0];
    if (!link) {
      throw new AppError('not_found', 'This link was used, replaced or is too old: ask for another one.', {
        field: 'token',
      });
    }
    return link;
  };
  const { accountId, userId, email } = await find(db);
  checkNewPassword(password, email);
  const hashed = await hashNewPassword(password);
  return atomic(db, async (tx) => {
    await sql`select 1 from users where account_id = ${accountId} and user_id = ${userId} for no key update`.execute(
      tx,
    );
    // Again, behind the lock: of two who come with it at once, one finds it.
    const { role, purpose } = await find(tx);
    const self = selfActor({ accountId }, userId, role);
    await storePassword(tx, self, userId, hashed, { by: purpose, now: context.now });
    return startSession(tx, self, 'link', context);
  });
}

/** Sets a user's password without their doing, by a command at the server. */
export async function setPassword(
  { db }: DbDeps,
  actor: Actor,
  userId: string,
  password: string,
  now: Micros,
): Promise<void> {
  checkNewPassword(password, (await readPerson(db, actor, 'users', userId)).email);
  const hashed = await hashNewPassword(password);
  await atomic(db, async (tx) => {
    await sql`select 1 from users where account_id = ${actor.accountId} and user_id = ${userId} for no key update`.execute(
      tx,
    );
    await storePassword(tx, actor, userId, hashed, { by: 'command', now });
  });
}
