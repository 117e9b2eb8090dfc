import { type Selectable, sql } from 'kysely';
import { formatDayHours } from '../contract/day-hours.js';
import type { Account } from '../contract/v1-answers.js';
import { formatInstant } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { Tables } from './schema.js';

/**
 * Which calls people see besides their own and those shared with them. With `team`, managers see their teams' calls.
 */
export type CallVisibility = Account['callVisibility'];

const columns = [
  'account_id',
  'name',
  'time_zone',
  'language',
  'call_visibility',
  'created_at',
  'day_rate',
  'night_rate',
  'day_start_minute',
  'day_end_minute',
  'rate_time_zone',
  'ours',
  'speech_names',
] as const;

function toAccount(row: Pick<Selectable<Tables['accounts']>, (typeof columns)[number]>): Account {
  return {
    accountId: row.account_id,
    name: row.name,
    timeZone: row.time_zone,
    language: row.language,
    callVisibility: row.call_visibility,
    recordings: { ours: row.ours, names: row.speech_names },
    rate: {
      day: row.day_rate,
      night: row.night_rate,
      hours: formatDayHours(row.day_start_minute, row.day_end_minute),
      timeZone: row.rate_time_zone,
    },
    createdAt: formatInstant(row.created_at),
  };
}

/** All accounts, the oldest first. */
export async function selectAccounts(db: Db | Tx): Promise<Account[]> {
  const rows = await db.selectFrom('accounts').select(columns).orderBy('created_at').execute();
  return rows.map(toAccount);
}

/** Whether there is any account. */
export async function hasAccounts(db: Db | Tx): Promise<boolean> {
  return (await sql`select 1 from accounts limit 1`.execute(db)).rows.length > 0;
}

/** Until commit, no other transaction adds or changes an account. */
export async function lockAccounts(tx: Tx): Promise<void> {
  await sql`lock table accounts in share row exclusive mode`.execute(tx);
}

/** The account; null if it does not exist. */
export async function findAccount(db: Db | Tx, scope: Scope): Promise<Account | null> {
  const row = await db
    .selectFrom('accounts')
    .select(columns)
    .where('account_id', '=', scope.accountId)
    .executeTakeFirst();
  return row === undefined ? null : toAccount(row);
}

/**
 * Locks the account's row until commit. Changes to something an account has only one of, such as its tree of teams,
 * lock it first: what one of them has checked still holds when it commits.
 */
export async function lockAccount(tx: Tx, scope: Scope): Promise<void> {
  await sql`select 1 from accounts where account_id = ${scope.accountId} for no key update`.execute(tx);
}

/** Adds an account, with the head of its feeds. Topic number 1 is left for `insertCanonicalQuestions`. */
export async function insertAccount(
  tx: Tx,
  { accountId, name, timeZone, language }: Pick<Account, 'accountId' | 'name' | 'timeZone' | 'language'>,
): Promise<void> {
  await tx
    .insertInto('accounts')
    .values({ account_id: accountId, name, time_zone: timeZone, language, next_topic_id: 2 })
    .execute();
  await sql`insert into feed_heads (account_id, head) values (${accountId}, clock_timestamp())`.execute(tx);
}

/** How an account's recordings are recognized. */
export interface SpeechSettings {
  /** A code in ISO 639. */
  readonly language: string;
  /** The channel of the account's own side in recordings of two channels; null if it differs. */
  readonly ours: 'left' | 'right' | null;
  /** Names and terms to expect. */
  readonly names: readonly string[];
}

/** How an account's recordings are recognized. */
export async function findSpeechSettings(db: Db | Tx, scope: Scope): Promise<SpeechSettings> {
  return db
    .selectFrom('accounts')
    .select(['language', 'ours', 'speech_names as names'])
    .where('account_id', '=', scope.accountId)
    .executeTakeFirstOrThrow();
}

/** Settings of an account. Those left out or undefined stay as they are. */
export interface AccountSettings {
  readonly name?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly language?: string | undefined;
  readonly callVisibility?: CallVisibility | undefined;
  /** As in `SpeechSettings`. */
  readonly ours?: 'left' | 'right' | null | undefined;
  readonly speechNames?: readonly string[] | undefined;
  /** Requests per second to API v2, by day and by night. */
  readonly dayRate?: number | undefined;
  readonly nightRate?: number | undefined;
  /** Minutes after midnight in `rateTimeZone`. */
  readonly dayStartMinute?: number | undefined;
  readonly dayEndMinute?: number | undefined;
  readonly rateTimeZone?: string | undefined;
}

/** Changes the given settings. At least one must be given. */
export async function writeAccount(tx: Tx, scope: Scope, settings: AccountSettings): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({
      name: settings.name,
      time_zone: settings.timeZone,
      language: settings.language,
      call_visibility: settings.callVisibility,
      ours: settings.ours,
      speech_names: settings.speechNames && [...settings.speechNames],
      day_rate: settings.dayRate,
      night_rate: settings.nightRate,
      day_start_minute: settings.dayStartMinute,
      day_end_minute: settings.dayEndMinute,
      rate_time_zone: settings.rateTimeZone,
    })
    .where('account_id', '=', scope.accountId)
    .execute();
}
