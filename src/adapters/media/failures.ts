import { AppError } from '../../errors.js';
import type { EngineInput } from './engine.js';
import type { ProcessEnd, ProcessLimits } from './limited-process.js';

/** To look at a file. */
export const PROBE_LIMITS: ProcessLimits = { cpuSeconds: 60, fileBytes: 0 };

/**
 * What may be used for files of that size. Some hundred times what ordinary recordings need: a phone's AMR file of 2 MB
 * is an hour of sound, and takes ten seconds.
 */
export function limitsFor(sizeBytes: number, maxSeconds: number): ProcessLimits {
  // PCM of 16 kHz is the largest that is written.
  return { cpuSeconds: 120 + sizeBytes / 20_000, fileBytes: maxSeconds * 32_000 + 2 ** 20 };
}

/** Why an engine's process failed, for those who sent the file or run the server. */
export function failure({ code, isOverLimit, errors }: ProcessEnd): AppError {
  if (/No space left on device|Disk quota exceeded|Read-only file system/i.test(errors)) {
    return new AppError('unavailable', 'There is no room on the disk for the decoded recording.');
  }
  // ffmpeg ends by itself when SIGXCPU tells it of the limit.
  if (isOverLimit || /received signal 24|Cannot allocate memory|out of memory/i.test(errors)) {
    return new AppError('invalid', 'Decoding takes more time, memory or space than a file of this size may.');
  }
  if (code === null) return new AppError('unavailable', 'The decoder was killed.');
  return new AppError('invalid', `The recording cannot be decoded. The decoder says: ${lastLine(errors)}`);
}

/** Why an engine could not look at a file. */
export function damaged(ended: ProcessEnd, { path }: EngineInput): AppError {
  if (ended.code === null) return failure(ended);
  return new AppError(
    'invalid',
    `The file is damaged. The decoder says: ${lastLine(ended.errors.replaceAll(path, 'the file'))}`,
  );
}

function lastLine(errors: string): string {
  return (errors.trim().split('\n').at(-1) ?? '').slice(0, 300);
}
