import { join, resolve } from 'node:path';
import { systemClock } from '../../clock.js';
import type { Config } from '../../config.js';
import { AppError, invalid } from '../../errors.js';
import { createDiskStore } from './disk.js';
import type { ObjectStore } from './object-store.js';

/**
 * The store of recordings that the settings choose. It is not reached before it is used. The S3 library is loaded only
 * where it is needed: it is an optional dependency, and takes memory.
 * @throws AppError `invalid` for settings that lack something, `unavailable` without the library.
 */
export async function openStore(config: Config): Promise<ObjectStore> {
  if (config.STORAGE === 'disk') return createDiskStore(join(resolve(config.DATA_DIR), 'recordings'), systemClock);
  if (config.S3_BUCKET === null)
    throw invalid('S3_BUCKET', 'is not set', 'the name of a bucket, because STORAGE is s3');
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  if ((accessKeyId === null) !== (secretAccessKey === null)) {
    const missing = accessKeyId === null ? 'S3_ACCESS_KEY_ID' : 'S3_SECRET_ACCESS_KEY';
    throw invalid(
      missing,
      'is not set',
      'the other half of the access key; without both, the machine’s own role is used',
    );
  }
  const { createS3Store } = await import('./s3.js').catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const todo = 'run `npm ci` without --omit=optional, or set STORAGE=disk';
    throw new AppError('unavailable', `STORAGE is s3, but the package @aws-sdk/client-s3 is not installed: ${todo}.`);
  });
  const where = {
    endpoint: config.S3_ENDPOINT,
    region: config.S3_REGION,
    bucket: config.S3_BUCKET,
    prefix: config.S3_PREFIX,
    credentials: accessKeyId === null || secretAccessKey === null ? null : { accessKeyId, secretAccessKey },
  };
  return createS3Store(where, systemClock);
}
