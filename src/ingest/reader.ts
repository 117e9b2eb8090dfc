import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../errors.js';
import type { KnownSpeaker } from '../transcripts/transcript-file.js';
import type { CallBody, StoredTranscript } from './call-body.js';
import { type JobArguments, type JobName, type JobResult, runJob } from './thread-jobs.js';
import type { FileTranscript } from './transcript-file.js';
import type { StoredWords, WrittenAs } from './written-transcript.js';

/** What a thread is asked to do. */
export interface ThreadRequest<Name extends JobName = JobName> {
  readonly id: number;
  readonly job: Name;
  readonly args: JobArguments<Name>;
}

/** A thread's answer: one of the result, the `AppError` that refuses it, or the stack of an unexpected error. */
export interface ThreadAnswer {
  readonly id: number;
  readonly result?: JobResult<JobName>;
  readonly refused?: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly field: string | undefined;
    readonly allowed: string | undefined;
  };
  readonly failed?: string;
}

/** Reads and writes calls and transcripts, large ones in threads of its own. */
export interface CallReader {
  /** Reads one call's JSON: see `readCallBody` for its errors. */
  read(bytes: Uint8Array): Promise<CallBody>;
  /** Reads a transcript that another program made: see `readTranscriptFile` for its errors. */
  readFile(bytes: Uint8Array, known: readonly KnownSpeaker[]): Promise<FileTranscript>;
  /** Writes a stored transcript as a file: see `writeTranscript`. */
  write(stored: StoredWords, as: WrittenAs): Promise<Uint8Array>;
  /** Ends the threads. Later reads throw `unavailable`. */
  close(): Promise<void>;
}

/** Below this many bytes, handing over to a thread costs more than reading on this thread, about 1 ms at 57 MB/s. */
const INLINE_BYTES = 32 * 1024;

interface Pending {
  readonly resolve: (result: JobResult<JobName>) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
}

/** Makes a reader with up to `threads` threads, which start when large bodies arrive. */
export function createCallReader(threads: number): CallReader {
  const running: Thread[] = [];
  let lastId = 0;
  let closed = false;

  function start(): Thread {
    const worker = new Worker(new URL('./thread.js', import.meta.url));
    const thread: Thread = { worker, pending: new Map() };
    worker.unref();
    worker.on('message', (answer: ThreadAnswer) => {
      const pending = thread.pending.get(answer.id);
      thread.pending.delete(answer.id);
      if (answer.result !== undefined) pending?.resolve(answer.result);
      else if (answer.refused !== undefined) {
        const { field, allowed, code, message } = answer.refused;
        pending?.reject(new AppError(code, message, { ...(field && { field }), ...(allowed && { allowed }) }));
      } else pending?.reject(new Error(`an ingest thread failed: ${answer.failed}`));
    });
    const lost = (error: Error) => {
      const at = running.indexOf(thread);
      if (at >= 0) running.splice(at, 1);
      for (const pending of thread.pending.values()) pending.reject(error);
      thread.pending.clear();
    };
    worker.on('error', lost);
    worker.on('exit', () => lost(new Error('an ingest thread ended')));
    running.push(thread);
    return thread;
  }

  function leastBusy(): Thread {
    const idle = running.find((thread) => thread.pending.size === 0);
    if (idle !== undefined) return idle;
    if (running.length < threads) return start();
    return running.reduce((least, thread) => (thread.pending.size < least.pending.size ? thread : least));
  }

  /** Runs a job on so many bytes, in a thread if that pays. */
  async function run<Name extends JobName>(
    job: Name,
    bytes: number,
    args: JobArguments<Name>,
  ): Promise<JobResult<Name>> {
    if (closed) throw new AppError('unavailable', 'The server is shutting down.');
    if (bytes < INLINE_BYTES) return runJob(job, args);
    const thread = leastBusy();
    const id = ++lastId;
    return new Promise<JobResult<Name>>((resolve, reject) => {
      thread.pending.set(id, { resolve: (result) => resolve(result as JobResult<Name>), reject });
      const request: ThreadRequest<Name> = { id, job, args };
      thread.worker.postMessage(request);
    });
  }

  return {
    async read(bytes) {
      const { fields, transcript } = await run('readCallBody', bytes.length, [bytes]);
      return { fields, transcript: transcript && revive(transcript) };
    },
    async readFile(bytes, known) {
      const file = await run('readTranscriptFile', bytes.length, [bytes, known]);
      return { ...file, transcript: revive(file.transcript) };
    },
    write: (stored, as) => run('writeTranscript', stored.rawLength, [stored, as]),
    async close() {
      closed = true;
      await Promise.all(running.map((thread) => thread.worker.terminate()));
    },
  };
}

/** Buffers arrive from a thread as plain byte arrays. */
function revive(transcript: StoredTranscript): StoredTranscript {
  const { fragment, form } = transcript;
  return {
    ...transcript,
    fragment: { ...fragment, deflated: asBuffer(fragment.deflated) },
    form: { ...form, deflated: asBuffer(form.deflated) },
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
