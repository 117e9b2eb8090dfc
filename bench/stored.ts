import type { Topic } from '#debrief/analysis/topics.js';
import { systemClock } from '#debrief/clock.js';
import { selectTopics } from '#debrief/db/topics.js';
import { commandActor } from '#debrief/services/actor.js';
import { readRematchProgress, startRematch } from '#debrief/services/analysis/rematch.js';
import { createTopic, updateTopic } from '#debrief/services/analysis/topics.js';
import { startWorker, type WorkerOptions } from '#debrief/worker/worker.js';
import type { Bench, Figures, RoundFigure, Variant } from './support/bench.js';
import { countWords, drawTopics, type RealCall, readRealCalls } from './support/real-calls.js';
import type { Site } from './support/site.js';
import { storeCalls } from './support/stored-calls.js';

const SEED = 21;
const PHRASES = 1000;
/** Single words of five letters or more, as topics have them: topics are not about "the" and "of". */
const TOPICAL = 5;
/** The number of times that each real call is stored. */
const COPIES = 30;
const SPEED = 'M words/s';

const named = (letters: number) => `${PHRASES} phrases ${letters === 1 ? 'as said' : 'topical'}`;
const changed = (letters: number) => `${named(letters)}, all changed`;

/** The speed of a worker, from the stored forms to the stored matches. */
export const stored: Bench = {
  bars: [TOPICAL, 1].map((letters) => ({
    name: `${changed(letters)}: ${SPEED}`,
    figure: (of: RoundFigure) => of(changed(letters), SPEED),
    atLeast: 3,
  })),
  async prepare(openSite, say) {
    const site = await openSite();
    const calls = await readRealCalls();
    say(`storing ${calls.length * COPIES} calls, ${countWords(calls) * COPIES} words`);
    return { variants: fromDatabase(site, calls, await storeCalls(site, calls, COPIES)) };
  },
};

function fromDatabase(site: Site, calls: readonly RealCall[], options: WorkerOptions): Variant[] {
  const { db, pool } = options;
  const actor = commandActor({ accountId: site.accountId });
  const words = countWords(calls) * COPIES;

  const setTopics = async (drawn: readonly Topic[]) => {
    const known = (await selectTopics(db, actor)).filter(({ canonicalQuestions }) => !canonicalQuestions);
    for (const [index, { name, words }] of drawn.entries()) {
      const topic = known[index];
      if (topic) await updateTopic({ db }, actor, String(topic.id), { words });
      else await createTopic({ db }, actor, { name, words });
    }
  };
  /** Changes something without a worker, then lets one do the work that is due. */
  const measure = async (change: () => Promise<unknown>): Promise<Figures> => {
    await change();
    await site.settled();
    const cpu = process.cpuUsage();
    const worker = await startWorker(options);
    let progress = await readRematchProgress({ db, clock: systemClock }, actor);
    while (progress.state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      progress = await readRematchProgress({ db, clock: systemClock }, actor);
    }
    await worker.stop();
    const used = process.cpuUsage(cpu);
    const seconds = (Date.parse(progress.finishedAt!) - Date.parse(progress.startedAt!)) / 1000;
    const matches = await pool.query('select sum(matches)::int as count from call_topic_hits');
    return {
      [SPEED]: words / seconds / 1e6,
      matches: matches.rows[0].count,
      'calls/s': (calls.length * COPIES) / seconds,
      'CPU s': (used.user + used.system) / 1e6,
    };
  };
  return [TOPICAL, 1].flatMap((letters) => {
    // Two sets in turn, so that each round finds other matches than those stored.
    const sets = [SEED, SEED + 1].map((seed) => drawTopics(calls, PHRASES, letters, seed));
    return [
      {
        name: changed(letters),
        run: (round) => measure(() => setTopics(sets[round % 2]!)),
      },
      // The matches of the previous variant in the same round.
      {
        name: `${named(letters)}, none changed`,
        run: () => measure(() => startRematch({ db, clock: systemClock }, actor)),
      },
    ] satisfies Variant[];
  });
}
