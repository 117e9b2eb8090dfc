// Every demo call has a summary worth reading, also where its source sends none.

import { expect, test } from 'vitest';
import { decodeForm } from '#debrief/analysis/form.js';
import { encodeForm } from '#debrief/analysis/form-encoder.js';
import { spokenSentences } from '#debrief/analysis/sentences.js';
import { summarizeFromSentences } from '#debrief/analysis/summary.js';
import { demoCalls } from '#debrief/demo/calls.js';
import { columnsOf } from '../support/columns.js';

const calls = [...demoCalls({ seed: 'debrief', now: Date.parse('2026-11-01T00:00Z'), count: 60, days: 90 })];
const made = calls.flatMap(({ transcript, participants }) => {
  if (transcript === null) return [];
  const ours = participants.filter(({ email }) => email?.endsWith('@quayline.example'));
  const summary = summarizeFromSentences({
    sentences: spokenSentences(decodeForm(encodeForm(columnsOf(transcript)))),
    speakerNames: new Map(participants.map(({ speakerNumber, firstName }) => [speakerNumber, firstName ?? 'Rep'])),
    internalSpeakers: new Set(ours.map(({ speakerNumber }) => speakerNumber)),
    language: 'en',
  });
  return [{ summary, endSeconds: Number(transcript.at(-1)!.end) }];
});

test('each has a summary, and nearly all have next steps and answered questions', () => {
  expect(made.length).toBeGreaterThan(55);
  const short = made.filter(({ summary }) => summary === null || summary.summary.length < 4);
  expect(short).toEqual([]);
  const has = (part: 'nextSteps' | 'questionsAndAnswers') =>
    made.filter(({ summary }) => summary![part].length > 0).length / made.length;
  expect(has('nextSteps')).toBeGreaterThan(0.9);
  expect(has('questionsAndAnswers')).toBeGreaterThan(0.95);
});

test('they say what was said, without greetings, sounds and halves', () => {
  for (const { summary, endSeconds } of made) {
    const { summary: said, nextSteps, questionsAndAnswers } = summary!;
    const pairs = questionsAndAnswers.flatMap(({ question, answer }) => [question, answer]);
    for (const { text, seconds } of [...said, ...nextSteps, ...pairs]) {
      if (seconds !== null) expect(seconds).toBeLessThanOrEqual(endSeconds);
      expect(text).toMatch(/[.?!]”?$/);
      expect(text).not.toMatch(/\b(?:um|uh)\b|\b(?:good morning|how are you|can you hear)\b/i);
      expect(text).toMatch(/^(?:[^“]+: “)?[^\p{L}]*[\p{Lu}\p{N}]/u);
    }
  }
});
