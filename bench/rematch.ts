import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#debrief/clock.js';
import { selectTopics } from '#debrief/db/topics.js';
import { commandActor } from '#debrief/services/actor.js';
import { readRematchProgress } from '#debrief/services/analysis/rematch.js';
import { createTopic, updateTopic } from '#debrief/services/analysis/topics.js';
import type { Bench } from './support/bench.js';
import { startLoadGenerator } from './support/load.js';
import { startDebrief } from './support/processes.js';
import { drawTopics, readRealCalls } from './support/real-calls.js';
import { quantile } from './support/statistics.js';
import { storeCalls } from './support/stored-calls.js';

/** The number of times that each real call is stored. */
const COPIES = 20;
const PHRASES = 1000;
const LETTERS = 5;
/** As many workers as the machine of the published figures has cores: none is left for the API. */
const WORKERS = 2;
const IDLE_SECONDS = 3;

/** How often each is requested, in milliseconds. A search takes PostgreSQL longer than all the others. */
const REQUESTS = [
  { name: '/check', path: '/api/ev/2/check', everyMs: 25 },
  { name: 'a page of 100 calls', path: '/api/ev/2/calls?since=2026-01-01&limit=100', everyMs: 25 },
  { name: 'the topics', path: '/api/v1/topics', everyMs: 25 },
  { name: 'a search of the library', path: '/api/v1/calls?q=revenue', everyMs: 250 },
] as const;

/** How long requests take while all stored calls are matched again, and how long they take otherwise. */
export const rematch: Bench = {
  bars: [{ name: '/check meanwhile: p99 ms', figure: (of) => of('/check', 'meanwhile p99 ms'), atMost: 50 }],
  async prepare(openSite, say) {
    const site = await openSite();
    const calls = await readRealCalls();
    say(`storing ${calls.length * COPIES} calls`);
    const { db } = await storeCalls(site, calls, COPIES);
    const actor = commandActor({ accountId: site.accountId });
    const sets = [1, 2].map((seed) => drawTopics(calls, PHRASES, LETTERS, seed));
    for (const { name, words } of sets[0]!) await createTopic({ db }, actor, { name, words });
    const server = await startDebrief(site.databaseUrl, { env: { WORKERS: String(WORKERS) } });
    const headers = { authorization: await site.authorization('unlimited') };
    const prober = startLoadGenerator();
    const progress = () => readRematchProgress({ db, clock: systemClock }, actor);
    const ended = async () => {
      while ((await progress()).state === 'running') await sleep(20);
    };
    await ended();

    let changes = 0;
    /**
     * Changes all topics, so that every call's matches change, and waits until they have. Returns the calls per second.
     */
    const matchAll = async () => {
      changes += 1;
      const known = (await selectTopics(db, actor)).filter(({ canonicalQuestions }) => !canonicalQuestions);
      for (const [index, { words }] of sets[changes % 2]!.entries())
        await updateTopic({ db }, actor, String(known[index]!.id), { words });
      await ended();
      return (await progress()).callsPerSecond!;
    };

    const variants = REQUESTS.map(({ name, ...request }) => ({
      name,
      async run() {
        const probe = () => prober.probe({ url: server.url, headers, ...request });
        await site.settled();
        const quiet = probe();
        await sleep(IDLE_SECONDS * 1000);
        const idle = (await quiet.stop()).ms;
        const busy = probe();
        const perSecond = await matchAll();
        const meanwhile = (await busy.stop()).ms;
        return {
          'idle p50 ms': quantile(idle, 0.5),
          'idle p99 ms': quantile(idle, 0.99),
          'meanwhile p50 ms': quantile(meanwhile, 0.5),
          'meanwhile p99 ms': quantile(meanwhile, 0.99),
          'calls/s': perSecond,
        };
      },
    }));
    return {
      variants,
      async close() {
        await prober.close();
        await server.stop();
      },
    };
  },
};
