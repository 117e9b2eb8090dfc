import { expect, test } from 'vitest';
import { analyzeCall } from '#debrief/analysis/analyze.js';
import { decodeForm } from '#debrief/analysis/form.js';
import { encodeForm } from '#debrief/analysis/form-encoder.js';
import { compileTopics } from '#debrief/analysis/topics.js';
import { checkTranscript } from '#debrief/ingest/words.js';
import { type CountedSeconds, countedSeconds } from '../../src/web/stats/counted-seconds.js';
import { randomDialogue } from '../naive/random-dialogue.js';

type Range = CountedSeconds['changes'][number];
const lengthOf = (ranges: readonly Range[]) =>
  ranges.reduce((sum, { startSeconds, endSeconds }) => sum + (endSeconds - startSeconds), 0);

/** The statistics by the seconds that are marked in the page. */
function statsOf({ talk, longest, changes, pace, questions }: CountedSeconds, callSeconds: number) {
  const perMinute = (count: number, seconds: number) => (seconds === 0 ? 0 : count / (seconds / 60));
  const talkSpeeds: { start: number; end: number; wordsPerMinute: Record<string, number> }[] = [];
  let section: Range | null = null;
  for (const each of pace) {
    const { startSeconds: start, endSeconds: end } = each.section;
    if (each.section !== section) talkSpeeds.push({ start, end, wordsPerMinute: {} });
    section = each.section;
    talkSpeeds.at(-1)!.wordsPerMinute[each.speaker] = perMinute(each.words, end - start);
  }
  return {
    internalTalkTime: Math.round(lengthOf(talk.INTERNAL) + 1e-9),
    externalTalkTime: Math.round(lengthOf(talk.EXTERNAL) + 1e-9),
    interchangesPerMinute: perMinute(changes.length, callSeconds),
    longestSegmentDurations: Object.fromEntries([...longest].map(([speaker, range]) => [speaker, lengthOf([range])])),
    talkSpeeds,
    questionCounts: {
      internalSpeakerQuestionCount: questions.INTERNAL.length,
      externalSpeakerQuestionCount: questions.EXTERNAL.length,
      unknownSpeakerQuestionCount: questions.UNKNOWN.length,
    },
  };
}

test('the seconds that the page marks for a statistic are those that the server counted', () => {
  for (let given = 0; given < 300; given++) {
    const { words, duration, speakerTypes, topics, canonicalTopicId } = randomDialogue(given);
    const typeOf = (speaker: number) => speakerTypes.get(speaker) ?? 'UNKNOWN';
    const checked = checkTranscript(words);
    const form = decodeForm(encodeForm(checked.words));
    const { stats, questionCounts, topicMatches } = analyzeCall(form, duration, {
      topics: compileTopics(topics),
      canonicalTopicId,
      typeOf,
    });
    const counted = countedSeconds({
      words: JSON.parse(checked.json),
      typeOf,
      topicMatches: JSON.parse(new TextDecoder().decode(topicMatches)),
      questionsTopicId: String(canonicalTopicId),
    });
    const { talkRatio: _, ...shown } = stats;
    const callSeconds = duration || Math.max(0, ...checked.words.end);
    expect({ given, ...statsOf(counted, callSeconds) }).toEqual({ given, ...shown, questionCounts });
  }
});
