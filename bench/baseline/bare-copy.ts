// The database's limit: all fragments by one binary COPY, thrown away as they come. Through pg-copy-streams, as one would read
// them, and by the driver alone, which takes the rows apart and forgets them.

import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

const COPY = 'copy (select deflated from fragments order by fragment_id) to stdout (format binary)';

const [runs, seconds] = [Number(process.env.RUNS), Number(process.env.SECONDS)];

type Read = (client: pg.Client) => Promise<unknown>;
const byDriver: Read = (client) => client.query(COPY);
const byStreams: Read = async (client) => {
  for await (const _ of client.query(copyTo(COPY)));
};

/** How many times the fragments are read in a second. */
async function copiesPerSecond(read: Read, connections: number): Promise<number> {
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
        await read(client);
        copies += 1;
      } while (performance.now() - begun < seconds * 1000);
    }),
  );
  const elapsed = (performance.now() - begun) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return copies / elapsed;
}

async function runsOf(read: Read, connections: number): Promise<number[]> {
  const found: number[] = [];
  for (let run = 0; run <= runs; run++) found.push(await copiesPerSecond(read, connections));
  return found.slice(1);
}

process.send!({
  streams: await runsOf(byStreams, 1),
  driver: await runsOf(byDriver, 1),
  drivers: await runsOf(byDriver, 4),
});
process.disconnect();
