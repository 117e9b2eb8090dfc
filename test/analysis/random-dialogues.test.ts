// Very many random dialogues through the analysis alone, several with the topics of one: what it learns of one call's words
// must be right for the next.

import { expect, test } from 'vitest';
import { analyzeCall } from '#debrief/analysis/analyze.js';
import { decodeForm } from '#debrief/analysis/form.js';
import { encodeForm } from '#debrief/analysis/form-encoder.js';
import { compileTopics } from '#debrief/analysis/topics.js';
import { checkTranscript } from '#debrief/ingest/words.js';
import { differences } from '../naive/cases.js';
import { randomDialogue } from '../naive/random-dialogue.js';
import { naively } from '../support/analysed.js';

const SETS = 150;
const CALLS = 6;

test('analyses are those of the naive implementation', () => {
  const wrong: unknown[] = [];
  for (let given = 0; given < SETS; given++) {
    const { topics, canonicalTopicId } = randomDialogue(20_000 + given);
    const set = compileTopics(topics);
    for (let call = 0; call < CALLS; call++) {
      const { words, duration, speakerTypes } = randomDialogue(given * CALLS + call);
      const { transcript: _, ...expected } = naively({ words, duration, speakerTypes, topics, canonicalTopicId });
      const typeOf = (v: number) => speakerTypes.get(v) ?? 'UNKNOWN';
      const form = decodeForm(encodeForm(checkTranscript(words).words));
      const made = analyzeCall(form, duration, { topics: set, canonicalTopicId, typeOf });
      const { stats, questionCounts } = made;
      const topicMatches = JSON.parse(new TextDecoder().decode(made.topicMatches));
      const found = differences({ stats, questionCounts, topicMatches }, expected);
      if (found.length > 0) wrong.push({ given, call, found, topics: topics.map((topic) => topic.words) });
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});
