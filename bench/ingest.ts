import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './support/bench.js';
import { seeded, transcripts, vocabulary } from './support/calls.js';
import { startLoadGenerator } from './support/load.js';
import { childrenOf, cpuSeconds, type Server, startDebrief } from './support/processes.js';
import type { Site } from './support/site.js';
import { quantile } from './support/statistics.js';

const CALLS = 300;
const CONNECTIONS = 4;
const [TOPICS, PHRASES] = [10, 30];

const VARIANT = `${CALLS} calls by ${CONNECTIONS} connections, ${TOPICS} topics of ${PHRASES} phrases`;

/**
 * Calls of about 4,500 words, one per request, measured from the first byte sent until the last of them is COMPLETE.
 */
export const ingest: Bench = {
  bars: [{ name: 'calls/s to COMPLETE', figure: (of) => of(VARIANT, 'complete/s'), atLeast: 30 }],
  async prepare(openSite, say) {
    const site = await openSite();
    const folder = await mkdtemp(join(tmpdir(), 'debrief-ingest-'));
    const bodies = join(folder, 'calls.jsonl');
    say(`writing ${CALLS} calls of about 4,500 words, each other words`);
    await writeFile(bodies, [...transcripts(CALLS)].map(callJson).join('\n'));
    // The default number of worker processes.
    const server = await startDebrief(site.databaseUrl, { env: { WORKERS: '1' } });
    const headers = { authorization: await site.authorization('unlimited') };
    await giveTopics(server, headers);
    const generator = startLoadGenerator();
    const until = { requests: CALLS };
    const run = async () => {
      const [worker] = childrenOf(server);
      const before = { api: cpuSeconds(server), worker: cpuSeconds(worker!) };
      const begun = performance.now();
      const load = { url: server.url, headers, paths: ['/api/v1/calls'], bodies, connections: CONNECTIONS, until };
      const { elapsedMs, ms } = await generator.load(load);
      while (!(await allComplete(site))) await sleep(20);
      const seconds = (performance.now() - begun) / 1000;
      return {
        'accepted/s': (CALLS * 1000) / elapsedMs,
        'complete/s': CALLS / seconds,
        'p99 ms to accept': quantile(ms, 0.99),
        'API CPU ms a call': ((cpuSeconds(server) - before.api) * 1000) / CALLS,
        'worker CPU ms a call': ((cpuSeconds(worker!) - before.worker) * 1000) / CALLS,
      };
    };
    return {
      variants: [{ name: VARIANT, run }],
      async close() {
        await generator.close();
        await server.stop();
        await rm(folder, { recursive: true });
      },
    };
  },
};

function callJson(transcript: string, index: number): string {
  const callTime = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();
  const participants = '[{"speakerNumber":0,"type":"INTERNAL"},{"speakerNumber":1,"type":"EXTERNAL"}]';
  const fields = `"callTime":"${callTime}","direction":"OUTBOUND","metadata":{"company":"Example"}`;
  return `{${fields},"participants":${participants},"transcript":${transcript}}`;
}

/** Creates topics with phrases of one to three words that occur in the calls. */
async function giveTopics(server: Server, headers: Record<string, string>): Promise<void> {
  const next = seeded(11);
  const words = vocabulary(seeded(7));
  const word = () => words[Math.floor(words.length * next() ** 3)]!;
  for (let n = 0; n < TOPICS; n++) {
    const phrase = () => Array.from({ length: 1 + Math.floor(next() * 3) }, word).join(' ');
    const body = JSON.stringify({ name: `Topic ${n}`, words: Array.from({ length: PHRASES }, phrase) });
    const more = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/api/v1/topics`, {
      method: 'POST',
      headers: { ...headers, ...more },
      body,
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
}

async function allComplete({ pool, accountId }: Site): Promise<boolean> {
  const left = await pool.query(`select 1 from calls where account_id = $1 and state <> 'COMPLETE' limit 1`, [
    accountId,
  ]);
  return left.rows.length === 0;
}
