// How much memory a long upload takes: that of a real server process, onto the disk and onto an S3 API. DEBRIEF_UPLOAD_BYTES
// says how long it is; `npm run test:media` sends the most that is taken.

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isWhole } from '../media/media-suite.js';
import { peakMegabytes } from '../support/process-memory.js';
import { basic } from '../support/raw-http.js';
import { serve } from '../support/served.js';
import { makeAccount, makeClient, type TestClient } from '../support/service.js';
import { openAlone } from '../support/suite.js';
import { type Swift, startSwift } from '../support/swift.js';

const MIB = 1024 ** 2;
const BYTES = Number(process.env.DEBRIEF_UPLOAD_BYTES ?? (isWhole ? 2048 * MIB : 64 * MIB));
const CHUNK = randomBytes(MIB);

const { database, service } = await openAlone();
const account = await makeAccount(service);
let swift: Swift;

beforeAll(async () => {
  swift = await startSwift();
  const { endpoint, accessKeyId, secretAccessKey } = swift;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  await s3.send(new CreateBucketCommand({ Bucket: 'recordings' }));
  s3.destroy();
});
afterAll(() => swift.stop());

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

/** Sends a recording of so many bytes. Returns its call's id and the digest of what was sent. */
async function send(url: string, client: TestClient, externalId: string, bytes: number) {
  const digest = createHash('sha256');
  const query = new URLSearchParams({ callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND', externalId });
  const request = http.request(`${url}/api/v1/recordings?${query}`, {
    method: 'POST',
    headers: {
      authorization: basic(client.username, client.password),
      'content-type': 'application/octet-stream',
      'content-length': bytes,
    },
  });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  await Promise.all([pipeline(Readable.from(made(bytes, digest)), request), answered]);
  const [answer] = await answered;
  const body = await text(answer);
  expect(answer.statusCode, body).toBe(201);
  return { id: JSON.parse(body).id as string, sha256: digest.digest('hex') };
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
      const cold = await peakMegabytes(served.pid);
      // What a server needs for its first recording is not what a long one needs more.
      await send(served.url, client, `${where}, first`, MIB);
      const before = await peakMegabytes(served.pid);
      const { id, sha256 } = await send(served.url, client, where, BYTES);
      const peak = await peakMegabytes(served.pid);
      console.log(
        `${where}: ${BYTES / MIB} MiB; peak ${cold.toFixed(0)} MB when started, ${before.toFixed(0)} MB after a short`,
        `recording, ${peak.toFixed(0)} MB after the long one`,
      );
      expect(peak - before).toBeLessThan(most);
      // All of it has come.
      const { legs } = (await client.get(`/api/v1/calls/${id}/recording`)).json();
      expect(legs).toMatchObject([{ sizeBytes: BYTES, sha256 }]);
    } finally {
      await served.stop();
    }
  },
  900_000,
);
