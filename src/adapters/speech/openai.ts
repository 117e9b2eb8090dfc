import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../errors.js';
import { languageCode } from '../../transcripts/language-code.js';
import type { RecognizedChannel, RecognizedSegment, RecognizedWord } from '../../transcripts/recognition.js';
import { type Answer, readAnswer } from './answer.js';
import { type FormFields, get, postSound, type ServerAnswer } from './openai-request.js';
import { createSpeakerClips, type SpeakerClips } from './openai-speakers.js';
import type { Recognizer, SpeechRequest } from './recognizer.js';
import { nextPiece, type SoundPiece } from './sound-pieces.js';
import { openSpeechWav, SAMPLE_RATE, type SpeechWav } from './speech-wav.js';

/** A server with the API of OpenAI for transcriptions. */
export interface OpenAiServer {
  /** The URL before `/audio/transcriptions`. */
  readonly url: string;
  readonly apiKey: string | null;
  /** Null takes `whisper-1`. */
  readonly model: string | null;
}

/** A way to ask, from the one that tells most to the one that tells least. */
interface Form {
  readonly fields: FormFields;
  readonly takesPrompt: boolean;
  /** The longest piece of sound to send. */
  readonly maxSeconds: number;
}

/** 19 MB as WAV: OpenAI takes 25 MB, and models that tell speakers apart 1400 seconds. */
const PIECE_SECONDS = 600;
const WORDS: Form = {
  fields: [
    ['response_format', 'verbose_json'],
    ['timestamp_granularities[]', 'word'],
    ['timestamp_granularities[]', 'segment'],
  ],
  takesPrompt: true,
  maxSeconds: PIECE_SECONDS,
};
const SEGMENTS: Form = { fields: [['response_format', 'verbose_json']], takesPrompt: true, maxSeconds: PIECE_SECONDS };
const SPEAKERS: Form = {
  fields: [
    ['response_format', 'diarized_json'],
    ['chunking_strategy', 'auto'],
  ],
  takesPrompt: false,
  maxSeconds: PIECE_SECONDS,
};
/** Without times, pieces are short, so that interpolated times are near. */
const TEXT: Form = { fields: [['response_format', 'json']], takesPrompt: true, maxSeconds: 30 };

/** Servers of smaller limits say so with 413, and get pieces half as long, down to this. */
const LEAST_PIECE_SECONDS = 15;
const MAX_PROMPT_LENGTH = 600;
const MAX_TRIES = 5;
const FIRST_DELAY_SECONDS = 0.5;
/** A longer pause is left to the queue of jobs. */
const MAX_DELAY_SECONDS = 60;
/** How long a request may take: servers without a GPU are slower than speech. */
const START_SECONDS = 60;
const PACE = 4;
const CHECK_MS = 10_000;

/**
 * Makes a recogniser of a server with OpenAI's API. It asks for words with times, and for less where the server refuses
 * that; what the server takes is remembered. Long sound is cut at silences.
 */
export function createOpenAiRecognizer({ url, apiKey, model: given }: OpenAiServer): Recognizer {
  const model = given ?? 'whisper-1';
  const name = `openai ${model}`;
  // It may have a password.
  const shown = url.replace(/\/\/[^/]*@/, '//');
  const forms = /diari[sz]/i.test(model) ? [SPEAKERS, WORDS, SEGMENTS, TEXT] : [WORDS, SEGMENTS, TEXT];
  /** The first way that the server is not known to refuse. */
  let usable = 0;
  let limitSeconds = PIECE_SECONDS;

  /** What a server said, for people: never the key. */
  const said = ({ status, body }: ServerAnswer) => {
    const message = messageOf(body).slice(0, 300);
    return `${status}${message === '' ? '' : `: ${apiKey === null ? message : message.replaceAll(apiKey, '…')}`}`;
  };

  /** Sends a request until it is answered with something that trying again does not change. */
  async function insist(fields: FormFields, wav: SpeechWav, piece: SoundPiece, signal: AbortSignal) {
    const seconds = Math.ceil(START_SECONDS + (PACE * (piece.end - piece.start)) / SAMPLE_RATE);
    for (let attempt = 1; ; attempt++) {
      const timeout = AbortSignal.timeout(seconds * 1000);
      let problem: string;
      let pause = FIRST_DELAY_SECONDS * 2 ** (attempt - 1);
      try {
        const to = { url: `${url}/audio/transcriptions`, key: apiKey, signal: AbortSignal.any([signal, timeout]) };
        const answer = await postSound(to, fields, wav, piece);
        if (answer.status !== 429 && answer.status < 500) return answer;
        problem = `answered ${said(answer)}`;
        pause = answer.retryAfterSeconds ?? pause;
      } catch (error) {
        signal.throwIfAborted();
        if (timeout.aborted) throw unavailable(`did not answer within ${seconds} seconds`);
        problem = `cannot be reached (${causeOf(error)})`;
      }
      if (attempt === MAX_TRIES || pause > MAX_DELAY_SECONDS) throw unavailable(problem, pause);
      await delay(pause * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  function unavailable(problem: string, retryAfterSeconds?: number): AppError {
    const context = retryAfterSeconds === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterSeconds) };
    return new AppError('unavailable', `The speech server at ${shown} ${problem}`, context);
  }

  /** Throws for answers that no other way to ask would change. */
  function refuse(answer: ServerAnswer): void {
    const { status } = answer;
    if (status === 401 || status === 403) throw unavailable(`refused the key (${status}): check SPEECH_API_KEY`);
    if (status === 404) throw unavailable(`answered ${said(answer)}. Check SPEECH_URL and SPEECH_MODEL`);
    if (status >= 300 && status < 400) throw unavailable(`redirects (${status}): set SPEECH_URL to where it is`);
  }

  /** Recognises a piece in one way; null if it is to be cut anew: for the next way, or into shorter pieces. */
  async function recognizePiece(
    wav: SpeechWav,
    piece: SoundPiece,
    { language, names, signal }: SpeechRequest,
    form: Form,
    speakers: SpeakerClips,
  ): Promise<Answer | null> {
    const fields: (readonly [string, string])[] = [['model', model], ...form.fields];
    if (language !== null) fields.push(['language', language]);
    if (form.takesPrompt && names.length > 0) fields.push(['prompt', names.join(', ').slice(0, MAX_PROMPT_LENGTH)]);
    if (form === SPEAKERS) fields.push(...speakers.fields());
    const answer = await insist(fields, wav, piece, signal);
    refuse(answer);
    const shorter = Math.min(limitSeconds, form.maxSeconds) / 2;
    if (answer.status === 413 && shorter >= LEAST_PIECE_SECONDS) {
      limitSeconds = shorter;
      return null;
    }
    const json = answer.status === 200 ? parsed(answer.body) : undefined;
    if (form !== TEXT && (json === undefined || !hasTimes(json))) return null;
    if (answer.status !== 200) {
      throw new AppError('invalid', `The speech server at ${shown} refused the recording (${said(answer)})`);
    }
    const range = { start: piece.start / SAMPLE_RATE, end: piece.end / SAMPLE_RATE };
    const read = readAnswer(json, range, `The speech server at ${shown}`);
    return form === SPEAKERS ? speakers.named(read, wav, piece) : read;
  }

  async function recognizeChannel(path: string, request: SpeechRequest, onProgress: (fraction: number) => void) {
    const wav = await openSpeechWav(path);
    try {
      const words: RecognizedWord[] = [];
      const segments: RecognizedSegment[] = [];
      const speakers = createSpeakerClips();
      let language: string | null = null;
      let tried = usable;
      for (let at = 0; ; ) {
        const form = forms[tried]!;
        const limit = limitSeconds;
        const piece = await nextPiece(wav, at, Math.min(form.maxSeconds, limit));
        if (piece === null) {
          onProgress(1);
          return { words, segments, language };
        }
        const answer = await recognizePiece(wav, piece, request, form, speakers);
        if (answer === null) {
          if (limitSeconds === limit) tried++;
          continue;
        }
        // Only what worked is remembered: a bad recording is refused in every way.
        usable = tried;
        const base = segments.length;
        segments.push(...answer.segments);
        for (const word of answer.words) {
          words.push(word.segment === null ? word : { ...word, segment: word.segment + base });
        }
        language ??= answer.language;
        at = piece.end;
        onProgress(at / wav.sampleCount);
      }
    } finally {
      await wav.close();
    }
  }

  return {
    name,
    sends: `the sound of each channel, and the account’s names to expect, to ${shown}`,
    async recognize(request) {
      const channels: RecognizedChannel[] = [];
      let heard: string | null = null;
      for (const [index, { path }] of request.channels.entries()) {
        const count = request.channels.length;
        const onProgress = (fraction: number) => request.onProgress((index + fraction) / count);
        const { language, ...channel } = await recognizeChannel(path, request, onProgress);
        heard ??= language;
        channels.push(channel);
      }
      return { engine: name, language: request.language ?? languageCode(heard), channels };
    },
    async check() {
      const answer = await get({ url: `${url}/models`, key: apiKey, signal: AbortSignal.timeout(CHECK_MS) }).catch(
        (error: unknown) => {
          throw unavailable(`cannot be reached (${causeOf(error)}): check SPEECH_URL`);
        },
      );
      // Not every server has a list of models.
      if (answer.status !== 404) refuse(answer);
      if (answer.status >= 500) throw unavailable(`answered ${said(answer)}`);
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function hasTimes(json: unknown): boolean {
  const { words, segments } = (json ?? {}) as { words?: unknown; segments?: unknown };
  return Array.isArray(words) || Array.isArray(segments);
}

/** The message of an error as OpenAI writes it, or as others do; else the text itself. */
function messageOf(body: string): string {
  const { error, message, detail } = (parsed(body) ?? {}) as Record<string, unknown>;
  const nested = (error as { message?: unknown } | null | undefined)?.message;
  const found = [nested, error, message, detail].find((each) => typeof each === 'string');
  return String(found ?? body).trim();
}

/** Why a connection failed: its code, since messages have addresses in them that say nothing more. */
function causeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
