// Summaries of thirty real calls, recognised by a machine: broken sentences, wrong words, speakers cut in the middle.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeForm } from '#debrief/analysis/form.js';
import { encodeForm } from '#debrief/analysis/form-encoder.js';
import { spokenSentences } from '#debrief/analysis/sentences.js';
import { summarizeFromSentences } from '#debrief/analysis/summary.js';
import { columnsOf, type SentWord } from '../support/columns.js';

const folder = process.env.DEBRIEF_REAL_DATA;
if (!folder) throw new Error('Set DEBRIEF_REAL_DATA to the folder that holds earnings21/calls.jsonl.gz.');

const lines = gunzipSync(readFileSync(`${folder}/earnings21/calls.jsonl.gz`))
  .toString('utf8')
  .trim()
  .split('\n');
const calls = lines.map((line) => JSON.parse(line) as { externalId: string; transcript: SentWord[] });

test.each(calls.map((call) => [call.externalId, call] as const))('%s', (_, { transcript }) => {
  const summary = summarizeFromSentences({
    sentences: spokenSentences(decodeForm(encodeForm(columnsOf(transcript)))),
    speakerNames: new Map(),
    internalSpeakers: new Set(),
    language: 'en',
  })!;
  expect(summary.summary.length).toBeGreaterThanOrEqual(5);
  expect(summary.summary[0]!.text).toMatch(/^Speaker \d+.* spoke for \d+ minutes, mostly about .+\.$/);
  for (const { text, seconds } of summary.summary.slice(1)) {
    expect(text).toMatch(/^Speaker \d+: “[\p{Lu}\p{N}].*[.!]”$/u);
    expect(text).not.toMatch(/\b(?:good morning|ladies and gentlemen|press star|forward.looking|um|uh)\b/i);
    expect(transcript.some(({ start }) => Number(start) === seconds)).toBe(true);
  }
});
