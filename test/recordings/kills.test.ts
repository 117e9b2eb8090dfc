// Whatever is killed while recordings are taken and processed: each call ends COMPLETE, with one transcript, one
// rendition, and no object in the store that nothing knows. `npm run test:media` kills 50 times, and DEBRIEF_KILLS says
// another number.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createDiskStore } from '#debrief/adapters/storage/disk.js';
import { systemClock } from '#debrief/clock.js';
import { sweepObjects } from '#debrief/services/objects/object-removal.js';
import { objectKey } from '#debrief/services/objects/objects.js';
import { isWhole } from '../media/media-suite.js';
import { type StartedCommand, startCommand } from '../support/command.js';
import { basic } from '../support/raw-http.js';
import { type Served, serve } from '../support/served.js';
import { makeAccount, until } from '../support/service.js';
import { openAlone } from '../support/suite.js';
import { toneWav } from '../support/wav.js';

const KILLS = Number(process.env.DEBRIEF_KILLS ?? (isWhole ? 50 : 5));
const SEED = Number(process.env.DEBRIEF_SEED ?? Date.now() % 1_000_000);
let state = SEED;
/** From 0 up to 1. */
const random = () => {
  state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
  return state / 2 ** 31;
};

/** The service is for reading: what is killed is another one. */
const { database, service } = await openAlone();
const account = await makeAccount(service);
const client = await account.client();
const settings = {
  DATABASE_URL: database.databaseUrl,
  DATA_DIR: database.dataDir,
  LOG_LEVEL: 'silent',
  SPEECH: 'command',
  SPEECH_COMMAND: `${process.execPath} ${resolve('test/support/hear-tones.js')}`,
};
const running = new Set<StartedCommand>();

function track(command: StartedCommand): StartedCommand {
  running.add(command);
  command.ended.then(() => running.delete(command));
  return command;
}

const startWorker = () => track(startCommand(['work'], settings));

async function startApi(): Promise<Served> {
  const api = await serve({ ...settings, WORKERS: '0' });
  track(api.command);
  return api;
}

afterAll(async () => {
  for (const { process, ended } of [...running]) {
    process.kill('SIGTERM');
    await ended;
  }
});

/** The processes that a process has started, and theirs. */
function descendants(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return children.map(Number).flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
}

async function kill(command: StartedCommand): Promise<void> {
  const ended = once(command.process, 'close');
  command.process.kill('SIGKILL');
  await ended;
}

const wavOf = (n: number) =>
  toneWav(
    [
      { channel: 0, start: 1, end: 2, pitch: 300 + n },
      { channel: 1, start: 3, end: 4, pitch: 500 },
    ],
    { seconds: 20 },
  );
const path = (externalId: string) =>
  `/api/v1/recordings?callTime=2026-03-01T10:00:00Z&direction=INBOUND&externalId=${externalId}`;

/** Sends a recording slowly, so that it can be broken off. Never fails. */
async function sendSlowly(url: string, externalId: string, wav: Buffer): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const closed = once(socket, 'close').catch(() => {});
  socket.on('error', () => {});
  const authorization = basic(client.username, client.password);
  socket.write(
    `POST ${path(externalId)} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${authorization}\r\ncontent-type: audio/wav\r\ncontent-length: ${wav.length}\r\nconnection: close\r\n\r\n`,
  );
  socket.resume();
  for (let at = 0; at < wav.length && !socket.destroyed; at += 65_536) {
    socket.write(wav.subarray(at, at + 65_536));
    await new Promise((go) => setTimeout(go, 20));
  }
  await closed;
}

test(
  `killed ${KILLS} times, every call ends COMPLETE and nothing is left over (DEBRIEF_SEED=${SEED})`,
  async () => {
    const sent = new Map<string, Buffer>();
    let worker = startWorker();
    let api = await startApi();
    for (let n = 0; n < KILLS; n++) {
      const externalId = randomUUID();
      sent.set(externalId, wavOf(n));
      const sending = sendSlowly(api.url, externalId, sent.get(externalId)!);
      const what = ['worker', 'decoder', 'api'][n % 3]!;
      if (what !== 'api') await sending;
      await new Promise((go) => setTimeout(go, random() * (what === 'api' ? 250 : 1_500)));
      if (what === 'worker') {
        await kill(worker);
        worker = startWorker();
      } else if (what === 'decoder') {
        const children = descendants(worker.process.pid!);
        const victim = children[Math.floor(random() * children.length)];
        if (victim !== undefined) process.kill(victim, 'SIGKILL');
      } else {
        await kill(api.command);
        await sending;
        api = await startApi();
      }
    }
    // A client sends again what was not answered; what was taken is found.
    for (const [externalId, wav] of sent) {
      const authorization = basic(client.username, client.password);
      const headers = { authorization, 'content-type': 'audio/wav' };
      const url = api.url + path(externalId);
      const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(wav) });
      expect([200, 201]).toContain(answer.status);
    }
    const scope = { accountId: account.accountId };
    const calls = async () =>
      (
        await service.pool.query(
          `select call_id, c.state, error_reason, s.step, s.state as step_state, s.reason, s.attempts from calls c
             left join processing_steps s using (account_id, call_id) where account_id = $1`,
          [scope.accountId],
        )
      ).rows;
    await until(async () => (await calls()).every((call) => call.state === 'COMPLETE'), {
      seconds: 40 + 5 * KILLS,
      left: calls,
    });
    expect(new Set((await calls()).map((call) => call.call_id)).size).toBe(sent.size);
    await kill(worker);
    // As ten minutes later: whoever was writing then is silent.
    await service.pool.query(
      `update stored_objects set touched_at = now() - interval '1 hour' where size_bytes is null`,
    );
    worker = startWorker();
    const store = createDiskStore(join(database.dataDir, 'recordings'), systemClock);
    await sweepObjects({ db: service.db, store, clock: systemClock }, new AbortController().signal);
    const known = async () =>
      (
        await service.pool.query(
          `select object_id from recordings where account_id = $1 union all
           select object_id from renditions where account_id = $1 order by 1`,
          [scope.accountId],
        )
      ).rows.map(({ object_id }) => objectKey(scope, object_id));
    const stored = async () => {
      const keys: string[] = [];
      for await (const { key } of store.list(`${scope.accountId}/`)) keys.push(key);
      return keys.sort();
    };
    await until(async () => (await stored()).join() === (await known()).join(), {
      left: async () => ({ stored: await stored(), known: await known() }),
    });
    expect(await known()).toHaveLength(2 * sent.size);
    const { rows } = await service.pool.query(
      'select count(*)::int as fragments from fragments f join calls c using (account_id, call_id) where account_id = $1 and fragment_id = c.transcript_fragment_id',
      [scope.accountId],
    );
    expect(rows[0].fragments).toBe(sent.size);
  },
  120_000 + 10_000 * KILLS,
);
