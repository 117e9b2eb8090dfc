// Decodes a recording once: node decode.js FFMPEG_PATH RECORDING FOLDER. Its CPU time is what bench/recording.ts measures.
import { openDecoder } from '#debrief/adapters/media/open-decoder.js';

const [ffmpegPath = '', path = '', folder = ''] = process.argv.slice(2);
const decoder = await openDecoder({ FFMPEG_PATH: ffmpegPath });
const { signal } = new AbortController();
await decoder.decode({ legs: [{ path, startSeconds: 0 }], folder, signal, onProgress: () => {} });
