import { connect, type Socket } from 'node:net';

/** The measurements of an answer. */
export interface Answer {
  readonly head: string;
  /** Bytes of the body as sent. */
  readonly bytes: number;
  /** The time of the first byte, by `performance.now()`. */
  readonly firstByteAt: number;
  readonly endedAt: number;
}

/** A kept-alive connection to a server. */
export interface Connection {
  /** Sends a request as given. Only one may be under way. Rejects if the status is not 2xx. */
  send(...request: readonly Uint8Array[]): Promise<Answer>;
  close(): void;
}

const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');
const READ_BYTES = 256 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');

interface Pending {
  resolve(answer: Answer): void;
  reject(error: Error): void;
  firstByteAt: number;
  head: string | null;
  /** Bytes received before the end of the head. */
  early: Buffer;
  bytes: number;
  /** Bytes of the body still to come; null if it is sent in chunks. */
  left: number | null;
  /** The last bytes of a chunked body, in which its end is recognized. */
  tail: Buffer;
}

/**
 * Opens a kept-alive HTTP/1.1 connection that reads only the status and length of answers: with servers as fast as
 * these, Node's own client would be the bottleneck.
 */
export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  let pending: Pending | null = null;
  const read = (chunk: Buffer) => {
    if (pending === null || !take(pending, chunk)) return;
    const { head, bytes, firstByteAt, resolve, reject } = pending;
    pending = null;
    if (/^HTTP\/1\.1 2/.test(head!)) resolve({ head: head!, bytes, firstByteAt, endedAt: performance.now() });
    else reject(new Error(head!));
  };
  // One buffer is used for all reads: the data is discarded, and reading it should cost as little as possible.
  const onread = {
    buffer: new Uint8Array(READ_BYTES),
    callback: (length: number, buffer: Uint8Array) => {
      read(Buffer.from(buffer.buffer, 0, length));
      return true;
    },
  };
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect({ host: hostname, port: Number(port), noDelay: true, onread }, () => resolve(opening));
    opening.once('error', reject);
  });
  const fail = (error: Error) => {
    pending?.reject(error);
    pending = null;
  };
  socket.removeAllListeners('error');
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  return {
    send: (...request) =>
      new Promise((resolve, reject) => {
        const none = Buffer.alloc(0);
        pending = { resolve, reject, firstByteAt: 0, head: null, early: none, bytes: 0, left: null, tail: none };
        for (const part of request) socket.write(part);
      }),
    close: () => socket.destroy(),
  };
}

/** Processes received bytes of an answer. Returns whether the answer is complete. */
function take(pending: Pending, chunk: Buffer): boolean {
  if (pending.head !== null) return takeBody(pending, chunk);
  if (pending.firstByteAt === 0) pending.firstByteAt = performance.now();
  const all = pending.early.length === 0 ? chunk : Buffer.concat([pending.early, chunk]);
  const end = all.indexOf(HEAD_END);
  if (end < 0) {
    pending.early = Buffer.from(all);
    return false;
  }
  const head = all.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  pending.head = head;
  pending.left = length ? Number(length[1]) : null;
  // The line that ends the head may also be the line before an empty last chunk.
  return takeBody(pending, all.subarray(pending.left === null ? end + 2 : end + 4));
}

function takeBody(pending: Pending, chunk: Buffer): boolean {
  pending.bytes += chunk.length;
  if (pending.left !== null) {
    pending.left -= chunk.length;
    return pending.left === 0;
  }
  pending.tail = Buffer.concat([pending.tail, chunk.subarray(-LAST_CHUNK.length)]).subarray(-LAST_CHUNK.length);
  return pending.tail.equals(LAST_CHUNK);
}
