import { PassThrough, type Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { AppError, invalid } from '../errors.js';

/** A form with a file. */
export interface SentForm {
  /** The bytes of the part `call`; null if there is none. */
  readonly call: Buffer | null;
  readonly file: Readable;
  /** As the sender names it; null if it has no name. */
  readonly fileName: string | null;
}

const TAKES = 'the parts `call` (JSON) and `file`, in this order';

/**
 * Reads a multipart form up to its file, which the caller reads. If the client hangs up, the file ends in an error.
 * @throws AppError `invalid` if the form is malformed or has no file, `too_large` for a `call` of more than `maxCallBytes`.
 */
export async function readForm(request: FastifyRequest, body: Readable, maxCallBytes: number): Promise<SentForm> {
  const form = openForm(request);
  return new Promise((resolve, reject) => {
    // Made before the part begins, so that every end of the form can end it.
    const file = new PassThrough();
    // Without a reader yet, its error is that of the form.
    file.on('error', () => {});
    let call: Promise<Buffer> | null = null;
    let isFound = false;
    const fail = (error: Error) => {
      reject(error);
      file.destroy(error);
      body.unpipe(form);
      body.resume();
    };
    form.on('file', (name, part, fileName) => {
      if (name === 'file' && !isFound) {
        isFound = true;
        part.pipe(file);
        // The parts may come in one piece: then the first is still being read.
        Promise.resolve(call).then((bytes) => resolve({ call: bytes, file, fileName: fileName || null }), fail);
      } else if (name === 'call' && call === null && !isFound) {
        call = readPart(part, maxCallBytes);
        call.catch(fail);
      } else {
        part.resume();
        fail(new AppError('invalid', `The form has a part "${name.slice(0, 100)}" too much; it takes ${TAKES}`));
      }
    });
    form.once('error', (error) => fail(malformed(error as Error)));
    form.once('finish', () => {
      if (!isFound) fail(invalid('file', 'is missing', TAKES));
    });
    body.once('error', fail);
    body.pipe(form);
  });
}

function openForm(request: FastifyRequest): BusboyInstance {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      // Parts with and without a name of a file come the same way.
      isPartAFile: () => true,
      limits: { parts: 3 },
    });
  } catch (error) {
    throw malformed(error as Error);
  }
}

const malformed = ({ message }: Error) => new AppError('invalid', `The form is malformed: ${message}`);

async function readPart(part: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of part as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new AppError('too_large', `The part \`call\` is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
