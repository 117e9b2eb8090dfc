import { analyzeCall } from '#debrief/analysis/analyze.js';
import { CANONICAL_QUESTIONS } from '#debrief/analysis/canonical-questions.js';
import { decodeForm } from '#debrief/analysis/form.js';
import { encodeForm } from '#debrief/analysis/form-encoder.js';
import { compileTopics } from '#debrief/analysis/topics.js';
import type { Words } from '#debrief/analysis/words.js';
import { type Fragment, inflate, makeFragment } from '#debrief/wire/fragment.js';
import { drawTopics, readRealCalls } from './support/real-calls.js';
import { median, type Report, repeated } from './support/report.js';
import type { Site } from './support/site.js';

/** An hour of speech. */
const HOUR_WORDS = 10_000;
const TIMES = 10;
const PHRASES = 300;

/** Everything that is told of an hour of speech: statistics, topic matches, question counts. */
export async function analyze(_site: Site, report: Report): Promise<void> {
  const real = await readRealCalls();
  const hours = real.filter(({ words }) => words.count >= HOUR_WORDS).map(({ words }) => firstWords(words, HOUR_WORDS));
  if (hours.length === 0) throw new Error(`No call has ${HOUR_WORDS} words.`);
  report.say(`${hours.length} calls, the first ${HOUR_WORDS} words of each`);
  const topics = [...drawTopics(real, PHRASES, 5, 21), { id: 1000, ...CANONICAL_QUESTIONS }];
  const typeOf = (speaker: number) => (speaker === 0 ? 'INTERNAL' : 'EXTERNAL');
  const settings = { topics: compileTopics(topics), canonicalTopicId: 1000, typeOf } as const;
  const stored = hours.map((words) => makeFragment(encodeForm(words)));

  const measure = <Given>(given: readonly Given[], run: (given: Given) => unknown) =>
    repeated(async () => {
      const ms: number[] = [];
      for (let time = 0; time < TIMES; time++) {
        for (const each of given) {
          const begun = performance.now();
          await run(each);
          ms.push(performance.now() - begun);
        }
      }
      return { 'ms an hour': median(ms), 'worst ms': Math.max(...ms) };
    });
  const fromArrays = (words: Words) => analyzeCall(decodeForm(encodeForm(words)), null, settings);
  const arrays = report.row('from arrays of words', await measure(hours, fromArrays), 'the analysis form made first');
  const fromStored = async ({ deflated, rawLength }: Fragment) =>
    analyzeCall(decodeForm(await inflate(deflated, rawLength)), null, settings);
  const bytes = report.row('from the stored form', await measure(stored, fromStored), 'inflated first');
  report.aim('from arrays: ms an hour', arrays['ms an hour']!, { atMost: 15 });
  report.aim('from the stored form: ms an hour', bytes['ms an hour']!, { atMost: 30 });
}

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
