import { randomUUID } from 'node:crypto';
import { CANONICAL_QUESTIONS } from '../../analysis/canonical-questions.js';
import { LANGUAGE } from '../../contract/v1.js';
import type { Account } from '../../contract/v1-answers.js';
import { type AccountSettings, findAccount, insertAccount, lockAccount, writeAccount } from '../../db/accounts.js';
import { atomic } from '../../db/atomic.js';
import { credentialsSettled } from '../../db/credentials.js';
import type { Scope } from '../../db/database.js';
import { insertCanonicalQuestions } from '../../db/topics.js';
import { AppError, invalid } from '../../errors.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';
import { rescheduleAccount } from '../coaching/due-plans.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { entriesChanged } from '../restamp.js';
import { checkTimeZone } from '../time-zones.js';
import { checkRates, readDayHours } from './rates.js';

export interface NewAccount {
  readonly name: string;
  readonly timeZone: string;
  /** The code of the language that most of its calls are in; English by default. */
  readonly language?: string | undefined;
}

/** Creates an account with its topic of canonical questions; returns its id. */
export async function createAccount({ db }: DbDeps, account: NewAccount): Promise<string> {
  const { name, timeZone, language = 'en' } = account;
  checkName(name);
  checkTimeZone('time zone', timeZone);
  checkLanguage(language);
  const accountId = randomUUID();
  await atomic(db, async (tx) => {
    await insertAccount(tx, { accountId, name, timeZone, language });
    await insertCanonicalQuestions(tx, { accountId }, CANONICAL_QUESTIONS);
  });
  return accountId;
}

/** The account's settings; throws `not_found` where there is no such account. */
export async function readAccount({ db }: DbDeps, scope: Scope): Promise<Account> {
  const account = await findAccount(db, scope);
  if (account !== null) return account;
  throw new AppError('not_found', `There is no account ${scope.accountId}.`, { field: 'account' });
}

/** Throws `not_found` where there is no such account. */
export async function requireAccount(deps: DbDeps, accountId: string): Promise<void> {
  await readAccount(deps, { accountId });
}

/** Settings to change, in the shape in which an `Account` has them; what is left out or undefined stays. */
export interface AccountChange extends Pick<AccountSettings, 'name' | 'timeZone' | 'language' | 'callVisibility'> {
  readonly recordings?:
    | { readonly [K in keyof Account['recordings']]?: Account['recordings'][K] | undefined }
    | undefined;
  /** The limit on API v2. It applies from each credential's next request on. */
  readonly rate?: { readonly [K in keyof Account['rate']]?: Account['rate'][K] | undefined } | undefined;
}

/**
 * Changes the account's settings. A new time zone applies to times without an offset that are sent from then on; stored
 * instants stay. Throws `invalid` for a setting that is not valid.
 */
export async function updateAccount(
  { db }: DbDeps,
  actor: Actor,
  change: AccountChange,
  ifMatch: string | null = null,
): Promise<Account> {
  const { name, timeZone, language, callVisibility, recordings = {}, rate = {} } = change;
  if (name !== undefined) checkName(name);
  if (timeZone !== undefined) checkTimeZone('time zone', timeZone);
  if (language !== undefined) checkLanguage(language);
  checkRates(rate);
  if (rate.timeZone !== undefined) checkTimeZone('rate time zone', rate.timeZone);
  const settings: AccountSettings = {
    name,
    timeZone,
    language,
    callVisibility,
    ours: recordings.ours,
    speechNames: recordings.names,
    dayRate: rate.day,
    nightRate: rate.night,
    ...(rate.hours !== undefined && readDayHours(rate.hours)),
    rateTimeZone: rate.timeZone,
  };
  const updated = await atomic(db, async (tx) => {
    await lockAccount(tx, actor);
    const before = await readAccount({ db: tx }, actor);
    requireMatch(ifMatch, etagOf(before));
    if (Object.values(settings).every((setting) => setting === undefined)) return before;
    await writeAccount(tx, actor, settings);
    const after = await readAccount({ db: tx }, actor);
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

function checkLanguage(language: string): void {
  if (new RegExp(LANGUAGE).test(language)) return;
  throw invalid(
    'language',
    `"${language}" is not a language code`,
    'two or three small letters, such as en, de or fra',
  );
}
