import { ApiError } from '../../client/index.js';
import type { CallInput } from '../../contract/v1.js';
import { api } from '../api.js';
import { throughLostConnections } from './lost-connection.js';

/** Gives a call a transcript. The same file again changes nothing, so it may be sent until there is an answer. */
export async function sendTranscript(
  callId: string,
  file: File,
  signal: AbortSignal,
  onLost: (isLost: boolean) => void,
): Promise<void> {
  await throughLostConnections(
    () => api.v1.importTranscript({ params: { id: callId }, body: file, signal }),
    signal,
    () => onLost(true),
  );
}

/** Makes a call of a transcript alone, and returns its id. If the transcript is refused, there is no call. */
export async function sendTranscriptCall(
  { key, file }: { readonly key: number; readonly file: File },
  fields: CallInput,
  signal: AbortSignal,
  onLost: (isLost: boolean) => void,
): Promise<string> {
  const idempotencyKey = `upload-${key}-${Date.now()}-${Math.random()}`;
  const { id } = await throughLostConnections(
    () => api.v1.createCall({ body: { ...fields, originalPath: file.name }, idempotencyKey, signal }),
    signal,
    () => onLost(true),
  );
  try {
    await sendTranscript(id, file, signal, onLost);
  } catch (error) {
    if (error instanceof ApiError) await api.v1.deleteCall({ params: { id } });
    throw error;
  }
  return id;
}
