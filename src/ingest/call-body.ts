import { constants, deflateRawSync } from 'node:zlib';
import { encodeForm } from '../analysis/form-encoder.js';
import { AppError, invalid } from '../errors.js';
import { type Fragment, makeFragment } from '../wire/fragment.js';
import { checkTranscript } from './words.js';

/** A transcript ready to be stored: as the wire sends it, and as analysis reads it. */
export interface StoredTranscript {
  readonly fragment: Fragment;
  readonly form: { readonly deflated: Buffer; readonly rawLength: number };
  readonly wordCount: number;
  /** Seconds: the latest end of a word, 0 without words. */
  readonly wordsEnd: number;
}

/** A call's JSON, read: its fields other than the transcript as they were sent, unchecked but well-formed. */
export interface CallBody {
  readonly fields: Record<string, unknown>;
  /** Undefined where the body has no transcript, null where it clears it. */
  readonly transcript: StoredTranscript | null | undefined;
}

/**
 * Reads one call's JSON. Costs CPU in proportion to the transcript, so the server runs it in a worker thread.
 * Throws `invalid` errors that name the field; never anything else for bad input.
 */
export function readCallBody(bytes: Uint8Array): CallBody {
  const value = parseJson(bytes);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new AppError('invalid', 'The body is not a JSON object; it takes one call: {"callTime": …, "direction": …}');
  }
  const { transcript, ...fields } = value as Record<string, unknown>;
  for (const [name, field] of Object.entries(fields)) checkText(name, field);
  if (transcript === undefined || transcript === null) return { fields, transcript };
  return { fields, transcript: storedTranscript(transcript) };
}

function storedTranscript(sent: unknown): StoredTranscript {
  const { words, json } = checkTranscript(sent);
  const form = encodeForm(words);
  return {
    fragment: makeFragment(Buffer.from(json)),
    form: {
      deflated: deflateRawSync(form, { level: 6, finishFlush: constants.Z_FULL_FLUSH }),
      rawLength: form.length,
    },
    wordCount: words.count,
    wordsEnd: words.end.reduce((latest, end) => Math.max(latest, end), 0),
  };
}

/** JSON of any kind; throws an `invalid` error that says where it breaks. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('invalid', 'The body is not valid UTF-8; it takes JSON in UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid', `The body is not valid JSON: ${(error as Error).message}`);
  }
}

const MAX_DEPTH = 32;

/** What no store can keep and no client expects: NUL characters, half surrogate pairs, digits beyond a double. */
export function checkText(path: string, value: unknown, depth = 0): void {
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
      checkText(path, key, depth);
      checkText(`${path}.${key}`, item, depth + 1);
    }
  }
}
