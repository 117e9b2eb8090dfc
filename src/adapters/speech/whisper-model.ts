import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { AppError } from '../../errors.js';
import { languageCode } from '../../transcripts/language-code.js';
import { readWhisperHead } from './ggml-head.js';
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
  readonly segments: readonly Segment[];
}

interface Segment {
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
/** A segment for each token, with times. */
const BY_TOKEN = { tokenTimestamps: true, maxLen: 1 };
/**
 * Some characters, of Chinese for one, are of several tokens: by themselves these are no text. Then only whole segments
 * have the text.
 */
const HALF_CHARACTER = '\ufffd';

/** Loads a ggml file. */
export async function openWhisper({ model, language, names }: NativeTask): Promise<LoadedModel> {
  const { isMultilingual } = await readWhisperHead(model);
  if (!isMultilingual && language !== null && language !== 'en') {
    const fix = 'take a file without .en in its name';
    throw new AppError('invalid', `SPEECH_MODEL hears English alone, and the call’s language is ${language}; ${fix}`);
  }
  const { initWhisper } = require('@fugood/whisper.node') as WhisperPackage;
  const context = await initWhisper({ filePath: model, useGpu: false });
  const options = {
    maxThreads: Math.min(availableParallelism(), MAX_THREADS),
    ...(names.length > 0 && { prompt: names.join(', ').slice(0, MAX_PROMPT_LENGTH) }),
  };
  // What is heard first is the language of all: a short piece alone is easily mistaken.
  let spoken = isMultilingual ? (language ?? 'auto') : 'en';
  return {
    packSeconds: PACK_SECONDS,
    async hear(samples) {
      const transcribe = (more: object) =>
        context.transcribeData(samples.buffer as ArrayBuffer, { ...options, language: spoken, ...more }).promise;
      const heard = await transcribe(BY_TOKEN);
      spoken = heard.language ?? spoken;
      const words = wordsOf(heard.segments);
      const isBroken = words.some(({ text }) => text.includes(HALF_CHARACTER));
      return {
        words: isBroken ? phrasesOf((await transcribe({})).segments) : words,
        language: languageCode(heard.language ?? null),
      };
    },
  };
}

/** Glues tokens into words: a token that starts a word starts with a blank. */
function wordsOf(tokens: readonly Segment[]): HeardWord[] {
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

/** The words of whole segments: the first of each has its start, the last its end. */
function phrasesOf(segments: readonly Segment[]): HeardWord[] {
  return segments.flatMap(({ text, t0, t1 }) => {
    const words = text.split(/\s+/u).filter((word) => word !== '');
    return words.map((word, i) => ({
      text: word,
      start: i === 0 ? t0 / 1000 : null,
      end: i === words.length - 1 ? t1 / 1000 : null,
    }));
  });
}
