import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { retryAfterSeconds } from '../../retry-after.js';
import type { SoundPiece } from './sound-pieces.js';
import { type SpeechWav, wavHeader } from './speech-wav.js';

/** Fields of a form; a name may come again. */
export type FormFields = readonly (readonly [name: string, value: string])[];

/** What a server answered. */
export interface ServerAnswer {
  readonly status: number;
  readonly body: string;
  /** Seconds of its Retry-After; null if there is none. */
  readonly retryAfterSeconds: number | null;
}

const MAX_ANSWER_BYTES = 64 * 1024 ** 2;

/** What is asked of a server. `key` is a bearer token. */
export interface ServerRequest {
  readonly url: string;
  readonly key: string | null;
  readonly signal: AbortSignal;
}

/**
 * Posts a form with a piece of sound as its WAV file `file`. The sound is streamed from the disk; its length is known, so
 * that servers need not take chunked bodies. Redirects are not followed.
 */
export function postSound(
  to: ServerRequest,
  fields: FormFields,
  wav: SpeechWav,
  { start, end }: SoundPiece,
): Promise<ServerAnswer> {
  const boundary = randomUUID();
  const part = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
  const values = fields.map(([name, value]) => `${part(`name="${name}"`)}\r\n${value}\r\n`);
  const file = `${part('name="file"; filename="call.wav"')}Content-Type: audio/wav\r\n\r\n`;
  const head = Buffer.concat([Buffer.from(values.join('') + file), wavHeader(end - start)]);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* body() {
    yield head;
    if (end > start) {
      yield* createReadStream(wav.path, { start: wav.dataOffset + start * 2, end: wav.dataOffset + end * 2 - 1 });
    }
    yield tail;
  }
  const headers = {
    'Content-Type': `multipart/form-data; boundary=${boundary}`,
    'Content-Length': head.length + (end - start) * 2 + tail.length,
  };
  return send(to, 'POST', headers, Readable.from(body()));
}

/** Asks for a resource. */
export function get(from: ServerRequest): Promise<ServerAnswer> {
  return send(from, 'GET', {}, Readable.from([]));
}

async function send(
  { url, key, signal }: ServerRequest,
  method: string,
  headers: Readonly<Record<string, string | number>>,
  body: Readable,
): Promise<ServerAnswer> {
  const credentials = key === null ? {} : { Authorization: `Bearer ${key}` };
  const start = url.startsWith('https:') ? httpsRequest : httpRequest;
  const sent = start(url, {
    method,
    signal,
    // A connection that was kept may be closed by the server just when it is used again.
    agent: false,
    headers: { Accept: 'application/json', ...headers, ...credentials },
  });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve);
    // A server may answer before it has read everything, and close: its answer counts then.
    sent.on('error', reject);
    pipeline(body, sent).catch(reject);
  });
  return {
    status: response.statusCode!,
    body: await text(limited(response)),
    retryAfterSeconds: retryAfterSeconds(response.headers['retry-after']),
  };
}

async function* limited(response: IncomingMessage) {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('the answer is larger than 64 MB');
    yield chunk;
  }
}
