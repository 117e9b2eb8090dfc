import { hash, verify } from '@node-rs/argon2';
import { NEW_PASSWORD_TEXT } from '../../contract/sessions.js';
import type { Scope, Tx } from '../../db/database.js';
import { type LinkPurpose, removePasswordLinks } from '../../db/password-links.js';
import { findPasswordChange, writePassword } from '../../db/passwords.js';
import { removeSessionsOf } from '../../db/sessions.js';
import { invalid } from '../../errors.js';
import { createSemaphore } from '../../semaphore.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { recordChange } from '../audit.js';

/** Argon2id as OWASP's Password Storage Cheat Sheet has it: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const SHORTEST = 10;
const LONGEST = 256;

/** The commonest passwords that are long enough, in lower case. */
const COMMON = new Set(
  `0123456789 0987654321 1234567890 12345678910 123456789a 123456789q 1234567891 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc
  1qazxsw23edc 3rjs1la7qe abcdefghij abcdefghijk administrator asdfghjkl1 asdfghjkl; baseball123 basketball changeme12
  changeme123 correcthorsebatterystaple debrief123 dragon12345 football12 football123 hello12345 helloworld
  iloveyou12 iloveyou123 liverpool1 letmein123 letmein1234 manchester michelle12 monkey12345 mypassword mypassword1
  p@ssw0rd12 p@ssw0rd123 p@ssword123 passw0rd12 passw0rd123 password00 password01 password10 password11 password12
  password123 password123! password1234 password12345 password2024 password2025 password2026 passwordpassword princess12
  princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedcr qwerty1234 qwerty12345 qwerty123456 qwertyuiop qwertyuiop1
  qwertyuiop12 qwertyuiop123 secret1234 secret12345 starwars12 summer2024 summer2025 summer2026 sunshine12
  sunshine123 superman12 superman123 test123456 testtest12 welcome123 welcome1234 welcome12345 winter2024 winter2025
  winter2026 zaq12wsxcde3 zxcvbnm123 zxcvbnm1234`.split(/\s+/),
);

/** Throws `invalid` for a password that is too short, too long, or among the first that an attacker would try. */
export function checkNewPassword(password: string, email: string): void {
  const length = [...password].length;
  if (length < SHORTEST || length > LONGEST) {
    throw invalid('password', length < SHORTEST ? 'is too short' : 'is too long', NEW_PASSWORD_TEXT);
  }
  const folded = password.normalize('NFC').toLowerCase();
  if (folded === email.toLowerCase()) throw invalid('password', 'is the e-mail address', NEW_PASSWORD_TEXT);
  if (COMMON.has(folded) || new Set(folded).size === 1) {
    throw invalid('password', 'is one of the commonest', NEW_PASSWORD_TEXT);
  }
}

/** Two at once: each keeps a thread of Node's four and 19 MiB busy, and pages of calls need threads, too. */
const hashing = createSemaphore(2);

/** Normalised: keyboards compose the same characters in different ways. */
const bytesOf = (password: string) => Buffer.from(password.normalize('NFC'));

/** The Argon2id hash of a password, with its salt and cost, in PHC format. */
export function hashNewPassword(password: string): Promise<string> {
  return hashing.run(() => hash(bytesOf(password), COST));
}

/** Whether a password is the one that was hashed. */
export function fitsHash(stored: string, password: string): Promise<boolean> {
  return hashing.run(() => verify(stored, bytesOf(password)));
}

let dummy: Promise<string> | undefined;

/** Takes as long as `fitsHash`, so that the time of an answer does not tell whether there is a hash. */
export async function fitsNothing(password: string): Promise<false> {
  dummy ??= hashNewPassword('nobody has this password');
  await fitsHash(await dummy, password);
  return false;
}

/** Stores the password of a user whose row is locked, and ends their sessions and links. */
export async function storePassword(
  tx: Tx,
  actor: Actor,
  userId: string,
  hashed: string,
  how: { readonly by: LinkPurpose | 'command' | 'self' | 'setup'; readonly now: Micros },
): Promise<void> {
  const changedAt = await findPasswordChange(tx, actor, userId);
  await writePassword(tx, actor, userId, hashed, how.now);
  const before = changedAt === null ? null : { changedAt: formatInstant(changedAt) };
  const after = { changedAt: formatInstant(how.now), by: how.by };
  await recordChange(tx, actor, { kind: 'passwords', id: userId, before, after });
  await revokeLogIns(tx, actor, userId);
}

/** Ends all sessions of a user, and voids their links. */
export async function revokeLogIns(tx: Tx, scope: Scope, userId: string): Promise<void> {
  await removeSessionsOf(tx, scope, userId);
  await removePasswordLinks(tx, scope, userId, null);
}
