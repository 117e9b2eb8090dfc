import { Socket, type SocketConstructorOpts } from 'node:net';

/** Where the data of a COPY goes. */
export interface CopySink {
  /** Room for the next message of `length` bytes, which are written into it before the next one is asked for. */
  room(length: number): Uint8Array;
}

/** As much as is read from the kernel at once. */
const READ_BYTES = 128 * 1024;
const TYPE_AND_LENGTH = 5;
const [COPY_DATA, READY_FOR_QUERY] = [0x64, 0x5a]; // 'd' and 'Z' (the PostgreSQL manual, Message Formats)

/**
 * A connection to PostgreSQL that reads into one buffer of its own, where Node would take 64 KB for each read, and, while a COPY
 * gives data, writes it from there to where it is wanted: once, with no garbage. The driver reads all else, and thinks that the
 * COPY gave nothing. Not for TLS, which reads from a socket past JavaScript.
 */
export class CopySocket extends Socket {
  #sink: CopySink | null = null;
  /** The type and length of the message that is being read, as far as they have come. */
  readonly #head = Buffer.alloc(TYPE_AND_LENGTH);
  #headLength = 0;
  /** Bytes that are still to come of the message that is being read. */
  #left = 0;
  /** Where they go, when it is COPY's; `#left` is the end of it. */
  #room: Uint8Array | null = null;

  constructor() {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const onread = {
      buffer,
      callback: (length: number) => {
        this.#take(buffer.subarray(0, length));
        return true;
      },
    };
    // Known to the constructor, though Node's types have it for `connect` alone.
    super({ onread } as SocketConstructorOpts);
  }

  /** To be called when a COPY is sent, with no other query under way. Ends with the query. */
  copyTo(sink: CopySink): void {
    this.#sink = sink;
  }

  #take(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && this.#sink !== null) {
      at = this.#left === 0 ? this.#begin(bytes, at, this.#sink) : this.#goOn(bytes, at);
    }
    if (at < bytes.length) this.#handOn(bytes, at, bytes.length);
  }

  /** Reads a message's type and length. */
  #begin(bytes: Buffer, at: number, sink: CopySink): number {
    const end = at + bytes.copy(this.#head, this.#headLength, at);
    this.#headLength += end - at;
    if (this.#headLength < TYPE_AND_LENGTH) return end;
    this.#headLength = 0;
    // The length counts itself.
    this.#left = this.#head.readUInt32BE(1) - 4;
    this.#room = this.#head[0] === COPY_DATA ? sink.room(this.#left) : null;
    if (this.#room === null) this.#handOn(this.#head, 0, TYPE_AND_LENGTH);
    return end;
  }

  #goOn(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    const room = this.#room;
    if (room !== null) bytes.copy(room, room.length - this.#left, at, end);
    this.#left -= end - at;
    if (this.#left === 0 && this.#head[0] === READY_FOR_QUERY) this.#sink = null;
    // Last, because the driver may send its next query meanwhile.
    if (room === null) this.#handOn(bytes, at, end);
    return end;
  }

  /** Gives bytes to the driver; copied, because it may keep them. */
  #handOn(bytes: Buffer, from: number, to: number): void {
    this.emit('data', Buffer.from(bytes.subarray(from, to)));
  }
}
