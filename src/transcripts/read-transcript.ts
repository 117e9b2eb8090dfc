import { AppError } from '../errors.js';
import { isAssemblyAi, readAssemblyAi } from './assemblyai.js';
import { isAwsCallAnalytics, readAwsCallAnalytics } from './aws-call-analytics.js';
import { isAwsTranscribe, readAwsTranscribe } from './aws-transcribe.js';
import { isDeepgram, readDeepgram } from './deepgram.js';
import { isGoogleSpeech, readGoogleSpeech } from './google-speech.js';
import type { JsonValue } from './json-value.js';
import { isDiarized, isVerbose, readDiarized, readVerbose } from './openai.js';
import { isRevAi, readRevAi } from './rev-ai.js';
import { isSrt, readSrt } from './srt.js';
import { FORMATS, type KnownSpeaker, type TranscriptFile } from './transcript-file.js';
import { isVcon, readVcon } from './vcon.js';
import { isWebVtt, readWebVtt } from './webvtt.js';
import { isWhisper, readWhisper } from './whisper.js';

interface JsonFormat {
  readonly is: (file: JsonValue) => boolean;
  readonly read: (file: JsonValue, known: readonly KnownSpeaker[]) => TranscriptFile;
}

/** In an order in which each is told from those behind it. */
const jsonFormats: readonly JsonFormat[] = [
  { is: isAwsTranscribe, read: readAwsTranscribe },
  { is: isAwsCallAnalytics, read: readAwsCallAnalytics },
  { is: isDeepgram, read: readDeepgram },
  { is: isAssemblyAi, read: readAssemblyAi },
  { is: isRevAi, read: readRevAi },
  { is: isGoogleSpeech, read: readGoogleSpeech },
  { is: isDiarized, read: readDiarized },
  { is: isVerbose, read: readVerbose },
  { is: isWhisper, read: readWhisper },
];

/** What is taken, in words. */
const TAKEN = `one of ${Object.values(FORMATS).join(', ')}`;

function readServiceJson(json: unknown, known: readonly KnownSpeaker[]): TranscriptFile | null {
  const file = { value: json, path: '' };
  return jsonFormats.find(({ is }) => is(file))?.read(file, known) ?? null;
}

function readCaptionText(text: string, known: readonly KnownSpeaker[]): TranscriptFile | null {
  if (isWebVtt(text)) return readWebVtt(text, known);
  return isSrt(text) ? readSrt(text, known) : null;
}

/**
 * Reads a transcript that another program made. Its content tells the format. `parseJson` parses the JSON, and the JSON
 * inside it, within the limits of the caller. `known` are the speakers that the call already has.
 * @throws AppError `invalid` that says what was found, if it is of no format that is read or breaks its rules.
 */
export function readTranscript(
  text: string,
  parseJson: (text: string) => unknown,
  known: readonly KnownSpeaker[] = [],
): TranscriptFile {
  if (!/^\ufeff?\s*[{[]/.test(text)) {
    const captions = readCaptionText(text, known);
    if (captions !== null) return captions;
    throw unknownFormat(text.trim() === '' ? 'nothing' : `text that begins with "${beginning(text)}"`);
  }
  const json = parseJson(text.replace(/^\ufeff/, ''));
  const file = { value: json, path: '' };
  if (isVcon(file)) {
    const readInner = (body: { readonly json: unknown } | { readonly text: string }) =>
      'text' in body ? readCaptionText(body.text, []) : readServiceJson(body.json, []);
    return readVcon(file, known, readInner, parseJson);
  }
  const read = readServiceJson(json, known);
  if (read !== null) return read;
  throw unknownFormat(`JSON ${shape(json)}`);
}

function unknownFormat(found: string): AppError {
  return new AppError('invalid', `The transcript is not of a format that is read: it has ${found}; it takes ${TAKEN}`, {
    field: 'transcript',
    allowed: TAKEN,
  });
}

const MAX_SHOWN = 40;

function beginning(text: string): string {
  const line = text
    .trimStart()
    .split(/[\r\n]/)[0]!
    .replace(/\p{C}/gu, '\ufffd');
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN).toWellFormed()}…` : line;
}

function shape(json: unknown): string {
  if (Array.isArray(json)) return `that is an array of ${json.length}`;
  const names = Object.keys(json as object).map((name) => beginning(name));
  return names.length === 0 ? 'without fields' : `with the fields ${names.slice(0, 8).join(', ')}`;
}
