import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createDiskStore } from '#debrief/adapters/storage/disk.js';
import { systemClock } from '#debrief/clock.js';
import { createPool } from '#debrief/db/connection/pool.js';
import { databaseOf } from '#debrief/db/database.js';
import { commandActor } from '#debrief/services/actor.js';
import { upsertCall } from '#debrief/services/calls/calls.js';
import { type WorkerOptions, workOff } from '#debrief/worker/worker.js';
import type { RealCall } from './real-calls.js';
import type { Site } from './site.js';

/** A site's database, as the product opens it. Its pool is ended together with the site. */
export function openDatabase(site: Site): Pick<WorkerOptions, 'db' | 'pool' | 'connection'> {
  const connection = { connectionString: site.databaseUrl };
  let isClosing = false;
  const onError = (error: Error) => {
    if (!isClosing) throw error;
  };
  const pool = createPool({ connection, max: 4, onError });
  site.whenClosing(async () => {
    isClosing = true;
    await pool.end();
  });
  return { db: databaseOf(pool), pool, connection };
}

/** The options of a worker in this process. */
function workerOptions(site: Site): WorkerOptions {
  const store = createDiskStore(join(tmpdir(), 'debrief-bench-recordings'), systemClock);
  const openDecoder = () => Promise.reject(new Error('no bench decodes'));
  const parts = { store, openDecoder, recognizer: null, summarizer: null, keepsUploads: true };
  return { ...openDatabase(site), ...parts, log: pino({ level: 'silent' }) };
}

/** Stores each call this many times and analyses all of them. Returns the options of the worker that did it. */
export async function storeCalls(
  site: Site,
  calls: readonly Pick<RealCall, 'body'>[],
  copies: number,
): Promise<WorkerOptions> {
  const options = workerOptions(site);
  const deps = { db: options.db, clock: systemClock };
  const actor = commandActor({ accountId: site.accountId });
  for (let copy = 0; copy < copies; copy++) {
    for (const { body } of calls) {
      const { externalId: _, ...fields } = body.fields;
      const sent = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND', ...fields };
      await upsertCall(deps, actor, { ...body, fields: sent });
    }
  }
  await workOff(options);
  return options;
}
