import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { AppError, type ErrorCode } from '../../errors.js';
import type { RecognizedChannel } from '../../transcripts/recognition.js';
import { EngineFailure, runEngine } from './engine-process.js';
import type { Recognizer } from './recognizer.js';

// Engines that are native code in a package. They run in a child process, because they block it, are ended by killing it
// alone, and may take it down with a bad model.

/** What a child is to do: native-child.ts. */
export interface NativeTask {
  readonly engine: 'whisper' | 'sherpa-onnx';
  /** The path of the model. */
  readonly model: string;
  /** Paths of WAV files. */
  readonly channels: readonly string[];
  readonly language: string | null;
  readonly names: readonly string[];
}

/** A line that a child prints. */
export type NativeLine =
  | { readonly progress: number }
  | { readonly channel: RecognizedChannel; readonly language: string | null }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/** An engine of a package. */
export interface NativeEngine {
  readonly engine: NativeTask['engine'];
  readonly model: string;
  /** The model, for people to read. */
  readonly modelName: string;
  /** The packages that it needs. */
  readonly packages: readonly string[];
  /** Throws `unavailable` if the model cannot be one of the engine's. Native code ends the process on those. */
  readonly checkModel: () => Promise<void>;
  readonly environment: NodeJS.ProcessEnv;
}

const CHILD = fileURLToPath(new URL('./native-child.js', import.meta.url));
/** Seconds for each second of each channel, and to load a model. */
const PACE = 10;
const START_SECONDS = 300;

const require = createRequire(import.meta.url);

/** Makes a recogniser of an engine that is native code. */
export function createNativeRecognizer(native: NativeEngine): Recognizer {
  const { engine, model, modelName, packages, checkModel, environment } = native;
  const name = `${engine} ${modelName}`;
  const check = async () => {
    for (const each of packages) {
      if (isInstalled(each)) continue;
      const fix = 'run `npm ci` without --omit=optional, on a platform that it is made for';
      throw new AppError('unavailable', `The package ${each}, which SPEECH=${engine} needs, is not installed; ${fix}`);
    }
    await checkModel();
  };
  return {
    name,
    sends: null,
    check,
    async recognize({ channels: given, durationSeconds, language, names, folder, signal, onProgress }) {
      signal.throwIfAborted();
      await check();
      const task: NativeTask = { engine, model, channels: given.map(({ path }) => path), language, names };
      const onLine = (text: string) => {
        const line = parsed(text);
        if (line !== null && 'progress' in line) onProgress(line.progress);
      };
      const output = await runEngine({
        name,
        program: process.execPath,
        args: [CHILD, JSON.stringify(task)],
        folder,
        environment,
        maxSeconds: START_SECONDS + PACE * durationSeconds * given.length,
        signal,
        onLine,
      }).catch((error: unknown) => {
        if (!(error instanceof EngineFailure)) throw error;
        throw new AppError('unavailable', `${error.message}; SPEECH_MODEL may be damaged, or too large for the memory`);
      });
      const channels: RecognizedChannel[] = [];
      let heard: string | null = null;
      for (const line of output.split('\n').map(parsed)) {
        if (line === null) continue;
        if ('error' in line) throw new AppError(line.error.code, line.error.message);
        if (!('channel' in line)) continue;
        channels.push(line.channel);
        heard ??= line.language;
      }
      if (channels.length < given.length) {
        throw new AppError('unavailable', `${name} ended without an answer; SPEECH_MODEL may be damaged`);
      }
      return { engine: name, language: language ?? heard, channels };
    },
  };
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** A line of ours; null for what native code prints. */
function parsed(text: string): NativeLine | null {
  if (!text.startsWith('{"')) return null;
  try {
    return JSON.parse(text) as NativeLine;
  } catch {
    return null;
  }
}
