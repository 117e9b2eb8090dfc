import type { Words } from '../analysis/words.js';
import { invalid } from '../errors.js';

const MAX_WORDS = 200_000;
const MAX_WORD_LENGTH = 1_000;
const MAX_PUNCTUATION_LENGTH = 20;
const MAX_SPEAKER = 65_535;
/** About eleven days: longer than any call, and far below where sums of times lose milliseconds. */
const MAX_SECONDS = 1_000_000;
/** As many digits as any double prints with. */
const DECIMAL = /^\d{1,7}(?:\.\d{1,20})?$/;
const FIELDS = ['start', 'end', 'word', 'p', 'v'] as const;
const KNOWN: ReadonlySet<string> = new Set(FIELDS);
/** A word before its fields are checked. */
type SentWord = Partial<Record<(typeof FIELDS)[number], unknown>>;

const SECONDS = 'seconds since the start of the call as a decimal, such as "26.594"';

/** A checked transcript: the words in canonical order, and their JSON exactly as the wire shows it. */
export interface CheckedTranscript {
  readonly words: Words;
  readonly json: string;
}

/**
 * Checks a transcript as sent, and sorts it by start (stable). Numbers are kept as the decimals that were sent.
 * @throws AppError `invalid`, naming the first bad word by its index as sent.
 */
export function checkTranscript(sent: unknown): CheckedTranscript {
  if (!Array.isArray(sent)) throw invalid('transcript', 'is not an array', 'an array of words, or null');
  if (sent.length > MAX_WORDS) {
    throw invalid('transcript', `has ${sent.length} words`, `at most ${MAX_WORDS} words a call`);
  }
  const count = sent.length;
  const start = new Float64Array(count);
  const end = new Float64Array(count);
  const speaker = new Uint16Array(count);
  const text: string[] = new Array(count);
  const punctuation: string[] = new Array(count);
  const json: string[] = new Array(count);
  let inOrder = true;
  for (let i = 0; i < count; i++) {
    const word: SentWord = sent[i];
    if (word === null || typeof word !== 'object' || Array.isArray(word)) {
      throw invalid(`transcript[${i}]`, 'is not an object', 'an object with start, end, word, p (optional) and v');
    }
    for (const key in word) {
      if (!KNOWN.has(key))
        throw invalid(`transcript[${i}].${key.slice(0, 100)}`, 'is not known', 'start, end, word, p and v');
    }
    const from = seconds(word.start, i, 'start');
    const to = seconds(word.end, i, 'end');
    start[i] = Number(from);
    end[i] = Number(to);
    if (end[i]! < start[i]!) {
      throw invalid(`transcript[${i}].end`, `(${to}) is before the word's start (${from})`, 'a time at or after start');
    }
    if (i > 0 && start[i]! < start[i - 1]!) inOrder = false;
    const spoken = shortText(word.word, i, 'word', MAX_WORD_LENGTH);
    if (spoken === '') throw invalid(`transcript[${i}].word`, 'is empty', 'a word or phrase');
    const after = word.p === undefined || word.p === null ? '' : shortText(word.p, i, 'p', MAX_PUNCTUATION_LENGTH);
    const v = word.v;
    if (typeof v !== 'number' || !Number.isInteger(v) || v < 0 || v > MAX_SPEAKER) {
      throw invalid(
        `transcript[${i}].v`,
        missing(v) ?? 'is not a speaker number',
        `a whole number from 0 to ${MAX_SPEAKER}`,
      );
    }
    speaker[i] = v;
    text[i] = spoken;
    punctuation[i] = after;
    const p = after === '' ? '' : `,"p":${JSON.stringify(after)}`;
    json[i] = `{"start":"${from}","end":"${to}","word":${JSON.stringify(spoken)}${p},"v":${v}}`;
  }
  const words: Words = { count, start, end, speaker, text, punctuation };
  if (inOrder) return { words, json: `[${json.join(',')}]` };
  const order = Uint32Array.from(start.keys()).sort((a, b) => start[a]! - start[b]! || a - b);
  const pick = <T>(column: readonly T[]) => Array.from(order, (i) => column[i]!);
  return {
    words: {
      count,
      start: Float64Array.from(order, (i) => start[i]!),
      end: Float64Array.from(order, (i) => end[i]!),
      speaker: Uint16Array.from(order, (i) => speaker[i]!),
      text: pick(text),
      punctuation: pick(punctuation),
    },
    json: `[${pick(json).join(',')}]`,
  };
}

function missing(value: unknown): string | undefined {
  return value === undefined || value === null ? 'is missing' : undefined;
}

function seconds(value: unknown, index: number, field: string): string {
  const decimal = typeof value === 'number' ? plainDecimal(value) : value;
  if (typeof decimal !== 'string' || !DECIMAL.test(decimal) || Number(decimal) > MAX_SECONDS) {
    throw invalid(`transcript[${index}].${field}`, missing(value) ?? 'is not a time in a call', SECONDS);
  }
  return decimal;
}

/** A JSON number as a decimal without an exponent. */
function plainDecimal(value: number): string {
  const shortest = String(value);
  return shortest.includes('e') ? value.toFixed(9).replace(/\.?0+$/, '') : shortest;
}

function shortText(value: unknown, index: number, field: string, max: number): string {
  if (typeof value !== 'string') {
    throw invalid(`transcript[${index}].${field}`, missing(value) ?? 'is not text', `text of up to ${max} characters`);
  }
  if (value.length > max) {
    throw invalid(`transcript[${index}].${field}`, `has ${value.length} characters`, `text of up to ${max} characters`);
  }
  if (value.includes('\0') || !value.isWellFormed()) {
    throw invalid(`transcript[${index}].${field}`, 'has a NUL or half a surrogate pair', 'well-formed Unicode text');
  }
  return value;
}
