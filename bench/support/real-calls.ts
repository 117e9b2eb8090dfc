import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeForm } from '#debrief/analysis/form.js';
import type { Words } from '#debrief/analysis/words.js';
import { type CallBody, readCallBody } from '#debrief/ingest/call-body.js';
import { checkTranscript } from '#debrief/ingest/words.js';
import { inflate } from '#debrief/wire/fragment.js';
import { seeded } from './calls.js';

/** A real call. */
export interface RealCall {
  readonly body: CallBody;
  readonly words: Words;
  /** The inflated analysis form. */
  readonly form: Buffer;
  /** The spoken text, one block per line. */
  readonly text: string;
}

/** The calls of `earnings21/calls.jsonl.gz` in the folder named by DEBRIEF_REAL_DATA. Throws if it is not set. */
export async function readRealCalls(): Promise<RealCall[]> {
  const folder = process.env.DEBRIEF_REAL_DATA;
  if (!folder) throw new Error('Set DEBRIEF_REAL_DATA to the folder that holds earnings21/calls.jsonl.gz.');
  const lines = gunzipSync(readFileSync(join(folder, 'earnings21', 'calls.jsonl.gz'))).toString();
  const calls = lines
    .trimEnd()
    .split('\n')
    .map(async (line) => {
      const body = readCallBody(Buffer.from(line));
      const { deflated, rawLength } = body.transcript!.form;
      const form = await inflate(deflated, rawLength);
      const { words } = checkTranscript(JSON.parse(line).transcript);
      return { body, words, form, text: decodeForm(form).blockTexts().join('\n') };
    });
  return Promise.all(calls);
}

/** The total number of words in the calls. */
export function countWords(calls: readonly RealCall[]): number {
  return calls.reduce((sum, { words }) => sum + words.count, 0);
}

/** The number of phrases per topic. */
const TOPIC_PHRASES = 50;

/**
 * Topics with phrases of one to four words, drawn from the calls. Every position in the calls is equally likely, so
 * frequent phrases are drawn often. A phrase of one word has at least `letters` letters.
 */
export function drawTopics(calls: readonly RealCall[], count: number, letters: number, seed: number) {
  const next = seeded(seed);
  const upTo = (n: number) => Math.floor(next() * n);
  const phrases = new Set<string>();
  while (phrases.size < count) {
    const { words } = calls[upTo(calls.length)]!;
    const length = 1 + upTo(4);
    const from = upTo(words.count - length);
    const phrase = words.text.slice(from, from + length).join(' ');
    if (/[\p{L}\p{N}]/u.test(phrase) && (length > 1 || phrase.length >= letters)) phrases.add(phrase);
  }
  const drawn = [...phrases];
  return Array.from({ length: Math.ceil(count / TOPIC_PHRASES) }, (_, i) => ({
    id: i + 1,
    name: `Drawn ${i + 1}`,
    words: drawn.slice(i * TOPIC_PHRASES, (i + 1) * TOPIC_PHRASES),
  }));
}
