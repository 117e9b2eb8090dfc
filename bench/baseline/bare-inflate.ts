// The limit of an answer without a content coding: all fragments inflated from memory, two in flight, thrown away.

import pg from 'pg';
import { inflate } from '#debrief/wire/fragment.js';

const [runs, seconds] = [Number(process.env.RUNS), Number(process.env.SECONDS)];
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
const { rows } = await client.query('select deflated, raw_length from fragments order by fragment_id');
await client.end();

/** How many times the fragments are inflated in a second. */
async function timesPerSecond(): Promise<number> {
  const begun = performance.now();
  let inflated = 0;
  const lane = async () => {
    do {
      const { deflated, raw_length } = rows[inflated++ % rows.length];
      await inflate(deflated, raw_length);
    } while (performance.now() - begun < seconds * 1000);
  };
  await Promise.all([lane(), lane()]);
  return (inflated / rows.length / (performance.now() - begun)) * 1000;
}

const found: number[] = [];
for (let run = 0; run <= runs; run++) found.push(await timesPerSecond());
process.send!(found.slice(1));
process.disconnect();
