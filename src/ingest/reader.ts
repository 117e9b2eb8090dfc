import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../errors.js';
import { type CallBody, readCallBody } from './call-body.js';

/** What a thread is asked to read. */
export interface ThreadRequest {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** A thread's answer: one of the call, the `AppError` that refuses it, or the stack of an unexpected error. */
export interface ThreadAnswer {
  readonly id: number;
  readonly body?: CallBody;
  readonly refused?: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly field: string | undefined;
    readonly allowed: string | undefined;
  };
  readonly failed?: string;
}

/** Reads calls' JSON, large ones in threads of its own. */
export interface CallReader {
  /** Reads one call's JSON: see `readCallBody` for its errors. */
  read(bytes: Uint8Array): Promise<CallBody>;
  /** Ends the threads. Later reads throw `unavailable`. */
  close(): Promise<void>;
}

/** Below this many bytes, handing over to a thread costs more than reading on this thread, about 1 ms at 57 MB/s. */
const INLINE_BYTES = 32 * 1024;

interface Pending {
  readonly resolve: (body: CallBody) => void;
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
      if (answer.body !== undefined) pending?.resolve(revive(answer.body));
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

  return {
    async read(bytes) {
      if (closed) throw new AppError('unavailable', 'The server is shutting down.');
      if (bytes.length < INLINE_BYTES) return readCallBody(bytes);
      const thread = leastBusy();
      const id = ++lastId;
      return new Promise<CallBody>((resolve, reject) => {
        thread.pending.set(id, { resolve, reject });
        const request: ThreadRequest = { id, bytes };
        thread.worker.postMessage(request);
      });
    },
    async close() {
      closed = true;
      await Promise.all(running.map((thread) => thread.worker.terminate()));
    },
  };
}

/** Buffers arrive from a thread as plain byte arrays. */
function revive(body: CallBody): CallBody {
  const { fields, transcript } = body;
  if (!transcript) return body;
  const { fragment, form } = transcript;
  return {
    fields,
    transcript: {
      ...transcript,
      fragment: { ...fragment, deflated: asBuffer(fragment.deflated) },
      form: { ...form, deflated: asBuffer(form.deflated) },
    },
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
