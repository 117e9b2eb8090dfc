import { AppError } from '../../errors.js';
import type { ProcessLimits } from './limited-process.js';

/**
 * What may be used for files of that size. Some hundred times what ordinary recordings need: a phone's AMR file of 2 MB
 * is an hour of sound, and takes ten seconds.
 */
export function limitsFor(sizeBytes: number, maxSeconds: number): ProcessLimits {
  // PCM of 16 kHz is the largest that is written.
  return { cpuSeconds: 120 + sizeBytes / 20_000, fileBytes: maxSeconds * 32_000 + 2 ** 20 };
}

/** Why an engine's process failed, for those who sent the file or run the server. */
export function failure({ code, errors }: { code: number | null; errors: string }): AppError {
  if (/No space left on device|Disk quota exceeded|Read-only file system/i.test(errors)) {
    return new AppError('unavailable', 'There is no room on the disk for the decoded recording.');
  }
  if (code === null || /Cannot allocate memory|out of memory/i.test(errors)) {
    return new AppError('invalid', 'Decoding takes more time, memory or space than a file of this size may.');
  }
  const line = errors.trim().split('\n').at(-1) ?? '';
  return new AppError('invalid', `The recording cannot be decoded. The decoder says: ${line.slice(0, 300)}`);
}
