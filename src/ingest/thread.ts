// The main module of an ingest thread: reads calls and transcripts off the event loop that serves requests.
import { parentPort } from 'node:worker_threads';
import { AppError } from '../errors.js';
import type { ThreadAnswer, ThreadRequest } from './reader.js';
import { runJob } from './thread-jobs.js';

parentPort!.on('message', ({ id, job, args }: ThreadRequest) => {
  let answer: ThreadAnswer;
  try {
    answer = { id, result: runJob(job, args) };
  } catch (error) {
    answer =
      error instanceof AppError
        ? { id, refused: { code: error.code, message: error.message, field: error.field, allowed: error.allowed } }
        : { id, failed: String(error instanceof Error ? error.stack : error) };
  }
  parentPort!.postMessage(answer);
});
