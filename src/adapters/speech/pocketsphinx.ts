import { AppError } from '../../errors.js';
import type { RecognizedChannel } from '../../transcripts/recognition.js';
import { isProgram, runEngine } from './engine-process.js';
import type { Recognizer, SpeechRequest } from './recognizer.js';

const PROGRAM = 'pocketsphinx_continuous';
const NAME = 'pocketsphinx';
const MISSING = 'install Debian’s packages pocketsphinx and pocketsphinx-en-us, or set SPEECH to another engine';
/** Seconds for each second of sound: it takes about one on a busy machine. */
const PACE = 10;
const START_SECONDS = 60;

/** A word with its start, end and probability. Other lines are the text of an utterance. */
const LINE = /^(\S+) (\d+\.\d+) (\d+\.\d+) (\d+\.\d+)$/;
/** Ends of utterances, silence, noise: `<s>`, `<sil>`, `[NOISE]`, `++BREATH++`. */
const FILLER = /^(<.*>|\[.*\]|\+\+.*\+\+)$/;

/**
 * Makes a recogniser of Debian's pocketsphinx: US English, of low quality on telephone sound, for trying out.
 */
export function createPocketsphinx({ environment }: { readonly environment: NodeJS.ProcessEnv }): Recognizer {
  return {
    name: NAME,
    sends: null,
    async recognize(request) {
      const { language } = request;
      if (language !== null && language !== 'en') {
        const fix = 'set SPEECH to another engine';
        throw new AppError(
          'invalid',
          `pocketsphinx hears English alone, and the call’s language is ${language}; ${fix}`,
        );
      }
      const channels: RecognizedChannel[] = [];
      for (const [index, { path }] of request.channels.entries()) {
        channels.push(readOutput(await runPocketsphinx(path, request, environment)));
        request.onProgress((index + 1) / request.channels.length);
      }
      return { engine: NAME, language: 'en', channels };
    },
    async check() {
      if (await isProgram(PROGRAM, environment)) return;
      throw new AppError('unavailable', `${PROGRAM} was not found; ${MISSING}`);
    },
  };
}

async function runPocketsphinx(path: string, request: SpeechRequest, environment: NodeJS.ProcessEnv): Promise<string> {
  return runEngine({
    name: PROGRAM,
    program: PROGRAM,
    args: ['-infile', path, '-time', 'yes'],
    folder: request.folder,
    environment,
    maxSeconds: START_SECONDS + PACE * request.durationSeconds,
    signal: request.signal,
  });
}

function readOutput(output: string): RecognizedChannel {
  const words = output.split('\n').flatMap((line) => {
    const [, text = '', start, end, confidence] = LINE.exec(line) ?? [];
    if (start === undefined || FILLER.test(text)) return [];
    return {
      // Its word list has variants of how a word is said: `the(2)`.
      text: text.replace(/\(\d+\)$/, ''),
      start: Number(start),
      end: Number(end),
      speaker: null,
      confidence: Number(confidence),
      segment: null,
    };
  });
  return { words, segments: [] };
}
