import { timingSafeEqual } from 'node:crypto';
import { clientNetwork } from '../../addresses.js';
import type { Clock } from '../../clock.js';
import type { Right } from '../../contract/access.js';
import type { Credential, FindCredential } from '../../db/credentials.js';
import type { TurnTaker } from '../../db/rate-turns.js';
import { AppError } from '../../errors.js';
import type { Actor } from '../../services/actor.js';
import { digestOf } from '../../services/tokens.js';
import { MINUTE, type Micros } from '../../wire/instants.js';
import type { RateHours } from '../rate-limit/rate-hours.js';

/** The caller of a request with a credential. */
interface CredentialCaller {
  readonly actor: Actor;
  readonly limited: Limited;
  readonly sessionId: null;
}

/** A credential as the rate limit sees it. */
export interface Limited extends TurnTaker {
  /** Null if it is unlimited. */
  readonly rateHours: RateHours | null;
}

/** The rights that a right implies. */
const implied: Record<Right, readonly Right[]> = {
  admin: ['admin', 'write', 'read'],
  write: ['write', 'read'],
  read: ['read'],
  delete: ['delete'],
};

const NO_HASH = Buffer.alloc(32);

/**
 * Finds the caller of a Basic `Authorization` header (RFC 7617). Null if the header is wrong, or its credential unknown
 * or revoked.
 */
export type Authenticate = (header: string | undefined) => Promise<CredentialCaller | null>;

/** How long accepted headers, with the passwords in them, are remembered. */
const REMEMBERED_MS = 100;

/** Makes an `Authenticate` over a finder of credentials. */
export function createAuthenticator(findCredential: FindCredential): Authenticate {
  // A busy client sends the same header again and again. It need not be compared again while its credential has not
  // been read anew.
  const right = new Map<string, Credential>();
  function remember(header: string, credential: Credential): void {
    if (right.size === 0) setTimeout(() => right.clear(), REMEMBERED_MS).unref();
    right.set(header, credential);
  }
  async function compare(header: string) {
    const basic = readBasic(header);
    if (basic === null) return null;
    const credential = await findCredential(basic.username);
    const hash = digestOf(basic.password);
    // The comparison runs for unknown names too, so that they take as long.
    const matches = timingSafeEqual(hash, credential?.passwordHash ?? NO_HASH);
    if (credential === null || !matches) return null;
    remember(header, credential);
    return callerOf(credential);
  }
  return async (header = '') => {
    const known = right.get(header);
    const isCurrent = known !== undefined && (await findCredential(known.credentialId)) === known;
    return isCurrent ? callerOf(known) : compare(header);
  };
}

/** The callers of the credentials found. */
const callers = new WeakMap<Credential, CredentialCaller>();

function callerOf(credential: Credential): CredentialCaller {
  const caller = callers.get(credential) ?? makeCaller(credential);
  callers.set(credential, caller);
  return caller;
}

function makeCaller(credential: Credential): CredentialCaller {
  const { accountId, credentialId, timeZone, unlimited } = credential;
  const rights = new Set(credential.scopes.flatMap((scope) => implied[scope]));
  const { rateTimeZone, dayStartMinute, dayEndMinute, dayRate, nightRate } = credential;
  const hours = { timeZone: rateTimeZone, dayStartMinute, dayEndMinute, dayRate, nightRate };
  return {
    actor: { accountId, timeZone, by: { kind: 'credential', id: credentialId }, rights, sight: 'all' },
    sessionId: null,
    limited: { accountId, credentialId, rateHours: unlimited ? null : hours },
  };
}

const MAX_HEADER = 1024;

function readBasic(header: string): { username: string; password: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header.slice(0, MAX_HEADER))?.[1];
  if (encoded === undefined) return null;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon <= 0 || decoded.includes('\0')) return null;
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/**
 * Requires a right.
 * @throws AppError `forbidden` if the actor lacks it.
 */
export function requireRight(actor: Actor, right: Right): void {
  if (actor.rights.has(right)) return;
  const detail =
    right === 'delete'
      ? 'Deleting is not enabled for this credential.'
      : `This needs a credential with the ${right} scope.`;
  throw new AppError('forbidden', detail);
}

/** Failures without delay. After them, each answer waits twice as long as the one before. */
const FREE_FAILURES = 5;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 8_000;
const FORGET_AFTER: Micros = 15 * MINUTE;
const MAX_CLIENTS = 10_000;

/** Delays answers to failed log-ins, by the client's network: see `clientNetwork`. */
export interface FailureSlowdown {
  /** Counts a failure of an address. Returns how long its answer should wait, in milliseconds. */
  failed(address: string): number;
  /** Forgets the failures of an address. */
  succeeded(address: () => string): void;
}

/** Makes a slowdown that keeps its counts in memory. */
export function createFailureSlowdown(clock: Clock): FailureSlowdown {
  const failures = new Map<string, { count: number; last: number }>();
  return {
    failed(address) {
      const now = clock.now();
      const client = clientNetwork(address);
      const known = failures.get(client);
      const count = (known && now - known.last < FORGET_AFTER ? known.count : 0) + 1;
      // Re-inserting keeps the map in order of last failure, so the oldest is the first.
      failures.delete(client);
      failures.set(client, { count, last: now });
      if (failures.size > MAX_CLIENTS) failures.delete(failures.keys().next().value!);
      return count <= FREE_FAILURES ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (count - FREE_FAILURES - 1), MAX_DELAY_MS);
    },
    succeeded(address) {
      if (failures.size > 0) failures.delete(clientNetwork(address()));
    },
  };
}
