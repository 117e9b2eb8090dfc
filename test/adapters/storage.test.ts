import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { createDiskStore } from '#debrief/adapters/storage/disk.js';
import { openStore } from '#debrief/adapters/storage/open-store.js';
import { createS3Store, type S3Options } from '#debrief/adapters/storage/s3.js';
import { systemClock } from '#debrief/clock.js';
import { type Config, readConfig } from '#debrief/config.js';
import { startSwift } from '../support/swift.js';
import { describeStore } from './storage-conformance.js';

const dir = await mkdtemp(join(tmpdir(), 'debrief-disk-'));
const swift = await startSwift();
afterAll(() => swift.stop());
const { endpoint, accessKeyId, secretAccessKey } = swift;
const s3: S3Options = {
  endpoint,
  region: 'us-east-1',
  bucket: 'recordings',
  prefix: 'debrief/',
  credentials: { accessKeyId, secretAccessKey },
};
const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: s3.credentials! });
await client.send(new CreateBucketCommand({ Bucket: 'recordings' }));
afterAll(async () => {
  client.destroy();
  await rm(dir, { recursive: true, force: true });
});

describeStore('disk', async () => createDiskStore(join(dir, 'recordings'), systemClock));
describeStore('S3', async () => createS3Store(s3, systemClock));

const put = (store: { put: (key: string, bytes: Readable) => unknown }, key: string) =>
  store.put(key, Readable.from([Buffer.from('bytes')]));
const problem = (act: Promise<unknown>) =>
  act.then(
    () => 'none',
    (error) => `${error.code}: ${error.message}`,
  );

describe('the disk store', () => {
  it('keeps its files to its own user', async () => {
    const store = createDiskStore(join(dir, 'private'), systemClock);
    await put(store, 'account/0123abc');
    const file = await stat(join(dir, 'private', 'account', '01', '0123abc'));
    expect(file.mode & 0o777).toBe(0o600);
    for (const folder of ['', 'account', 'account/01', '.unfinished']) {
      expect((await stat(join(dir, 'private', folder))).mode & 0o777).toBe(0o700);
    }
    expect(await readdir(join(dir, 'private', '.unfinished'))).toEqual([]);
  });

  it('sweeps what a killed writer left a day ago, and no younger file', async () => {
    const store = createDiskStore(join(dir, 'swept'), systemClock);
    await put(store, 'account/0123abc');
    const left = join(dir, 'swept', '.unfinished');
    for (const name of ['old', 'young']) await writeFile(join(left, name), 'half');
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    await utimes(join(left, 'old'), twoDaysAgo, twoDaysAgo);
    expect(await store.sweep()).toBe(1);
    expect(await readdir(left)).toEqual(['young']);
    expect(await store.size('account/0123abc')).toBe(5);
  });

  it('says what is wrong with the disk', async () => {
    await writeFile(join(dir, 'file'), '');
    expect(await problem(createDiskStore(join(dir, 'file'), systemClock).check())).toMatch(
      /^unavailable: .*(EEXIST|ENOTDIR)/,
    );
  });
});

describe('the S3 store', () => {
  it('is refused with a wrong secret, and says which settings to check', async () => {
    const store = createS3Store({ ...s3, credentials: { accessKeyId, secretAccessKey: 'wrong' } }, systemClock);
    expect(await problem(store.check())).toMatch(/^unavailable: .*S3_SECRET_ACCESS_KEY/);
    await store.close();
  });

  it('names the bucket that is missing, and the endpoint that does not answer', async () => {
    const elsewhere = createS3Store({ ...s3, bucket: 'nowhere' }, systemClock);
    expect(await problem(elsewhere.check())).toMatch(/^unavailable: .*"nowhere".*S3_BUCKET/);
    const silent = createS3Store({ ...s3, endpoint: 'http://127.0.0.1:1' }, systemClock);
    expect(await problem(silent.check())).toMatch(/^unavailable: .*127\.0\.0\.1:1.*ECONNREFUSED.*S3_ENDPOINT/);
    await elsewhere.close();
    await silent.close();
  });

  it('leaves no multipart upload that failed, and sweeps only old ones', async () => {
    const uploads = async () =>
      (await client.send(new ListMultipartUploadsCommand({ Bucket: 'recordings' }))).Uploads ?? [];
    expect(await uploads()).toEqual([]);
    const begun = new CreateMultipartUploadCommand({ Bucket: 'recordings', Key: 'debrief/account/left' });
    await client.send(begun);
    const store = createS3Store(s3, systemClock);
    expect(await store.sweep()).toBe(0);
    const later = createS3Store(s3, { now: () => systemClock.now() + 2 * 86_400_000_000 });
    expect(await later.sweep()).toBe(1);
    expect(await uploads()).toEqual([]);
    await later.close();
    await store.close();
  });
});

describe('the settings of storage', () => {
  const config = (settings: Partial<Config>): Config => ({ ...readConfig(), DATA_DIR: dir, ...settings });

  it('choose the disk by default, in DATA_DIR', async () => {
    await put(await openStore(config({})), 'account/0123abc');
    expect(await createDiskStore(join(dir, 'recordings'), systemClock).size('account/0123abc')).toBe(5);
  });

  it('choose S3', async () => {
    const store = await openStore(
      config({
        STORAGE: 's3',
        S3_ENDPOINT: endpoint,
        S3_BUCKET: 'recordings',
        S3_ACCESS_KEY_ID: accessKeyId,
        S3_SECRET_ACCESS_KEY: secretAccessKey,
      }),
    );
    await store.check();
    await store.close();
  });

  it('name what is missing', async () => {
    expect(await problem(openStore(config({ STORAGE: 's3' })))).toMatch(/^invalid: S3_BUCKET/);
    const half = config({ STORAGE: 's3', S3_BUCKET: 'recordings', S3_ACCESS_KEY_ID: 'key' });
    expect(await problem(openStore(half))).toMatch(/^invalid: S3_SECRET_ACCESS_KEY/);
  });
});
