import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '#debrief/db/connection/migrate.js';
import { createPool } from '#debrief/db/connection/pool.js';
import type { TemporaryDatabase } from '../support/database.js';
import { readRecording, startRecorded } from './recorded.js';

// In version 0.1.0, a `*` parted words as any punctuation does.

const GIVEN: readonly (readonly [words: readonly string[], upgraded: readonly string[]])[] = [
  [
    ['price', 'a  list'],
    ['price', 'a  list'],
  ],
  [
    ['price*', 'list'],
    ['price', 'list'],
  ],
  [
    ['* price * list *', '**bold**'],
    ['price list', 'bold'],
  ],
  [
    ['a*b', 'C++*', 'too much*!'],
    ['a b', 'C++', 'too much !'],
  ],
  [
    ['list', 'price', 'price*', '*list'],
    ['list', 'price'],
  ],
];

let database: TemporaryDatabase;
beforeAll(async () => {
  database = await startRecorded(await readRecording('0.1.0'));
}, 120_000);
afterAll(() => database.stop());

test('phrases with a star keep their meaning, and calls are matched again', async () => {
  const connection = { connectionString: database.databaseUrl };
  const pool = createPool({ connection, max: 2, onError: () => {} });
  try {
    const versions = async () => {
      const { rows } = await pool.query('select account_id, topics_version as version from accounts');
      return new Map(rows.map((row) => [row.account_id, Number(row.version)]));
    };
    for (const [at, [words]] of GIVEN.entries()) {
      const id = `stars-${at}`;
      await pool.query(
        `insert into accounts (account_id, name, time_zone, next_topic_id) values ($1, $1, 'America/New_York', 2)`,
        [id],
      );
      await pool.query('insert into topics (account_id, topic_id, name, words) values ($1, 1, $1, $2)', [id, words]);
    }
    const before = await versions();
    await migrate(pool, () => {});
    const { rows } = await pool.query(
      `select words, word_forms from topics where account_id like 'stars-%' order by account_id`,
    );
    expect(rows).toEqual(GIVEN.map(([, words]) => ({ words, word_forms: false })));
    const after = await versions();
    for (const [at, [words, upgraded]] of GIVEN.entries()) {
      if (words.join() !== upgraded.join())
        expect(after.get(`stars-${at}`)).toBeGreaterThan(before.get(`stars-${at}`)!);
    }
  } finally {
    await pool.end();
  }
});
