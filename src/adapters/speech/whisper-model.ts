import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { readWhisperHead } from './ggml-head.js';
import { languageCode } from './language-code.js';
import type { HeardWord, LoadedModel } from './loaded-model.js';
import type { NativeTask } from './native-engine.js';

/** What is used of @fugood/whisper.node, which is optional. */
interface WhisperPackage {
  initWhisper(options: { filePath: string; useGpu: boolean }): Promise<{
    transcribeData(samples: ArrayBuffer, options: object): { readonly promise: Promise<Transcription> };
  }>;
}

interface Transcription {
  readonly language?: string;
  readonly segments: readonly Token[];
}

interface Token {
  readonly text: string;
  /** Milliseconds. */
  readonly t0: number;
  readonly t1: number;
}

const require = createRequire(import.meta.url);

const MAX_THREADS = 4;
/** Below the 30 seconds that Whisper hears at once. */
const PACK_SECONDS = 28;
const MAX_PROMPT_LENGTH = 600;

/** Loads a ggml file. */
export async function openWhisper({ model, language, names }: NativeTask): Promise<LoadedModel> {
  const { isMultilingual } = await readWhisperHead(model);
  const { initWhisper } = require('@fugood/whisper.node') as WhisperPackage;
  const context = await initWhisper({ filePath: model, useGpu: false });
  const options = {
    language: isMultilingual ? (language ?? 'auto') : 'en',
    maxThreads: Math.min(availableParallelism(), MAX_THREADS),
    // A segment for each token, with times.
    tokenTimestamps: true,
    maxLen: 1,
    ...(names.length > 0 && { prompt: names.join(', ').slice(0, MAX_PROMPT_LENGTH) }),
  };
  return {
    packSeconds: PACK_SECONDS,
    async hear(samples) {
      const { segments, language: heard } = await context.transcribeData(samples.buffer as ArrayBuffer, options)
        .promise;
      return { words: wordsOf(segments), language: languageCode(heard ?? null) };
    },
  };
}

/** Glues tokens into words: a token that starts a word starts with a blank. */
function wordsOf(tokens: readonly Token[]): HeardWord[] {
  const words: { text: string; start: number; end: number }[] = [];
  for (const { text, t0, t1 } of tokens) {
    const last = words.at(-1);
    if (last === undefined || /^\s/u.test(text)) words.push({ text: text.trim(), start: t0 / 1000, end: t1 / 1000 });
    else {
      last.text += text.trim();
      last.end = t1 / 1000;
    }
  }
  return words.filter(({ text }) => text !== '');
}
