// Users are merged while calls and everything else that names them come in, and the worker is killed: nothing of them is left.

import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atRest, expectOk } from '../support/analysed.js';
import { type StartedCommand, startCommand } from '../support/command.js';
import { lockIsWaitedFor, makeAccount, type TestAccount, type TestClient, until } from '../support/service.js';
import { mark, recorded, standing } from '../support/standing.js';
import { openAlone } from '../support/suite.js';

const { database, service } = await openAlone();
let worker: StartedCommand;

const startWorker = () => startCommand(['work'], { DATABASE_URL: database.databaseUrl, LOG_LEVEL: 'warn' });

beforeAll(() => {
  worker = startWorker();
});
afterAll(async () => {
  const ended = once(worker.process, 'close');
  worker.process.kill('SIGTERM');
  await ended;
});

const CALL = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND', duration: 60 };
const LOST = 'the-one-who-is-merged';
const EMAIL = 'lost@x.example';

/** Whatever names a user, each in a way of its own; `n` makes it another one. */
type Writer = (client: TestClient, n: number) => ReturnType<TestClient['send']>;
const writers: Record<string, Writer> = {
  callerId: (client) => client.send('POST', '/api/v1/calls', { ...CALL, callerId: LOST }),
  callerEmail: (client) => client.send('POST', '/api/v1/calls', { ...CALL, callerEmail: EMAIL }),
  callerSystemId: (client) => client.send('POST', '/api/v1/calls', { ...CALL, callerSystemId: '7' }),
  participants: (client) => {
    const participants = [
      { speakerNumber: 0, email: EMAIL },
      { speakerNumber: 1, userId: LOST },
    ];
    return client.send('POST', '/api/v1/calls', { ...CALL, participants });
  },
  again: (client) => client.send('POST', '/api/v1/calls', { ...CALL, externalId: 'same', callerId: LOST }),
  feedback: (client) => {
    const body = { callId: 'first', feedbackBy: LOST, startTime: 1, text: `${mark(LOST)}x</span>`, mentions: [LOST] };
    return client.send('POST', '/api/v1/feedback', body);
  },
  shares: (client) =>
    client.send('POST', '/api/v1/shares', { callId: 'first', sharedBy: LOST, recipientUserIds: [LOST, 'kept'] }),
  listens: (client, n) => {
    const body = { callId: 'first', listener: LOST, session: `s${n % 3}`, spans: [[n % 50, (n % 50) + 1]] };
    return client.send('POST', '/api/v1/listens', body);
  },
  meetings: (client) => {
    const body = { coachId: LOST, recipientId: 'other', dateTime: '2026-03-02T10:00Z' };
    return client.send('POST', '/api/v1/meetings', body);
  },
  observations: (client, n) => {
    const observedAt = new Date(Date.UTC(2026, 2, 1) + n * 1000).toISOString();
    const body = { observedAt, observerId: 'other', observedId: LOST, kpiId: 1, value: n };
    return client.send('POST', '/api/v1/observations', body);
  },
};

/** Rows of the merged user, at one of which whoever hands them on is stopped. */
const STOPS = ['calls', 'participants', 'kpi_observations', 'feedback', 'shares', 'listens', 'meetings'];

async function makeLost(): Promise<{ account: TestAccount; client: TestClient }> {
  const account = await makeAccount(service);
  const client = await account.client();
  await account.addUser(EMAIL, { id: LOST, role: 'admin', systemIds: ['7'] });
  await account.addUser('kept@x.example', { id: 'kept', role: 'admin' });
  await account.addUser('other@x.example', { id: 'other' });
  await expectOk(client.send('POST', '/api/v1/calls', { ...CALL, id: 'first', callerId: LOST }));
  await expectOk(client.send('POST', '/api/v1/kpis', { description: 'Dials', frequency: 'DAILY', target: 5 }));
  for (const [index, write] of Object.values(writers).entries()) await expectOk(write(client, 10_000 + index));
  return { account, client };
}

/** Merges; kills the worker with rows of this table half handed on, and starts another. */
async function mergeAndKill(client: TestClient, table: string, write: () => Promise<void>): Promise<void> {
  // The rows are locked only once the merge is through: it may wait for a writer, and the writer for these rows.
  await atRest(service, client.accountId);
  worker.process.kill('SIGSTOP');
  const writing = [write()];
  await expectOk(client.send('POST', `/api/v1/users/${LOST}/merge`, { into: 'kept' }));
  const holder = await service.pool.connect();
  await holder.query('begin');
  try {
    await holder.query(`select 1 from ${table} where account_id = $1 for no key update`, [client.accountId]);
    worker.process.kill('SIGCONT');
    await until(() => lockIsWaitedFor(service, `from "${table}"|from ${table} l`));
    writing.push(write());
    const ended = once(worker.process, 'close');
    worker.process.kill('SIGKILL');
    await ended;
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  worker = startWorker();
  await Promise.all([...writing, write()]);
}

test('nothing of a merged user is left, whatever comes in meanwhile and whenever the worker dies', async () => {
  const kinds = Object.keys(writers);
  const order = fc.shuffledSubarray(kinds, { minLength: kinds.length, maxLength: kinds.length });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...STOPS), order, async (stop, names) => {
      const { client } = await makeLost();
      let written = 0;
      await mergeAndKill(client, stop, async () => {
        for (const name of names) {
          const answer = await writers[name]!(client, ++written);
          expect([200, 201], answer.text).toContain(answer.status);
        }
      });
      await atRest(service, client.accountId);
      expect(written).toBe(3 * kinds.length);
      const left = (await standing(service, client.accountId, LOST)).filter((column) => !recorded.includes(column));
      expect(left).toEqual([]);
    }),
    { numRuns: 3, endOnFailure: true },
  );
}, 90_000);
