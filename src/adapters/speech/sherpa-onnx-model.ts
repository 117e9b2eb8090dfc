import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { HeardWord, LoadedModel } from './loaded-model.js';
import type { NativeTask } from './native-engine.js';
import { readSherpaFolder } from './sherpa-folder.js';
import { SAMPLE_RATE } from './speech-wav.js';

/** What is used of sherpa-onnx-node, which is optional and has no types. */
interface SherpaPackage {
  readonly OfflineRecognizer: {
    createAsync(config: object): Promise<{
      createStream(): Stream;
      decodeAsync(stream: Stream): Promise<Heard>;
    }>;
  };
}

interface Stream {
  acceptWaveform(sound: { samples: Float32Array; sampleRate: number }): void;
}

/** Tokens are parts of words: one that starts a word has a blank, or `▁`, before it. */
interface Heard {
  readonly text: string;
  readonly tokens?: readonly string[];
  /** The start of each token in seconds; empty if the model gives none. */
  readonly timestamps?: readonly number[];
  readonly durations?: readonly number[];
  readonly lang?: string;
}

const MAX_THREADS = 4;
const WORD_START = /^[\s▁]/u;
/** Languages without blanks have a token for each character. */
const CHARACTER = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

const require = createRequire(import.meta.url);

/** Loads the model of a folder. */
export async function openSherpaOnnx({ model, language }: NativeTask): Promise<LoadedModel> {
  const modelConfig = {
    ...(await readSherpaFolder(model, language)),
    numThreads: Math.min(availableParallelism(), MAX_THREADS),
    provider: 'cpu',
  };
  const { OfflineRecognizer } = require('sherpa-onnx-node') as SherpaPackage;
  const recognizer = await OfflineRecognizer.createAsync({
    featConfig: { sampleRate: SAMPLE_RATE, featureDim: 80 },
    modelConfig,
  });
  return {
    packSeconds: 0,
    async hear(samples) {
      const stream = recognizer.createStream();
      stream.acceptWaveform({
        samples: Float32Array.from(samples, (sample) => sample / 32_768),
        sampleRate: SAMPLE_RATE,
      });
      const heard = await recognizer.decodeAsync(stream);
      const [, code = null] = /^<\|([a-z]{2,3})\|>$/.exec(heard.lang ?? '') ?? [];
      return { words: wordsOf(heard), language: code };
    },
  };
}

function wordsOf({ text, tokens = [], timestamps = [], durations = [] }: Heard): HeardWord[] {
  if (tokens.length === 0 || timestamps.length !== tokens.length) {
    return text.split(/\s+/u).flatMap((word) => (word === '' ? [] : [{ text: word, start: null, end: null }]));
  }
  const words: { text: string; start: number; end: number | null }[] = [];
  for (const [i, token] of tokens.entries()) {
    const start = timestamps[i]!;
    const duration = durations[i];
    const end = duration === undefined || duration <= 0 ? null : start + duration;
    const piece = token.replace(WORD_START, '');
    const last = words.at(-1);
    if (last === undefined || WORD_START.test(token) || CHARACTER.test(token)) words.push({ text: piece, start, end });
    else {
      last.text += piece;
      last.end = end;
    }
  }
  return words.filter((word) => word.text !== '');
}
