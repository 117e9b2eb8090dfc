import { describe, expect, it } from 'vitest';
import { analyzeCall, matchCall } from './analyze.js';
import { decodeForm } from './form.js';
import { encodeForm } from './form-encoder.js';
import { madeWords, spokenWords } from './made-words.js';
import { compileTopics } from './topics.js';
import { simplifiedTranscript } from './transcript.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';
import type { SpeakerType } from './words.js';

const form = decodeForm(encodeForm(spokenWords([0, 'How are you?'], [1, 'Fine. The price is fine.'])));
const settings = {
  topics: compileTopics([
    { id: 1, name: 'Questions', words: ['how are'] },
    { id: 2, name: 'Price', words: ['price'] },
  ]),
  canonicalTopicId: 1,
  typeOf: (speaker: number): SpeakerType => (speaker === 0 ? 'INTERNAL' : 'UNKNOWN'),
};

describe('analyzeCall', () => {
  it('gives stats, matches and questions', () => {
    const analysis = analyzeCall(form, 60, settings);
    expect(analysis.stats).toMatchObject({ internalTalkTime: 3, talkRatio: 3 / 8, interchangesPerMinute: 1 });
    expect(analysis.questionCounts).toEqual({
      internalSpeakerQuestionCount: 1,
      externalSpeakerQuestionCount: 0,
      unknownSpeakerQuestionCount: 0,
    });
    expect(JSON.parse(decodeUtf8(analysis.topicMatches)).map((block: { text: string }) => block.text)).toEqual([
      'How are you?',
      'Fine. The price is fine.',
    ]);
  });

  it('gives a call without words empty figures', () => {
    expect(analyzeCall(decodeForm(encodeForm(madeWords([]))), null, settings)).toEqual({
      stats: {
        internalTalkTime: 0,
        externalTalkTime: 0,
        talkRatio: null,
        interchangesPerMinute: 0,
        longestSegmentDurations: {},
        talkSpeeds: [],
      },
      questionCounts: {
        internalSpeakerQuestionCount: 0,
        externalSpeakerQuestionCount: 0,
        unknownSpeakerQuestionCount: 0,
      },
      topicMatches: encodeUtf8('[]'),
      topicHits: new Map(),
    });
  });
});

describe('matchCall', () => {
  it('gives the same matches and questions', () => {
    const { stats: _, ...matches } = analyzeCall(form, 60, settings);
    expect(matchCall(form, settings)).toEqual(matches);
  });
});

describe('simplifiedTranscript', () => {
  it('has a row per block, with v2’s fields in its order', () => {
    expect(JSON.stringify(simplifiedTranscript(form))).toBe(
      '[{"endTime":2.5,"speakerNumber":0,"startTime":0,"text":"How are you?"},' +
        '{"endTime":7.5,"speakerNumber":1,"startTime":3,"text":"Fine. The price is fine."}]',
    );
  });
});
