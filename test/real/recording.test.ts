// A real telephone recording becomes a call, on either engine. What pocketsphinx hears in it is not judged.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ENGINES } from '../media/media-suite.js';
import { untilProcessed } from '../support/processing.js';
import { serve } from '../support/served.js';
import { makeAccount, makeClient } from '../support/service.js';
import { openAlone } from '../support/suite.js';

const path = join(process.env.DEBRIEF_REAL_DATA ?? '', 'recordings', 'auto-insurance-8khz-mono.wav');
/** The length of its PCM of 8 bits and 8 kHz, in seconds. */
const SECONDS = 277.66;

if (!existsSync(path)) throw new Error(`DEBRIEF_REAL_DATA names no folder with ${path}`);
const { database, service } = await openAlone();

interface Word {
  readonly start: string;
  readonly end: string;
  readonly v: number;
}

test.each(ENGINES)(
  'a real telephone recording becomes a complete, well-formed call: %s',
  async (_, decoder) => {
    const account = await makeAccount(service);
    const { databaseUrl, dataDir } = database;
    const settings = { LOG_LEVEL: 'warn', WORKERS: '1', SPEECH: 'pocketsphinx', SUMMARY: 'extractive', ...decoder };
    const served = await serve({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir, ...settings });
    try {
      // It holds each answer to the API's own schema.
      const client = await makeClient({ ...service, url: served.url }, account.accountId, ['admin']);
      const query = 'callTime=2026-03-01T14:30:00Z&direction=INBOUND&fileName=auto-insurance.wav';
      const type = { 'content-type': 'audio/wav' };
      const made = await client.send('POST', `/api/v1/recordings?${query}`, readFileSync(path), type);
      expect(made.status).toBe(201);
      const { id } = made.json();
      const steps = await untilProcessed(client, id, 1_500);
      expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
        'decode done',
        'transcribe done',
        'analyze done',
        expect.stringMatching(/^summarize (done|skipped)$/),
      ]);

      const call = (await client.get(`/api/v1/calls/${id}`)).json();
      expect(call).toMatchObject({ state: 'COMPLETE', errorReason: null, originalPath: 'auto-insurance.wav' });
      expect(call.duration).toBeCloseTo(SECONDS, 2);
      const transcript = call.transcript as Word[];
      console.log(`${_}: ${transcript.length} words`);
      expect(transcript.length).toBeGreaterThan(100);
      let last = 0;
      for (const { start, end, v } of transcript) {
        const times = [last, Number(start), Number(end), SECONDS + 0.01];
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(v).toBe(0);
        last = Number(start);
      }
      expect((await client.get(`/api/ev/2/call/${id}`)).json()).toMatchObject({ state: 'COMPLETE' });

      const { rendition, legs } = (await client.get(`/api/v1/calls/${id}/recording`)).json();
      expect(legs).toHaveLength(1);
      expect(rendition).toMatchObject({ channels: 1, sampleRate: 8000, silentChannels: [], notes: [] });
      expect(rendition.durationSeconds).toBeCloseTo(SECONDS, 3);
      const peaks = (await client.get(`/api/v1/calls/${id}/peaks`)).json();
      expect(peaks.peaks.map(({ length }: number[]) => length)).toEqual([2000]);
      expect((await client.get(`/api/v1/calls/${id}/audio`, { range: 'bytes=0-99' })).status).toBe(206);
      const { rows } = await service.pool.query(
        `select (select count(*) from renditions where call_id = $1)::int as renditions,
          (select count(*) from recognitions where call_id = $1)::int as recognitions,
          (select count(*) from stored_objects where call_id = $1)::int as objects`,
        [id],
      );
      expect(rows).toEqual([{ renditions: 1, recognitions: 1, objects: 2 }]);
    } finally {
      await served.stop();
    }
  },
  1_800_000,
);
