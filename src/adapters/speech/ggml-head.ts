import { open } from 'node:fs/promises';
import { AppError } from '../../errors.js';

/** The first bytes of a ggml file: 0x67676d6c, little-endian. */
const MAGIC = 'lmgg';
/** Sizes of Whisper's vocabularies: English alone, and all languages. */
const ENGLISH_VOCABULARY = 51_864;
const LARGEST_VOCABULARY = 51_866;
const AUDIO_CONTEXT = 1500;

/**
 * Reads the head of a ggml file. Whisper's code ends the process on other files.
 * @throws AppError `unavailable` if the file is no model of Whisper.
 */
export async function readWhisperHead(path: string): Promise<{ readonly isMultilingual: boolean }> {
  const head = Buffer.alloc(12);
  try {
    const file = await open(path);
    await file.read(head, 0, 12, 0).finally(() => file.close());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError('unavailable', `SPEECH_MODEL (${path}) cannot be read (${code}); it takes a ggml file`);
  }
  const vocabulary = head.readInt32LE(4);
  const isSize = vocabulary >= ENGLISH_VOCABULARY && vocabulary <= LARGEST_VOCABULARY;
  if (head.toString('latin1', 0, 4) !== MAGIC || !isSize || head.readInt32LE(8) !== AUDIO_CONTEXT) {
    const fix = 'it takes a ggml file of Whisper, such as ggml-base.bin';
    throw new AppError('unavailable', `SPEECH_MODEL (${path}) is no model of Whisper; ${fix}`);
  }
  return { isMultilingual: vocabulary > ENGLISH_VOCABULARY };
}
