import { expect, test } from 'vitest';
import type { Credential } from '../../db/credentials.js';
import { digestOf } from '../../services/tokens.js';
import { createAuthenticator } from './auth.js';

const basic = (username: string, password: string) => `Basic ${btoa(`${username}:${password}`)}`;
const reading = (password: string): Credential => ({
  credentialId: 'me',
  accountId: 'a',
  timeZone: 'UTC',
  passwordHash: digestOf(password),
  scopes: ['read'],
  unlimited: true,
  dayRate: 1,
  nightRate: 1,
  rateTimeZone: 'UTC',
  dayStartMinute: 0,
  dayEndMinute: 0,
});

test('a header that was right is right by that reading of its credential only', async () => {
  let found: Credential | null = reading('one');
  const authenticate = createAuthenticator(async (id) => (id === 'me' ? found : null));
  const right = basic('me', 'one');
  const first = await authenticate(right);
  expect(first?.actor.by).toEqual({ kind: 'credential', id: 'me' });
  expect(await authenticate(right)).toBe(first);
  expect(await authenticate(basic('me', 'two'))).toBeNull();
  found = { ...found, scopes: ['write'] };
  expect([...(await authenticate(right))!.actor.rights]).toEqual(['write', 'read']);
  found = reading('two');
  expect(await authenticate(right)).toBeNull();
  expect(await authenticate(basic('me', 'two'))).not.toBeNull();
  found = null;
  expect(await authenticate(basic('me', 'two'))).toBeNull();
  expect(await authenticate(undefined)).toBeNull();
});
