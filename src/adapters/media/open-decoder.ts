import type { Config } from '../../config.js';
import { AppError } from '../../errors.js';
import type { Decoder } from './decoder.js';
import { openFfmpeg } from './ffmpeg.js';
import { createDecoder } from './recording-decoder.js';

/**
 * Opens the decoder of the settings: `FFMPEG_PATH`, else the ffmpeg on PATH.
 * @throws AppError `invalid` if `FFMPEG_PATH` is none, `unavailable` if there is no decoder at all.
 */
export async function openDecoder({ FFMPEG_PATH }: Pick<Config, 'FFMPEG_PATH'>): Promise<Decoder> {
  const engine = await openFfmpeg(FFMPEG_PATH ?? 'ffmpeg');
  if (engine !== null) return createDecoder(engine);
  if (FFMPEG_PATH !== null) {
    throw new AppError(
      'invalid',
      `FFMPEG_PATH is "${FFMPEG_PATH}", which does not run; it takes the path of an ffmpeg.`,
    );
  }
  throw new AppError('unavailable', 'Nothing here decodes recordings. Install ffmpeg.');
}
