import { Kysely, PostgresDialect } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { createCredentialFinder, type FindCredential } from '#debrief/db/credentials.js';
import type { Tables } from '#debrief/db/schema.js';
import { updateAccount } from '#debrief/services/accounts/accounts.js';
import { revokeCredential, setCredentialRate } from '#debrief/services/accounts/credentials.js';
import { openSuite } from '../support/suite.js';

const { service, account } = await openSuite();
/** What happens to a statement's answer before it is handed on, by the statement's number. */
let onAnswer: (statement: number) => Promise<void>;
let statements: number;
let find: FindCredential;

beforeEach(() => {
  statements = 0;
  onAnswer = async () => {};
  const pool = {
    async connect() {
      const client = await service.pool.connect();
      const query = async (...args: Parameters<typeof client.query>) => {
        const statement = ++statements;
        const answer = await client.query(...args);
        await onAnswer(statement);
        return answer;
      };
      return { query, release: () => client.release() };
    },
    async end() {},
  };
  find = createCredentialFinder(new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool as never }) }));
});

const username = async () => (await account.client('read')).username;

test('many at once cost few statements, and each gets its own', async () => {
  const names = [await username(), await username(), 'nobody'];
  const asked = Array.from({ length: 90 }, (_, n) => names[n % 3]!);
  const found = await Promise.all(asked.map((name) => find(name)));
  expect(found.map((credential) => credential?.credentialId ?? 'nobody')).toEqual(asked);
  expect(statements).toBe(1);
});

test('who comes while a statement runs is answered by the next one', async () => {
  const name = await username();
  let late: ReturnType<FindCredential>[] = [];
  onAnswer = async (statement) => {
    if (statement > 1) return;
    expect(await revokeCredential({ db: service.db }, name)).toBe(true);
    late = [find(name), find(name)];
  };
  expect((await find(name))?.credentialId).toBe(name);
  expect(await Promise.all(late)).toEqual([null, null]);
  expect(statements).toBe(2);
});

test('what was found holds for a moment; a change is said to be made when that is over, for every process', async () => {
  const name = await username();
  const others = createCredentialFinder(service.db);
  for (const each of [find, find, others]) expect((await each(name))?.unlimited).toBe(true);
  expect(statements).toBe(1);
  await setCredentialRate({ db: service.db }, name, { day: 1, night: 1 });
  for (const each of [find, others]) expect((await each(name))?.unlimited).toBe(false);
  await updateAccount({ db: service.db }, account.actor, { timeZone: 'Europe/Berlin' });
  for (const each of [find, others]) expect((await each(name))?.timeZone).toBe('Europe/Berlin');
  await revokeCredential({ db: service.db }, name);
  for (const each of [find, others]) expect(await each(name)).toBeNull();
});

test('a statement that fails fails those who waited for it, and no others', async () => {
  const name = await username();
  let late: ReturnType<FindCredential> | null = null;
  onAnswer = async (statement) => {
    if (statement > 1) return;
    late = find(name);
    throw new Error('the connection is lost');
  };
  await expect(Promise.all([find(name), find(name)])).rejects.toThrow('the connection is lost');
  expect((await late!)?.credentialId).toBe(name);
  expect(statements).toBe(2);
});
