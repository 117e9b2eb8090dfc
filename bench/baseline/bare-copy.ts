// The database's limit: all fragments read by one binary COPY and discarded as they arrive. Through pg-copy-streams, as
// a first version would read them, or by the driver alone, which splits the rows and discards them.

import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { tellLimit } from './limit.js';

const COPY = 'copy (select deflated from fragments order by fragment_id) to stdout (format binary)';

const by: Readonly<Record<string, (client: pg.Client) => Promise<unknown>>> = {
  driver: (client) => client.query(COPY),
  streams: async (client) => {
    for await (const _ of client.query(copyTo(COPY)));
  },
};
const read = by[process.env.BY!]!;
const clients = await Promise.all(
  Array.from({ length: Number(process.env.CONNECTIONS) }, async () => {
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
    await client.connect();
    return client;
  }),
);
await tellLimit(
  clients.map((client) => async () => {
    await read(client);
    return 1;
  }),
);
await Promise.all(clients.map((client) => client.end()));
process.disconnect();
