import { hash, randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { CANONICAL_QUESTIONS } from '../../analysis/canonical-questions.js';
import { RIGHTS, type Right } from '../../contract/access.js';
import type { DayHours } from '../../contract/day-hours.js';
import { LANGUAGE } from '../../contract/v1.js';
import { type CallVisibility, lockAccount, readAccount, type ShownAccount } from '../../db/accounts.js';
import { atomic } from '../../db/atomic.js';
import { credentialsSettled } from '../../db/credentials.js';
import type { Scope } from '../../db/database.js';
import { AppError, invalid } from '../../errors.js';
import { zoneOffsetMinutes } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import { rescheduleAccount } from '../coaching/plans.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { entriesChanged } from '../restamp.js';
import { checkRates, type Rate, type Rates, readDayHours } from './rates.js';

export interface NewAccount {
  readonly name: string;
  readonly timeZone: string;
  /** What its calls are mostly in, by its code; English where none is given. */
  readonly language?: string | undefined;
}

/** Creates an account with its default canonical questions topic; returns its id. */
export async function createAccount({ db }: DbDeps, account: NewAccount): Promise<string> {
  checkName(account.name);
  checkTimeZone('time zone', account.timeZone);
  const { language = 'en' } = account;
  checkLanguage(language);
  const accountId = randomUUID();
  await atomic(db, async (tx) => {
    await tx
      .insertInto('accounts')
      .values({
        account_id: accountId,
        name: account.name,
        time_zone: account.timeZone,
        language,
        next_topic_id: 2,
      })
      .execute();
    await sql`insert into feed_heads (account_id, head) values (${accountId}, clock_timestamp())`.execute(tx);
    await tx
      .insertInto('topics')
      .values({
        account_id: accountId,
        topic_id: 1,
        name: CANONICAL_QUESTIONS.name,
        words: [...CANONICAL_QUESTIONS.words],
        canonical_questions: true,
      })
      .execute();
  });
  return accountId;
}

/** What of an account can be changed; what is not given stays. */
export interface AccountPatch {
  readonly name?: string | undefined;
  /** How times that are sent without a zone are read from then on: what is stored are instants, which stay. */
  readonly timeZone?: string | undefined;
  readonly language?: string | undefined;
  /** Whose calls people see besides their own and those shared with them. */
  readonly callVisibility?: CallVisibility | undefined;
  /** The limit on API v2, in force from each credential's next request on. */
  readonly rates?: Rates | undefined;
  readonly dayHours?: DayHours | undefined;
  /** Whose clock the day hours are on. */
  readonly rateTimeZone?: string | undefined;
}

export async function updateAccount(
  { db }: DbDeps,
  actor: Actor,
  patch: AccountPatch,
  ifMatch: string | null = null,
): Promise<ShownAccount> {
  const { name, timeZone, language, callVisibility, rates, dayHours, rateTimeZone } = patch;
  if (name !== undefined) checkName(name);
  if (timeZone !== undefined) checkTimeZone('time zone', timeZone);
  if (language !== undefined) checkLanguage(language);
  if (rates !== undefined) checkRates(rates);
  if (rateTimeZone !== undefined) checkTimeZone('rate time zone', rateTimeZone);
  const changed = {
    ...(name !== undefined && { name }),
    ...(timeZone !== undefined && { time_zone: timeZone }),
    ...(language !== undefined && { language }),
    ...(callVisibility !== undefined && { call_visibility: callVisibility }),
    ...(rates !== undefined && { day_rate: rates.day, night_rate: rates.night }),
    ...(dayHours !== undefined && readDayHours(dayHours)),
    ...(rateTimeZone !== undefined && { rate_time_zone: rateTimeZone }),
  };
  const updated = await atomic(db, async (tx) => {
    await lockAccount(tx, actor);
    const before = await readAccount(tx, actor);
    requireMatch(ifMatch, etagOf(before));
    if (Object.keys(changed).length === 0) return before;
    await tx.updateTable('accounts').set(changed).where('account_id', '=', actor.accountId).execute();
    const after = await readAccount(tx, actor);
    if (after.timeZone !== before.timeZone) {
      await entriesChanged(tx, actor, 'account', [actor.accountId]);
      await rescheduleAccount(tx, actor);
    }
    await recordChange(tx, actor, { kind: 'account', id: actor.accountId, before, after });
    return after;
  });
  await credentialsSettled();
  return updated;
}

function checkName(name: string): void {
  if (name.trim() === '' || name.length > 200) {
    throw invalid('name', 'is empty or too long', 'text of 1 to 200 characters');
  }
}

function checkTimeZone(field: string, timeZone: string): void {
  try {
    zoneOffsetMinutes(timeZone, 0);
  } catch {
    throw invalid(field, `"${timeZone}" is not known`, 'an IANA name such as America/New_York');
  }
}

function checkLanguage(language: string): void {
  if (new RegExp(LANGUAGE).test(language)) return;
  throw invalid(
    'language',
    `"${language}" is no code of a language`,
    'two or three small letters, such as en, de or fra',
  );
}

/** Refuses an account id that does not exist. */
export async function requireAccount({ db }: DbDeps, accountId: string): Promise<void> {
  const found = await db
    .selectFrom('accounts')
    .select('account_id')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  if (!found) throw new AppError('not_found', `There is no account ${accountId}.`, { field: 'account' });
}

/** Changes the rate of a credential that is in force; returns whose it is. */
export async function setCredentialRate({ db }: DbDeps, username: string, rate: Rate): Promise<Scope> {
  checkRates(rate);
  const changed = await db
    .updateTable('credentials')
    .set(rateColumns(rate))
    .where('credential_id', '=', username)
    .where('revoked_at', 'is', null)
    .returning('account_id as accountId')
    .executeTakeFirst();
  if (!changed) throw new AppError('not_found', `There is no credential ${username} in force.`);
  await credentialsSettled();
  return changed;
}

function rateColumns(rate: Rate) {
  const own = rate === 'unlimited' ? null : rate;
  return { day_rate: own?.day ?? null, night_rate: own?.night ?? null, unlimited: rate === 'unlimited' };
}

export interface NewCredential {
  readonly scopes: readonly Right[];
  readonly rate: Rate;
  /** A random one unless given. */
  readonly username?: string;
}

/** The password is returned this once; only its hash is stored. */
export async function createCredential(
  { db }: DbDeps,
  scope: Scope,
  credential: NewCredential,
): Promise<{ username: string; password: string }> {
  await requireAccount({ db }, scope.accountId);
  const unknown = credential.scopes.find((right) => !RIGHTS.includes(right));
  if (unknown !== undefined || credential.scopes.length === 0) {
    throw invalid('scopes', unknown === undefined ? 'is empty' : `has "${unknown}"`, `some of ${RIGHTS.join(', ')}`);
  }
  checkRates(credential.rate);
  const username = credential.username ?? randomUUID();
  const password = randomBytes(24).toString('base64url');
  await db
    .insertInto('credentials')
    .values({
      account_id: scope.accountId,
      credential_id: username,
      password_hash: hashPassword(password),
      scopes: [...new Set(credential.scopes)],
      ...rateColumns(credential.rate),
    })
    .execute();
  return { username, password };
}

/** Revokes a credential at once; answers whether it was in force. */
export async function revokeCredential({ db }: DbDeps, username: string): Promise<boolean> {
  const revoked = await db
    .updateTable('credentials')
    .set({ revoked_at: sql`clock_timestamp()` as never })
    .where('credential_id', '=', username)
    .where('revoked_at', 'is', null)
    .returning('credential_id')
    .executeTakeFirst();
  await credentialsSettled();
  return revoked !== undefined;
}

export function hashPassword(password: string): Buffer {
  return hash('sha256', password, 'buffer');
}
