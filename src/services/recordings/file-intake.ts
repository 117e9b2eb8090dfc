import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { finished } from 'node:stream/promises';
import { AppError } from '../../errors.js';
import { formatInstant } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import type { UpsertResult } from '../calls/calls.js';
import type { NameReader } from './file-pattern.js';
import { checkRecording, type IntakeDeps, takeRecording } from './intake.js';

/** How the files of a folder become calls. */
export interface FileIntake {
  /** Null if names say nothing. */
  readonly readName: NameReader | null;
  readonly ours: 'left' | 'right' | null;
  /** Of files whose names do not say it. */
  readonly direction: string;
  /** Called now and then with the bytes of a file that are read. */
  readonly onBytes?: (bytesRead: number) => void;
}

const PROGRESS_MS = 100;

/**
 * Takes the recording in a local file. A file whose name gives no time has that of its last change; the same bytes are
 * then the same call whatever their time. Throws `invalid` for a name that does not fit the pattern and for a file that
 * cannot be read, and what `takeRecording` throws.
 */
export async function takeFile(deps: IntakeDeps, actor: Actor, path: string, how: FileIntake): Promise<UpsertResult> {
  const name = basename(path);
  const named = how.readName === null ? {} : how.readName(name);
  if (named === null) throw new AppError('invalid', `${name} does not fit the pattern.`);
  const unreadable = (error: Error) => new AppError('invalid', `${path} cannot be read: ${error.message}`);
  const { mtimeMs } = await stat(path).catch((error: Error) => {
    throw unreadable(error);
  });
  const guessed = formatInstant(Math.round(mtimeMs) * 1000);
  const fields = { direction: how.direction, callTime: guessed, originalPath: path, ...named };
  const sent = {
    body: { fields, transcript: undefined },
    leg: { ours: how.ours, transcribe: false, fileName: name },
    isTimeGuessed: named.callTime === undefined,
  };
  const checked = await checkRecording(deps, actor, sent);
  const bytes = createReadStream(path);
  const progress = setInterval(() => how.onBytes?.(bytes.bytesRead), PROGRESS_MS);
  try {
    return await takeRecording(deps, actor, checked, bytes);
  } catch (error) {
    throw isReadError(error) ? unreadable(error) : error;
  } finally {
    clearInterval(progress);
    bytes.destroy();
    await finished(bytes).catch(() => {});
  }
}

function isReadError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    ['EACCES', 'EISDIR', 'EIO', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')
  );
}
