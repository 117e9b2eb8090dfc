import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import { checkRoundTrip } from './check.js';
import { isKey, soundKey } from './keys.js';
import { writeLocalFile } from './local-file.js';
import type { ObjectStore, StoredObject } from './object-store.js';
import { partsOf } from './parts.js';

/** Where an S3 API is, and how to log in there. */
export interface S3Options {
  /** Null for Amazon's. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly bucket: string;
  /** What the keys of all objects begin with. */
  readonly prefix: string;
  /** Null leaves it to what the machine has: a role, a profile. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

/** With it, the 10,000 parts that S3 allows are 160 GB, and an upload holds 32 MB of memory. */
const PART_BYTES = 16 * 1024 ** 2;
const DAY_MS = 86_400_000;
const CONNECT_MS = 10_000;
/** How long a request may take until its answer begins, in milliseconds: a part at half a megabit a second. */
const REQUEST_MS = 300_000;
/** Longer than the server lets a client stop reading, so that only a connection that is dead ends by it. */
const IDLE_MS = 180_000;
/** Each object that is being read holds a socket for as long as its reader takes. The SDK's default of 50 is few. */
const MAX_SOCKETS = 2_000;

/** Stores objects in a bucket. Only common requests are used, because other servers than Amazon's lack the newer ones. */
export function createS3Store({ endpoint, region, bucket, prefix, credentials }: S3Options, clock: Clock): ObjectStore {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const client = new S3Client({
    region,
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    // Checksums in trailers are unknown to many servers, some of which store them as part of the object.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
      socketTimeout: IDLE_MS,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
  const at = (key: string) => ({ Bucket: bucket, Key: prefix + soundKey(key) });
  /** Runs requests, and says in our words what is wrong. */
  const ask = async <T>(requests: () => Promise<T>): Promise<T> => {
    try {
      return await requests();
    } catch (error) {
      throw s3Error(error, { endpoint, region, bucket });
    }
  };

  /** Uploads all parts, of which `first` is read already. */
  async function putParts(key: string, first: Buffer, rest: AsyncIterator<Buffer>, signal: AbortSignal | undefined) {
    const failed = new AbortController();
    const abortSignal = AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]);
    const { UploadId } = await ask(() => client.send(new CreateMultipartUploadCommand(at(key)), { abortSignal }));
    const upload = { ...at(key), UploadId };
    let sending: Promise<{ readonly ETag?: string | undefined }> | undefined;
    try {
      const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
      let sizeBytes = 0;
      let part: Buffer | undefined = first;
      while (part !== undefined) {
        const Body: Buffer = part;
        const PartNumber = Parts.length + 1;
        sending = ask(() => client.send(new UploadPartCommand({ ...upload, PartNumber, Body }), { abortSignal }));
        // The next part is read while this one is sent.
        const [{ ETag }, next] = await Promise.all([sending, rest.next()]);
        Parts.push({ PartNumber, ETag });
        sizeBytes += Body.length;
        part = next.done ? undefined : next.value;
      }
      await ask(() =>
        client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }), { abortSignal }),
      );
      return sizeBytes;
    } catch (error) {
      // A part that comes after the removal would stay.
      failed.abort();
      await sending?.catch(() => {});
      // What cannot be removed now, `sweep` removes a day later.
      await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
      throw error;
    }
  }

  const store: ObjectStore = {
    async put(key, bytes, signal) {
      let sizeBytes = 0;
      await pipeline(
        bytes,
        async (chunks: AsyncIterable<Uint8Array>) => {
          const parts = partsOf(chunks, PART_BYTES);
          const { value: first } = await parts.next();
          if (first !== undefined && first.length === PART_BYTES) {
            sizeBytes = await putParts(key, first, parts, signal);
            return;
          }
          const Body = first ?? Buffer.alloc(0);
          await ask(() =>
            client.send(new PutObjectCommand({ ...at(key), Body }), { ...(signal && { abortSignal: signal }) }),
          );
          sizeBytes = Body.length;
        },
        { ...(signal && { signal }) },
      );
      return { sizeBytes };
    },

    async read(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`;
      const { Body } = await ask(() => client.send(new GetObjectCommand({ ...at(key), Range })));
      return Body as Readable;
    },

    async size(key) {
      try {
        return (await ask(() => client.send(new HeadObjectCommand(at(key))))).ContentLength!;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },

    async copyTo(key, path, signal) {
      signal?.throwIfAborted();
      await writeLocalFile(await store.read(key), path, signal);
    },

    async remove(key) {
      try {
        await ask(() => client.send(new DeleteObjectCommand(at(key))));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },

    async *list(wanted, after): AsyncGenerator<StoredObject> {
      let ContinuationToken: string | undefined;
      do {
        const page = await ask(() =>
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix + wanted,
              ContinuationToken,
              ...(after !== undefined && { StartAfter: prefix + after }),
            }),
          ),
        );
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          const key = Key!.slice(prefix.length);
          if (isKey(key)) yield { key, sizeBytes: Size!, storedAt: LastModified!.getTime() * 1000 };
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
    },

    async sweep() {
      const before = clock.now() / 1000 - DAY_MS;
      let swept = 0;
      let next: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
      while (next !== undefined) {
        const page = await ask(() =>
          client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...next })),
        );
        for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
          if (Initiated === undefined || Initiated.getTime() > before) continue;
          await ask(() => client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })));
          swept++;
        }
        next = page.IsTruncated
          ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
          : undefined;
      }
      return swept;
    },

    check: () => checkRoundTrip(store),
    close: async () => client.destroy(),
  };
  return store;
}

function isMissing(error: unknown): boolean {
  return error instanceof AppError && error.code === 'not_found';
}

/** What an error of the SDK means. An abort stays what it is. */
function s3Error(error: unknown, where: Pick<S3Options, 'endpoint' | 'region' | 'bucket'>): Error {
  const { name, code, message, $metadata } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (name === 'AbortError' || error instanceof AppError) return error as Error;
  const status = $metadata?.httpStatusCode;
  const bucket = `"${where.bucket}"`;
  if (name === 'NoSuchBucket') {
    return unavailable(`There is no bucket ${bucket}: make it, or set S3_BUCKET to one that is there.`);
  }
  // A HEAD has no body that could say what is missing.
  if (name === 'NoSuchKey' || name === 'NotFound') return new AppError('not_found', 'There is no such object.');
  if (['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'CredentialsProviderError'].includes(name)) {
    const todo = 'set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY to a pair that it knows';
    return unavailable(`The S3 API does not accept our access key (${name}): ${todo}.`);
  }
  if (name === 'AccessDenied' || status === 403) {
    const todo = 'allow it to get, put, list and delete objects, and to list and abort multipart uploads';
    return unavailable(`The access key may not do this in the bucket ${bucket} (${name}): ${todo}.`);
  }
  if (['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'].includes(name)) {
    return unavailable(`The bucket ${bucket} is not in the region "${where.region}" (${name}): set S3_REGION.`);
  }
  if (name === 'RequestTimeTooSkewed') {
    return unavailable('Our clock and that of the S3 API differ by minutes: set this machine’s by NTP.');
  }
  const what = code ?? (status === undefined ? name : `${name}, status ${status}`);
  const place = where.endpoint ?? 'at Amazon';
  return unavailable(`The S3 API ${place} failed (${what}: ${message}): check S3_ENDPOINT, or wait until it is back.`);
}

function unavailable(message: string): AppError {
  return new AppError('unavailable', message);
}
