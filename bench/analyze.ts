import { analyzeCall } from '#debrief/analysis/analyze.js';
import { CANONICAL_QUESTIONS } from '#debrief/analysis/canonical-questions.js';
import { decodeForm } from '#debrief/analysis/form.js';
import { encodeForm } from '#debrief/analysis/form-encoder.js';
import { compileTopics } from '#debrief/analysis/topics.js';
import type { Words } from '#debrief/analysis/words.js';
import { type Fragment, inflate, makeFragment } from '#debrief/wire/fragment.js';
import type { Bench } from './support/bench.js';
import { drawTopics, readRealCalls } from './support/real-calls.js';
import { median } from './support/statistics.js';

/** An hour of speech. */
const HOUR_WORDS = 10_000;
const TIMES = 10;
const PHRASES = 300;

const [ARRAYS, STORED] = ['from arrays of words', 'from the stored form'];
const MS = 'ms an hour';

/** Everything computed from an hour of speech: statistics, topic matches, question counts. */
export const analyze: Bench = {
  anew: true,
  bars: [
    { name: `${ARRAYS}: ${MS}`, figure: (of) => of(ARRAYS, MS), atMost: 15 },
    { name: `${STORED}: ${MS}`, figure: (of) => of(STORED, MS), atMost: 30 },
  ],
  async prepare(_, say) {
    const real = await readRealCalls();
    const long = real.filter(({ words }) => words.count >= HOUR_WORDS);
    if (long.length === 0) throw new Error(`No call has ${HOUR_WORDS} words.`);
    const hours = long.map(({ words }) => firstWords(words, HOUR_WORDS));
    say(`${hours.length} calls, the first ${HOUR_WORDS} words of each`);
    const topics = [...drawTopics(real, PHRASES, 5, 21), { id: 1000, ...CANONICAL_QUESTIONS }];
    const typeOf = (speaker: number) => (speaker === 0 ? 'INTERNAL' : 'EXTERNAL');
    const settings = { topics: compileTopics(topics), canonicalTopicId: 1000, typeOf } as const;
    const stored = hours.map((words) => makeFragment(encodeForm(words)));

    const timed = async <Given>(given: readonly Given[], run: (given: Given) => unknown) => {
      const ms: number[] = [];
      for (let time = 0; time < TIMES; time++) {
        for (const each of given) {
          const begun = performance.now();
          await run(each);
          ms.push(performance.now() - begun);
        }
      }
      return { [MS]: median(ms), 'worst ms': Math.max(...ms) };
    };
    const fromArrays = (words: Words) => analyzeCall(decodeForm(encodeForm(words)), null, settings);
    const fromStored = async ({ deflated, rawLength }: Fragment) =>
      analyzeCall(decodeForm(await inflate(deflated, rawLength)), null, settings);
    return {
      variants: [
        { name: ARRAYS, note: 'the analysis form made first', run: () => timed(hours, fromArrays) },
        { name: STORED, note: 'inflated first', run: () => timed(stored, fromStored) },
      ],
    };
  },
};

function firstWords(words: Words, count: number): Words {
  return {
    count,
    start: words.start.slice(0, count),
    end: words.end.slice(0, count),
    speaker: words.speaker.slice(0, count),
    text: words.text.slice(0, count),
    punctuation: words.punctuation.slice(0, count),
  };
}
