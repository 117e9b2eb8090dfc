import { encodeForm } from '../analysis/form-encoder.js';
import { AppError, invalid } from '../errors.js';
import { type Fragment, makeFragment } from '../wire/fragment.js';
import { checkTranscript } from './words.js';

/** The largest call that is accepted, in bytes of JSON. */
export const MAX_CALL_BYTES = 64 * 1024 * 1024;

/** A transcript ready to be stored: as the wire sends it, and as analysis reads it. */
export interface StoredTranscript {
  readonly fragment: Fragment;
  readonly form: { readonly deflated: Buffer; readonly rawLength: number };
  readonly wordCount: number;
  /** The latest end of a word, in seconds; 0 without words. */
  readonly wordsEnd: number;
}

/** A call's JSON, parsed. */
export interface CallBody {
  /** The fields other than the transcript, as sent: well-formed, but not checked against a schema. */
  readonly fields: Record<string, unknown>;
  /** Undefined if the body has no transcript, null if it clears the transcript. */
  readonly transcript: StoredTranscript | null | undefined;
}

/**
 * Reads one call's JSON. The CPU time grows with the transcript, so the server runs this in a worker thread.
 * @throws AppError `invalid`, naming the field, or `too_large`; no other errors for bad input.
 */
export function readCallBody(bytes: Uint8Array): CallBody {
  const value = parseJson(bytes);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new AppError('invalid', 'The body is not a JSON object; it takes one call: {"callTime": …, "direction": …}');
  }
  const { transcript, ...fields } = value as Record<string, unknown>;
  checkFields(fields);
  if (transcript === undefined || transcript === null) return { fields, transcript };
  return { fields, transcript: storedTranscript(transcript) };
}

/**
 * Makes a transcript ready to be stored. `sent` is an array of words, as in a call's JSON.
 * @throws AppError `invalid`, naming the first bad word.
 */
export function storedTranscript(sent: unknown): StoredTranscript {
  const { words, json } = checkTranscript(sent);
  const { deflated, rawLength } = makeFragment(encodeForm(words));
  return {
    fragment: makeFragment(Buffer.from(json)),
    form: { deflated, rawLength },
    wordCount: words.count,
    wordsEnd: words.end.reduce((latest, end) => Math.max(latest, end), 0),
  };
}

/** Twice what the longest transcript needs. */
const MAX_VALUES = 2_000_000;
const [QUOTE, COMMA, BACKSLASH, BRACKET, BRACE] = [...Buffer.from('",\\[{')] as [
  number,
  number,
  number,
  number,
  number,
];

/**
 * Refuses JSON of more values than any call has before it is parsed: 64 MB of `{},` become 1.4 GB of objects, and a
 * heap that overflows in a thread ends the whole process. Counting runs at 400 MB/s, parsing at 50.
 */
function checkValueCount(bytes: Uint8Array): void {
  let count = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === COMMA || byte === BRACKET || byte === BRACE) count++;
  }
  if (count > MAX_VALUES) throw new AppError('too_large', `The body has more than ${MAX_VALUES} values.`);
}

/**
 * Parses JSON of any kind.
 * @throws AppError `invalid` that says where the JSON is malformed, or `too_large`.
 */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('invalid', 'The body is not valid UTF-8; it takes JSON in UTF-8');
  }
  checkValueCount(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid', `The body is not valid JSON: ${(error as Error).message}`);
  }
}

const MAX_DEPTH = 32;
/** The most characters of a field's name that an error shows. */
const MAX_SHOWN = 100;

/**
 * Checks the text in each field of a body. If the body is not an object, its schema refuses it later.
 * @throws AppError `invalid`, naming the field.
 */
export function checkFields(body: unknown): void {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return;
  for (const [name, field] of Object.entries(body)) checkText(name.slice(0, MAX_SHOWN), field);
}

/**
 * Refuses what the database cannot store or clients cannot read: NUL characters, half surrogate pairs, numbers that a
 * double cannot hold exactly.
 */
function checkText(path: string, value: unknown, depth = 0): void {
  if (depth > MAX_DEPTH) throw invalid(path, 'is nested too deeply', `at most ${MAX_DEPTH} levels`);
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) {
      throw invalid(path, 'has a NUL or half a surrogate pair', 'well-formed Unicode text');
    }
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      throw invalid(path, 'is a number that would lose digits', 'integers up to 9007199254740991; send others as text');
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkText(`${path}[${index}]`, item, depth + 1);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      const field = `${path}.${key.slice(0, MAX_SHOWN)}`;
      checkText(field, key, depth);
      checkText(field, item, depth + 1);
    }
  }
}
