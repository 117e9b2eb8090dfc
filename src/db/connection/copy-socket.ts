import { Socket, type SocketConstructorOpts } from 'node:net';

/** Receives the data of a COPY. */
export interface CopySink {
  /** Returns a buffer for the next message, of `length` bytes; it is filled before the next is asked for. */
  allocate(length: number): Uint8Array;
}

/** The most bytes that one read takes from the kernel. */
const READ_BYTES = 128 * 1024;
const TYPE_AND_LENGTH = 5;
const [COPY_DATA, READY_FOR_QUERY] = [0x64, 0x5a]; // 'd' and 'Z' (the PostgreSQL manual, Message Formats)

/**
 * A connection to PostgreSQL that reads into one buffer of its own, where Node would allocate 64 KB for each read.
 * While a COPY sends data, it copies the data straight into the sink, once and without garbage. The driver reads
 * everything else, and believes that the COPY returned nothing. Not for TLS, which reads from a socket without
 * JavaScript.
 */
export class CopySocket extends Socket {
  #sink: CopySink | null = null;
  /** The type and length of the message being read, as far as they have arrived. */
  readonly #head = Buffer.alloc(TYPE_AND_LENGTH);
  #headLength = 0;
  /** Bytes of the message being read that have not arrived yet. */
  #left = 0;
  /**
   * The sink's buffer for the message being read, if it is COPY data; its last `#left` bytes are still to be filled.
   */
  #target: Uint8Array | null = null;

  constructor() {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const onread = {
      buffer,
      callback: (length: number) => {
        this.#take(buffer.subarray(0, length));
        return true;
      },
    };
    // The constructor takes it, although Node's types have it only for `connect`.
    super({ onread } as SocketConstructorOpts);
  }

  /**
   * Sends the data of the next COPY to `sink`. Call it when the COPY is sent, with no other query under way. It ends
   * with the query.
   */
  copyTo(sink: CopySink): void {
    this.#sink = sink;
  }

  #take(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && this.#sink !== null) {
      at = this.#left === 0 ? this.#begin(bytes, at, this.#sink) : this.#continue(bytes, at);
    }
    if (at < bytes.length) this.#pass(bytes, at, bytes.length);
  }

  /** Reads a message's type and length. */
  #begin(bytes: Buffer, at: number, sink: CopySink): number {
    const end = at + bytes.copy(this.#head, this.#headLength, at);
    this.#headLength += end - at;
    if (this.#headLength < TYPE_AND_LENGTH) return end;
    this.#headLength = 0;
    // The length includes itself.
    this.#left = this.#head.readUInt32BE(1) - 4;
    this.#target = this.#head[0] === COPY_DATA ? sink.allocate(this.#left) : null;
    if (this.#target === null) this.#pass(this.#head, 0, TYPE_AND_LENGTH);
    return end;
  }

  #continue(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    const target = this.#target;
    if (target !== null) bytes.copy(target, target.length - this.#left, at, end);
    this.#left -= end - at;
    if (this.#left === 0 && this.#head[0] === READY_FOR_QUERY) this.#sink = null;
    // Last, because the driver may send its next query in here.
    if (target === null) this.#pass(bytes, at, end);
    return end;
  }

  /** Passes bytes to the driver, copied, because it may keep them. */
  #pass(bytes: Buffer, from: number, to: number): void {
    this.emit('data', Buffer.from(bytes.subarray(from, to)));
  }
}
