import { randomUUID } from 'node:crypto';
import type { Mailer } from '../../adapters/mail/mailer.js';
import { compileCheck } from '../../contract/check.js';
import { Invitation, PasswordByLink, type PasswordLink } from '../../contract/sessions.js';
import { atomic } from '../../db/atomic.js';
import type { Db, Tx } from '../../db/database.js';
import {
  findPasswordLink,
  hasResetLink,
  insertPasswordLink,
  type LinkPurpose,
  type PasswordLinkRow,
  removePasswordLinks,
} from '../../db/password-links.js';
import { lockUser, selectUsersToMail } from '../../db/users.js';
import { AppError } from '../../errors.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { digestOf, newToken } from '../tokens.js';
import { checkNewPassword, hashNewPassword, storePassword } from './passwords.js';
import { type LogInContext, type StartedSession, selfActor, startSession } from './sessions.js';
import { existingUser, readUser } from './users.js';

const checks = { link: compileCheck(PasswordByLink), invitation: compileCheck(Invitation) };

const MINUTE: Micros = 60_000_000;
const VALID_FOR: Record<LinkPurpose, Micros> = { invite: 7 * 24 * 60 * MINUTE, reset: 60 * MINUTE };
/** A user is mailed a link to reset their password this often at most, whoever asks. */
const RESET_MAILED_EVERY: Micros = 5 * MINUTE;

/** What links are made and mailed with. */
export interface LinkContext {
  /** What the links' URLs begin with. */
  readonly baseUrl: string;
  readonly now: Micros;
  /** Null where no mail can be sent. */
  readonly mailer: Mailer | null;
}

/** The web app's page that takes the token. Behind the #, the token gets into no log and no Referer header. */
function linkUrl(baseUrl: string, token: string): string {
  return `${baseUrl}/password#token=${token}`;
}

/** Makes a link; a former one of the same user and purpose is void. */
async function makeLink(
  tx: Tx,
  actor: Actor,
  user: { readonly id: string; readonly email: string },
  purpose: LinkPurpose,
  { baseUrl, now }: LinkContext,
): Promise<PasswordLink> {
  const { token, digest } = newToken();
  const linkId = randomUUID();
  const expiresAt = now + VALID_FOR[purpose];
  await removePasswordLinks(tx, actor, user.id, purpose);
  await insertPasswordLink(tx, actor, {
    linkId,
    userId: user.id,
    purpose,
    tokenDigest: digest,
    email: user.email,
    createdAt: now,
    expiresAt,
  });
  const shown = { userId: user.id, purpose, expiresAt: formatInstant(expiresAt) };
  await recordChange(tx, actor, { kind: 'password_links', id: linkId, before: null, after: shown });
  return { url: linkUrl(baseUrl, token), expiresAt: shown.expiresAt };
}

/**
 * Makes a link with which a user sets their first password, or another one; mails it to them where `body` says so.
 * Throws `conflict` for a deactivated user, and where a mail is to be sent but cannot be.
 */
export async function inviteUser(
  { db }: DbDeps,
  actor: Actor,
  userId: string,
  body: unknown,
  context: LinkContext,
): Promise<PasswordLink> {
  const { mail = false } = checks.invitation(body);
  const { link, email } = await atomic(db, async (tx) => {
    const user = existingUser(await lockUser(tx, actor, userId));
    if (!user.active) throw new AppError('conflict', 'The user is deactivated: activate them first.');
    if (mail && context.mailer === null) {
      throw new AppError('conflict', 'No mail can be sent from here: leave mail out, and pass the link on yourself.', {
        field: 'mail',
      });
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

/**
 * Mails a link to each active user of an e-mail address, if there is any. The caller does not learn whether there is.
 */
export async function mailResets(
  { db }: DbDeps,
  email: string,
  context: LinkContext & { readonly mailer: Mailer },
): Promise<void> {
  for (const user of await selectUsersToMail(db, email)) {
    const link = await atomic(db, async (tx) => {
      // Of two requests at once, the second waits here, and finds the link of the first.
      await lockUser(tx, user, user.id);
      if (await hasResetLink(tx, user, user.id, context.now - RESET_MAILED_EVERY)) return null;
      // The audit names the user themselves, though anybody who knows the address can ask.
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

/** Sets the password of the user of a link, and logs them in. Throws `not_found` for a link that is not in force. */
export async function setPasswordByLink({ db }: DbDeps, body: unknown, context: LogInContext): Promise<StartedSession> {
  const { token, password } = checks.link(body);
  const digest = digestOf(token);
  const find = async (from: Db | Tx): Promise<PasswordLinkRow> => {
    const link = await findPasswordLink(from, digest, context.now);
    if (link !== null) return link;
    throw new AppError('not_found', 'This link was used, replaced or is too old: ask for another one.', {
      field: 'token',
    });
  };
  const { accountId, userId, email } = await find(db);
  checkNewPassword(password, email);
  const hashed = await hashNewPassword(password);
  return atomic(db, async (tx) => {
    await lockUser(tx, { accountId }, userId);
    // Again, behind the lock: of two requests with the same link at once, one finds it.
    const { role, purpose } = await find(tx);
    const self = selfActor({ accountId }, userId, role);
    await storePassword(tx, self, userId, hashed, { by: purpose, now: context.now });
    return startSession(tx, self, 'link', context);
  });
}

/** Sets a user's password, for a command at the server. */
export async function setPassword(
  { db }: DbDeps,
  actor: Actor,
  userId: string,
  password: string,
  now: Micros,
): Promise<void> {
  checkNewPassword(password, (await readUser({ db }, actor, userId)).email);
  const hashed = await hashNewPassword(password);
  await atomic(db, async (tx) => {
    await lockUser(tx, actor, userId);
    await storePassword(tx, actor, userId, hashed, { by: 'command', now });
  });
}
