// The database's limit: all fragments by one binary COPY, thrown away as they come, by one connection and by four.

import pg from 'pg';

/** The driver throws COPY's data away, once it has taken it apart. */
const COPY = 'copy (select deflated from fragments order by fragment_id) to stdout (format binary)';

const [runs, seconds] = [Number(process.env.RUNS), Number(process.env.SECONDS)];

/** How many times the fragments are read in a second. */
async function copiesPerSecond(connections: number): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
      await client.connect();
      return client;
    }),
  );
  const begun = performance.now();
  let copies = 0;
  await Promise.all(
    clients.map(async (client) => {
      do {
        await client.query(COPY);
        copies += 1;
      } while (performance.now() - begun < seconds * 1000);
    }),
  );
  const elapsed = (performance.now() - begun) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return copies / elapsed;
}

async function runsOf(connections: number): Promise<number[]> {
  const found: number[] = [];
  for (let run = 0; run <= runs; run++) found.push(await copiesPerSecond(connections));
  return found.slice(1);
}

process.send!({ 1: await runsOf(1), 4: await runsOf(4) });
process.disconnect();
