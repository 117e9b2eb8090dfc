import { AppError } from '../../errors.js';
import { languageCode } from '../../transcripts/language-code.js';
import type { RecognizedChannel } from '../../transcripts/recognition.js';
import { readAnswer } from './answer.js';
import { EngineFailure, isProgram, runEngine } from './engine-process.js';
import type { Recognizer, SpeechRequest } from './recognizer.js';

/** Seconds for each second of sound, and to load a model. */
const PACE = 10;
const START_SECONDS = 300;
/** What a program ends with if the sound itself is at fault (EX_DATAERR of sysexits.h). */
const BAD_RECORDING = 65;

/** How a program is run. */
export interface SpeechCommand {
  /** The program and its arguments, separated by blanks; no shell parses them. */
  readonly command: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Makes a recogniser of a program. It is run once for each channel, with the path of a WAV file as its last argument,
 * and prints JSON as `readAnswer` takes it (docs/speech.md). CALL_LANGUAGE and CALL_NAMES are in its environment.
 */
export function createCommandRecognizer({ command, environment }: SpeechCommand): Recognizer {
  const [program = '', ...args] = command.trim().split(/\s+/);
  const name = `SPEECH_COMMAND (${program})`;
  const recognizeChannel = async (path: string, request: SpeechRequest) => {
    const { language, names, folder, signal, durationSeconds } = request;
    const output = await runEngine({
      name,
      program,
      args: [...args, path],
      folder,
      environment: { ...environment, CALL_LANGUAGE: language ?? '', CALL_NAMES: names.join('\n') },
      maxSeconds: START_SECONDS + PACE * durationSeconds,
      signal,
    }).catch((error: unknown) => {
      if (!(error instanceof EngineFailure) || error.status !== BAD_RECORDING) throw error;
      throw new AppError('invalid', error.message);
    });
    let answer: unknown;
    try {
      answer = JSON.parse(output);
    } catch {
      throw new AppError('unavailable', `${name} printed something else than JSON (docs/speech.md)`);
    }
    return readAnswer(answer, { start: 0, end: durationSeconds }, name);
  };
  return {
    name: `command ${program}`,
    sends: `the sound, to ${program} on this machine; whether it sends it on, Debrief cannot tell`,
    async recognize(request) {
      const channels: RecognizedChannel[] = [];
      let heard: string | null = null;
      for (const [index, { path }] of request.channels.entries()) {
        const { language, ...channel } = await recognizeChannel(path, request);
        heard ??= language;
        channels.push(channel);
        request.onProgress((index + 1) / request.channels.length);
      }
      return { engine: `command ${program}`, language: request.language ?? languageCode(heard), channels };
    },
    async check() {
      if (await isProgram(program, environment)) return;
      throw new AppError('unavailable', `${name} was not found, or cannot be executed; give its full path`);
    },
  };
}
