import { randomUUID } from 'node:crypto';
import { RIGHTS, type Right } from '../../contract/access.js';
import {
  type CredentialRate,
  credentialsSettled,
  insertCredential,
  writeCredentialRate,
  writeCredentialRevoked,
} from '../../db/credentials.js';
import type { Scope } from '../../db/database.js';
import { AppError, invalid } from '../../errors.js';
import type { DbDeps } from '../deps.js';
import { newToken } from '../tokens.js';
import { requireAccount } from './accounts.js';
import { checkRate } from './rates.js';

export interface NewCredential {
  readonly scopes: readonly Right[];
  readonly rate: CredentialRate;
  /** A random one by default. */
  readonly username?: string;
}

/** Creates a credential. Only this returns its password, of which the digest alone is stored. */
export async function createCredential(
  { db }: DbDeps,
  scope: Scope,
  { username = randomUUID(), scopes, rate }: NewCredential,
): Promise<{ username: string; password: string }> {
  await requireAccount({ db }, scope.accountId);
  const unknown = scopes.find((right) => !RIGHTS.includes(right));
  if (unknown !== undefined || scopes.length === 0) {
    throw invalid('scopes', unknown === undefined ? 'is empty' : `has "${unknown}"`, `some of ${RIGHTS.join(', ')}`);
  }
  checkRate(rate);
  const { token: password, digest } = newToken();
  await insertCredential(db, scope, { username, passwordHash: digest, scopes: [...new Set(scopes)], rate });
  return { username, password };
}

/**
 * Changes the rate of a credential in force, from its next request on; returns whose it is. Throws `not_found` for
 * another username, and `invalid` for a rate out of bounds.
 */
export async function setCredentialRate({ db }: DbDeps, username: string, rate: CredentialRate): Promise<Scope> {
  checkRate(rate);
  const scope = await writeCredentialRate(db, username, rate);
  if (scope === null) throw new AppError('not_found', `There is no credential ${username} in force.`);
  await credentialsSettled();
  return scope;
}

/** Revokes a credential, from its next request on; returns whether it was in force. */
export async function revokeCredential({ db }: DbDeps, username: string): Promise<boolean> {
  const wasInForce = await writeCredentialRevoked(db, username);
  await credentialsSettled();
  return wasInForce;
}
