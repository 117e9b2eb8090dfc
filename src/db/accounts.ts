import { type Selectable, sql } from 'kysely';
import { formatDayHours } from '../contract/day-hours.js';
import { AppError } from '../errors.js';
import { formatInstant } from '../wire/instants.js';
import type { Db, Scope, Tx } from './database.js';
import type { Tables } from './schema.js';

// What the commands show of accounts and credentials. No password, and no hash of one, is among it.

export type CallVisibility = 'everyone' | 'team' | 'own';

export interface ShownAccount {
  readonly accountId: string;
  readonly name: string;
  readonly timeZone: string;
  /** What the calls are mostly in, by its code: searches find the forms of words in English alone. */
  readonly language: string;
  /** Whose calls people see besides their own and those shared with them: managers their teams' for `team`. */
  readonly callVisibility: CallVisibility;
  /** Requests a second of API v2, by day and by night; which hours are day, and on whose clock. */
  readonly rate: { readonly day: number; readonly night: number; readonly hours: string; readonly timeZone: string };
  readonly createdAt: string;
}

const accountColumns = [
  ...(['account_id', 'name', 'time_zone', 'language', 'call_visibility', 'created_at'] as const),
  ...(['day_rate', 'night_rate', 'day_start_minute', 'day_end_minute', 'rate_time_zone'] as const),
];

function showAccount(row: Pick<Selectable<Tables['accounts']>, (typeof accountColumns)[number]>): ShownAccount {
  return {
    accountId: row.account_id,
    name: row.name,
    timeZone: row.time_zone,
    language: row.language,
    callVisibility: row.call_visibility,
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
export async function listAccounts(db: Db): Promise<ShownAccount[]> {
  const rows = await db.selectFrom('accounts').select(accountColumns).orderBy('created_at').execute();
  return rows.map(showAccount);
}

export async function readAccount(db: Db | Tx, scope: Scope): Promise<ShownAccount> {
  const row = await db
    .selectFrom('accounts')
    .select(accountColumns)
    .where('account_id', '=', scope.accountId)
    .executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no account ${scope.accountId}.`, { field: 'account' });
  return showAccount(row);
}

/** Lets one change at a time of what an account has one of, such as its tree of teams: what is checked still holds at commit. */
export async function lockAccount(tx: Tx, scope: Scope): Promise<void> {
  await sql`select 1 from accounts where account_id = ${scope.accountId} for no key update`.execute(tx);
}

export interface ShownCredential {
  readonly username: string;
  readonly scopes: readonly string[];
  /** Requests a second; `account` takes the account's own. */
  readonly rate: 'unlimited' | 'account' | { readonly day: number | null; readonly night: number | null };
  readonly createdAt: string;
  /** Null while it is in force. */
  readonly revokedAt: string | null;
}

/** An account's credentials, the oldest first, revoked ones too. */
export async function listCredentials(db: Db, scope: Scope): Promise<ShownCredential[]> {
  const rows = await db
    .selectFrom('credentials')
    .select(['credential_id', 'scopes', 'day_rate', 'night_rate', 'unlimited', 'created_at', 'revoked_at'])
    .where('account_id', '=', scope.accountId)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => {
    const own = row.day_rate !== null || row.night_rate !== null;
    return {
      username: row.credential_id,
      scopes: row.scopes,
      rate: row.unlimited ? 'unlimited' : own ? { day: row.day_rate, night: row.night_rate } : 'account',
      createdAt: formatInstant(row.created_at),
      revokedAt: formatInstant(row.revoked_at),
    };
  });
}
