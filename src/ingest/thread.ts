// The main module of an ingest thread: reads calls off the event loop that serves requests.
import { parentPort } from 'node:worker_threads';
import { AppError } from '../errors.js';
import { readCallBody } from './call-body.js';
import type { ThreadAnswer, ThreadRequest } from './reader.js';

parentPort!.on('message', ({ id, bytes }: ThreadRequest) => {
  let answer: ThreadAnswer;
  try {
    answer = { id, body: readCallBody(bytes) };
  } catch (error) {
    answer =
      error instanceof AppError
        ? { id, refused: { code: error.code, message: error.message, field: error.field, allowed: error.allowed } }
        : { id, failed: String(error instanceof Error ? error.stack : error) };
  }
  parentPort!.postMessage(answer);
});
