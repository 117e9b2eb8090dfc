// The limit of an answer without a content coding: all fragments inflated from memory, two at a time, and discarded.

import pg from 'pg';
import { inflate } from '#debrief/wire/fragment.js';
import { tellLimit } from './limit.js';

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
const { rows } = await client.query('select deflated, raw_length from fragments order by fragment_id');
await client.end();

let next = 0;
const lane = async () => {
  const { deflated, raw_length } = rows[next++ % rows.length];
  await inflate(deflated, raw_length);
  return 1 / rows.length;
};
await tellLimit([lane, lane]);
process.disconnect();
