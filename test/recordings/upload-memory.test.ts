// How much memory a long upload takes: that of a real server process, onto the disk and onto an S3 API. DEBRIEF_UPLOAD_BYTES
// says how long it is; `npm run test:media` sends the most that is taken.

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isWhole } from '../media/media-suite.js';
import { startDatabase, type TemporaryDatabase } from '../support/database.js';
import { basic } from '../support/raw-http.js';
import { serve } from '../support/served.js';
import { makeAccount, makeClient, startService, type TestAccount, type TestService } from '../support/service.js';
import { type Swift, startSwift } from '../support/swift.js';

const MIB = 1024 ** 2;
const BYTES = Number(process.env.DEBRIEF_UPLOAD_BYTES ?? (isWhole ? 2048 * MIB : 64 * MIB));
const CHUNK = randomBytes(MIB);

let database: TemporaryDatabase;
let service: TestService;
let account: TestAccount;
let swift: Swift;

beforeAll(async () => {
  database = await startDatabase();
  service = await startService({ databaseUrl: database.databaseUrl });
  account = await makeAccount(service);
  swift = await startSwift();
  const { endpoint, accessKeyId, secretAccessKey } = swift;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  await s3.send(new CreateBucketCommand({ Bucket: 'recordings' }));
  s3.destroy();
});
afterAll(async () => {
  await swift.stop();
  await service.close();
  await database.stop();
});

/** Bytes that are made as they are taken, of which no two mebibytes are the same. */
function* made(bytes: number, digest: { update(chunk: Buffer): unknown }): Generator<Buffer> {
  for (let left = bytes, n = 0; left > 0; n++) {
    const chunk = Buffer.from(CHUNK.subarray(0, Math.min(MIB, left)));
    chunk.writeUInt32LE(n);
    digest.update(chunk);
    left -= chunk.length;
    yield chunk;
  }
}

/** A figure of a process's memory, in MB. */
async function megabytes(pid: number, figure: 'VmHWM' | 'VmRSS'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${figure}:\\s+(\\d+)`).exec(status)![1]) / 1024;
}

const s3Settings = () => ({
  STORAGE: 's3',
  S3_ENDPOINT: swift.endpoint,
  S3_BUCKET: 'recordings',
  S3_ACCESS_KEY_ID: swift.accessKeyId,
  S3_SECRET_ACCESS_KEY: swift.secretAccessKey,
});

test.each<[string, number, () => Record<string, string>]>([
  ['the disk', 40, () => ({})],
  ['S3', 120, s3Settings],
])(
  `an upload of ${BYTES / MIB} MiB onto %s grows the server by less than %i MB`,
  async (where, most, settings) => {
    const served = await serve({
      DATABASE_URL: database.databaseUrl,
      DATA_DIR: database.dataDir,
      LOG_LEVEL: 'warn',
      WORKERS: '0',
      ...settings(),
    });
    try {
      const client = await makeClient({ ...service, url: served.url }, account.accountId, ['admin']);
      const before = { peak: await megabytes(served.pid, 'VmHWM'), now: await megabytes(served.pid, 'VmRSS') };
      const digest = createHash('sha256');
      const query = new URLSearchParams({ callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND', externalId: where });
      const request = http.request(`${served.url}/api/v1/recordings?${query}`, {
        method: 'POST',
        headers: {
          authorization: basic(client.username, client.password),
          'content-type': 'application/octet-stream',
          'content-length': BYTES,
        },
      });
      const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
      await Promise.all([pipeline(Readable.from(made(BYTES, digest)), request), answered]);
      const [answer] = await answered;
      const body = await text(answer);
      expect(answer.statusCode, body).toBe(201);
      const peak = await megabytes(served.pid, 'VmHWM');
      console.log(
        `${where}: ${BYTES / MIB} MiB; peak ${before.peak.toFixed(0)} → ${peak.toFixed(0)} MB`,
        `(${before.now.toFixed(0)} MB before)`,
      );
      expect(peak - before.peak).toBeLessThan(most);
      // All of it has come.
      const { legs } = (await client.get(`/api/v1/calls/${JSON.parse(body).id}/recording`)).json();
      expect(legs).toMatchObject([{ sizeBytes: BYTES, sha256: digest.digest('hex') }]);
    } finally {
      await served.stop();
    }
  },
  900_000,
);
