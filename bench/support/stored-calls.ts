import { pino } from 'pino';
import { systemClock } from '#debrief/clock.js';
import { commandActor } from '#debrief/services/actor.js';
import { upsertCall } from '#debrief/services/calls/calls.js';
import { type WorkerOptions, workOff } from '#debrief/worker/worker.js';
import type { RealCall } from './real-calls.js';
import type { Site } from './site.js';

/** What a worker in this process needs. */
export function workerOptions({ db, pool, databaseUrl }: Site): WorkerOptions {
  return { db, pool, connection: { connectionString: databaseUrl }, log: pino({ level: 'silent' }) };
}

/** Stores each call so many times, and analyses them. */
export async function storeCalls(site: Site, calls: readonly RealCall[], copies: number): Promise<void> {
  const { db, accountId } = site;
  for (let copy = 0; copy < copies; copy++) {
    for (const { body } of calls) {
      const { externalId: _, ...fields } = body.fields;
      const given = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND', ...fields };
      await upsertCall({ db, clock: systemClock }, commandActor({ accountId }), { ...body, fields: given });
    }
  }
  await workOff(workerOptions(site));
}
