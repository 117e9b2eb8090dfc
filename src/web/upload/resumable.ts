import type { Upload } from '../../contract/uploads.js';
import { api, fetchInSession } from '../api.js';
import { askToLogInAgain } from '../session-end.js';
import { throughLostConnections } from './lost-connection.js';
import { UploadRefusal } from './refusal.js';

// Uploads of recordings by tus 1.0. A lost connection is waited out; what the server has is not sent again.

/** A part is sent in one request. Large enough to cost nothing, small enough that a proxy may keep it. */
const PART_BYTES = 32 * 1024 * 1024;
/** What is sent, and who wants to know of it. */
export interface Sending {
  readonly file: Blob;
  /** What is said about the call: by the names of the upload's parameters. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The upload that was begun before; null to begin one. */
  readonly uploadId: string | null;
  readonly onBegun: (uploadId: string) => void;
  /** Called with how many bytes have been sent, and whether the connection is lost at the moment. */
  readonly onProgress: (sentBytes: number, isLost: boolean) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends a file to its end, and returns the id of its call. Throws `UploadRefusal` or `ApiError` for what is refused for
 * good, and the signal's reason.
 */
export function sendResumably({ file, metadata, signal, onBegun, onProgress, ...begun }: Sending): Promise<string> {
  let { uploadId } = begun;
  /** How much the server has; null if that has to be asked. */
  let place: Place | null = null;
  return throughLostConnections(
    async (gotFurther) => {
      for (;;) {
        if (uploadId !== null) place ??= await ask(uploadId, signal);
        if (uploadId === null || place === null) {
          const upload = await begin(file, metadata, signal);
          uploadId = upload.id;
          place = upload;
          onBegun(uploadId);
        }
        const { offset, callId } = place;
        if (callId !== null) return callId;
        onProgress(offset, false);
        place = null;
        const part = file.slice(offset, offset + PART_BYTES);
        place = await sendPart(uploadId, part, offset, signal, (bytes) => onProgress(offset + bytes, false));
        gotFurther();
      }
    },
    signal,
    () => onProgress(place?.offset ?? 0, true),
  );
}

/** Ends an upload, of which nothing is kept. */
export async function endUpload(uploadId: string): Promise<void> {
  // One that is gone already is what was wanted; one that stays is removed after a day.
  await api.v1.endUpload({ params: { id: uploadId } }).catch(() => {});
}

function begin(file: Blob, metadata: Sending['metadata'], signal: AbortSignal): Promise<Upload> {
  const pairs = Object.entries(metadata).map(([name, value]) => `${name} ${base64(value)}`);
  const headers = { 'upload-length': String(file.size), 'upload-metadata': pairs.join(',') };
  return api.v1.beginUpload({ headers, signal });
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

interface Place {
  readonly offset: number;
  readonly callId: string | null;
}

const pathOf = (uploadId: string) => `/api/v1/uploads/${encodeURIComponent(uploadId)}`;

/** Where an upload is; null if it is gone. To HEAD the server ends the request that may still be sending it. */
async function ask(uploadId: string, signal: AbortSignal): Promise<Place | null> {
  const answer = await fetchInSession(pathOf(uploadId), { method: 'HEAD', signal });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new UploadRefusal(answer.status, 'The server does not go on with this upload.');
  return placeOf((name) => answer.headers.get(name));
}

function placeOf(header: (name: string) => string | null): Place {
  return { offset: Number(header('upload-offset')), callId: header('debrief-call-id') };
}

/** Sends the next bytes. By XMLHttpRequest: fetch does not tell how much has been sent. */
function sendPart(
  uploadId: string,
  part: Blob,
  offset: number,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<Place> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onloadend = () => {
      signal.removeEventListener('abort', abort);
      const { status } = request;
      if (signal.aborted) reject(signal.reason);
      else if (status === 0) lossOf(part).then(reject);
      else if (status === 401) askToLogInAgain().then((isBack) => reject(isBack ? new TypeError() : sessionEnded()));
      else if (status >= 300) reject(refusalOf(request));
      else resolve(placeOf((name) => request.getResponseHeader(name)));
    };
    request.open('PATCH', pathOf(uploadId));
    request.setRequestHeader('content-type', 'application/offset+octet-stream');
    request.setRequestHeader('upload-offset', String(offset));
    request.send(part);
  });
}

/** Why there was no answer: the connection was lost, or the browser could not read the file. */
async function lossOf(part: Blob): Promise<Error> {
  try {
    await part.slice(0, 1).arrayBuffer();
    return new TypeError('the connection was lost');
  } catch {
    return new UploadRefusal(0, 'The file has changed or is gone: choose it once more.');
  }
}

function refusalOf({ status, responseText }: XMLHttpRequest): UploadRefusal {
  try {
    return new UploadRefusal(status, JSON.parse(responseText).detail);
  } catch {
    return new UploadRefusal(status, `The server answered ${status}.`);
  }
}

const sessionEnded = () => new UploadRefusal(401, 'Your session has ended: log in again, and continue.');
