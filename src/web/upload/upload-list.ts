import type { Session } from '../../contract/sessions.js';
import { messageOf } from '../api.js';
import { instantOf } from '../local-times.js';
import { findBegun, fingerprintOf, forgetBegun, rememberBegun } from './begun-uploads.js';
import type { Details } from './details.js';
import { guessDirection, guessLocalTime, isTranscript, stemOf } from './file-names.js';
import { endUpload, sendResumably } from './resumable.js';
import { sendTranscript, sendTranscriptCall } from './transcript-files.js';

/** So many files are sent at a time. */
const MOST_AT_ONCE = 2;
const MAX_RECORDING_BYTES = 2 * 1024 ** 3;

/** A file, and how far it is. */
export interface UploadItem {
  readonly key: number;
  readonly file: File;
  readonly isTranscript: boolean;
  /** The transcript that goes with a recording: the file of the same name. */
  readonly transcript: File | null;
  readonly details: Details;
  readonly state: 'unsent' | 'queued' | 'sending' | 'paused' | 'failed' | 'sent';
  readonly sentBytes: number;
  /** Whether the connection is lost at the moment. */
  readonly isLost: boolean;
  /** Why it failed. */
  readonly fault: string | null;
  readonly callId: string | null;
}

/** The files of the page, which are sent two at a time. React reads it as a store. */
export class UploadList {
  #items: readonly UploadItem[] = [];
  readonly #listeners = new Set<() => void>();
  /** What ends the sending of each file. */
  readonly #sending = new Map<number, AbortController>();
  readonly #session: Session;
  #nextKey = 1;

  constructor(session: Session) {
    this.#session = session;
  }

  readonly items = (): readonly UploadItem[] => this.#items;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Adds files. A transcript goes with the recording of its name; a file that is there already stays as it is. */
  add(files: readonly File[], common: Pick<Details, 'direction' | 'callerId'>): void {
    for (const file of files) {
      const isThere = this.#items.some((item) => [item.file, item.transcript].some((each) => isSame(each, file)));
      if (!isThere) this.#addOne(file, common);
    }
    this.#changed();
  }

  #addOne(file: File, common: Pick<Details, 'direction' | 'callerId'>): void {
    const other = this.#items.find(
      (item) =>
        item.state === 'unsent' &&
        item.transcript === null &&
        item.isTranscript !== isTranscript(file.name) &&
        stemOf(item.file.name) === stemOf(file.name),
    );
    const added = this.#itemOf(file, common);
    if (other === undefined) this.#items = [...this.#items, added];
    else if (added.isTranscript) this.#put(other.key, { transcript: file });
    else {
      this.#items = this.#items.map((item) => (item === other ? { ...added, transcript: other.file } : item));
    }
  }

  #itemOf(file: File, { direction, callerId }: Pick<Details, 'direction' | 'callerId'>): UploadItem {
    const begun = isTranscript(file.name) ? null : findBegun(this.#fingerprint(file));
    const details = begun?.details ?? {
      localTime: guessLocalTime(file, this.#session.timeZone),
      direction: guessDirection(file.name) ?? direction,
      callerId,
    };
    return {
      key: this.#nextKey++,
      file,
      isTranscript: isTranscript(file.name),
      transcript: null,
      details,
      state: 'unsent',
      sentBytes: 0,
      isLost: false,
      fault: null,
      callId: null,
    };
  }

  /** Changes what is said about files that have not been sent. */
  describe(keys: readonly number[], change: Partial<Details>): void {
    this.#items = this.#items.map((item) =>
      keys.includes(item.key) ? { ...item, details: { ...item.details, ...change } } : item,
    );
    this.#changed();
  }

  /** Sends files, or goes on with those that were paused or failed. */
  send(keys: readonly number[]): void {
    for (const key of keys) this.#put(key, { state: 'queued', fault: null });
    this.#sendNext();
  }

  /** Stops the sending of a file. What the server has of it stays there. */
  pause(key: number): void {
    this.#sending.get(key)?.abort();
    this.#put(key, { state: 'paused', isLost: false });
    this.#changed();
  }

  /** Takes a file off the list. If it was not sent whole, the server keeps nothing of it. */
  remove(key: number): void {
    const item = this.#items.find((each) => each.key === key);
    this.#sending.get(key)?.abort();
    this.#items = this.#items.filter((each) => each !== item);
    this.#changed();
    if (item === undefined || item.state === 'sent') return;
    const fingerprint = this.#fingerprint(item.file);
    const begun = findBegun(fingerprint);
    if (begun === null) return;
    forgetBegun(fingerprint);
    void endUpload(begun.uploadId);
  }

  /** Stops all that is being sent. */
  stop(): void {
    for (const sending of this.#sending.values()) sending.abort();
  }

  #sendNext(): void {
    while (this.#sending.size < MOST_AT_ONCE) {
      const next = this.#items.find(({ key, state }) => state === 'queued' && !this.#sending.has(key));
      if (next === undefined) break;
      const stopping = new AbortController();
      this.#sending.set(next.key, stopping);
      this.#put(next.key, { state: 'sending' });
      void this.#sendOne(next, stopping.signal).finally(() => {
        this.#sending.delete(next.key);
        this.#sendNext();
      });
    }
    this.#changed();
  }

  async #sendOne(item: UploadItem, signal: AbortSignal): Promise<void> {
    const put = (change: Partial<UploadItem>) => {
      if (signal.aborted) return;
      this.#put(item.key, change);
      this.#changed();
    };
    try {
      const callId = item.isTranscript
        ? await sendTranscriptCall(item, this.#callFields(item.details), signal, (isLost) => put({ isLost }))
        : await this.#sendRecording(item, signal, put);
      put({ state: 'sent', callId, isLost: false, sentBytes: item.file.size });
    } catch (error) {
      put({ state: 'failed', isLost: false, fault: messageOf(error) });
    }
  }

  async #sendRecording(
    { file, transcript, details }: UploadItem,
    signal: AbortSignal,
    put: (change: Partial<UploadItem>) => void,
  ): Promise<string> {
    if (file.size > MAX_RECORDING_BYTES) throw new Error('This file is larger than 2 GB.');
    const fingerprint = this.#fingerprint(file);
    const begun = findBegun(fingerprint);
    const isAsBegun = begun !== null && JSON.stringify(begun.details) === JSON.stringify(details);
    if (begun !== null && !isAsBegun) {
      forgetBegun(fingerprint);
      await endUpload(begun.uploadId);
    }
    const callId = await sendResumably({
      file,
      metadata: { ...this.#callFields(details), fileName: file.name },
      uploadId: isAsBegun ? begun.uploadId : null,
      onBegun: (uploadId) => rememberBegun(fingerprint, uploadId, details),
      onProgress: (sentBytes, isLost) => put(isLost ? { isLost } : { isLost, sentBytes }),
      signal,
    });
    forgetBegun(fingerprint);
    if (transcript !== null) await sendTranscript(callId, transcript, signal, (isLost) => put({ isLost }));
    return callId;
  }

  /** The call's fields, as the API names them. */
  #callFields({ localTime, direction, callerId }: Details) {
    const instant = instantOf(localTime, this.#session.timeZone);
    if (Number.isNaN(instant)) throw new Error('Say when the call was.');
    return {
      callTime: new Date(instant).toISOString(),
      direction,
      callerId: callerId ?? this.#session.user.id,
    };
  }

  #fingerprint(file: File): string {
    return fingerprintOf(this.#session.user.id, file);
  }

  #put(key: number, change: Partial<UploadItem>): void {
    this.#items = this.#items.map((item) => (item.key === key ? { ...item, ...change } : item));
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isSame(one: File | null, other: File): boolean {
  return one?.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}
