import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '#debrief/db/connection/migrate.js';
import { atRest } from '../support/analysed.js';
import { type StartedCommand, startCommand } from '../support/command.js';
import type { TemporaryDatabase } from '../support/database.js';
import { makeAccount, makeClient, startService, type TestClient, type TestService, until } from '../support/service.js';
import { readRecording, startRecorded } from './recorded.js';

// What a released version has left is upgraded, with a worker at work, to what this version makes of the same.

const VERSION = '0.1.0';
const recording = await readRecording(VERSION);
const accountId = recording.rows.get('accounts')![0]!.account_id!;

let database: TemporaryDatabase;
let service: TestService;
let worker: StartedCommand;
let client: TestClient;

// biome-ignore lint/suspicious/noExplicitAny: entries of every feed
type Entry = any;

beforeAll(async () => {
  database = await startRecorded(recording);
  const { databaseUrl } = database;
  service = await startService({ databaseUrl });
  await migrate(service.pool, () => {});
  worker = startCommand(['work'], { DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' });
  client = await makeClient(service, accountId, ['admin', 'delete']);
  await atRest(service, accountId);
}, 120_000);

afterAll(async () => {
  worker.process.kill('SIGTERM');
  await once(worker.process, 'close');
  await service.close();
  await database.stop();
});

async function entriesOf(feed: string, of = client): Promise<Entry[]> {
  const answer = await of.get(`/api/ev/2/${feed}?since=2020-01-01T00:00Z&limit=1000`);
  expect(answer.status, `${feed}: ${answer.text}`).toBe(200);
  return answer.json();
}

const ID_FIELDS = ['callId', 'resultId', 'meetingId', 'planId'];
const idOf = (feed: string, entry: Entry): string =>
  String(feed === 'call_topics' ? entry.callId : (entry.id ?? ID_FIELDS.map((field) => entry[field]).find(Boolean)));

/** Entries by their ids; a result's are several. Without the stamps, which may have moved. */
function byId(feed: string, entries: readonly Entry[]): Map<string, { content: string; modified: string }> {
  const found = new Map<string, { content: string; modified: string }>();
  for (const { modified, ...shown } of entries) {
    const id = feed === 'scores' ? `${shown.resultId} ${shown.questionId}` : idOf(feed, shown);
    found.set(id, { content: JSON.stringify(shown), modified });
  }
  return found;
}

/** The feeds whose entries have one stamp: a call's. */
const FEEDS_OF_CALLS = ['calls', 'call_topics'];

/** A feed's entries by their ids, with what other feeds show under the same stamps. */
async function shownBy(feed: string, entries: (feed: string) => Entry[] | Promise<Entry[]>) {
  const shown = byId(feed, await entries(feed));
  for (const other of FEEDS_OF_CALLS.filter((each) => FEEDS_OF_CALLS.includes(feed) && each !== feed)) {
    for (const [id, { content }] of byId(other, await entries(other))) {
      const entry = shown.get(id);
      if (entry) shown.set(id, { ...entry, content: `${entry.content} ${content}` });
    }
  }
  return shown;
}

describe.each([...recording.feeds.keys()])('the feed %s', (feed) => {
  test('has an entry stamped anew only where it shows something else', async () => {
    const before = await shownBy(feed, (each) => recording.feeds.get(each)!);
    const after = await shownBy(feed, (each) => entriesOf(each));
    const moved = [...before].flatMap(([id, { content, modified }]) => {
      const now = after.get(id);
      return now && (now.content === content) !== (now.modified === modified) ? [{ id, content, modified, now }] : [];
    });
    expect(moved).toEqual([]);
    expect(after.size).toBeGreaterThan(0);
  });
});

test('a percentage that was truncated answer by answer is counted again', async () => {
  const old = recording.rows.get('results')!.find(({ percentage }) => percentage === '74')!;
  const percentage = async () => (await client.get(`/api/v1/results/${old.result_id}`)).json().percentage;
  await until(async () => (await percentage()) !== 74);
  expect(await percentage()).toBe(75);
});

test('stored calls come to what they would if they were given anew', async () => {
  const fresh = await (await makeAccount(service)).client('admin');
  await giveSettings(fresh);
  const calls = (await entriesOf('calls')).filter(({ state }) => state === 'COMPLETE');
  const given = new Map<string, string>();
  for (const { id } of calls) {
    const answer = await fresh.send('POST', '/api/v1/calls', await asGiven(id));
    expect(answer.status, answer.text).toBe(201);
    given.set(answer.json().id, id);
  }
  await atRest(service, fresh.accountId);
  const stats = (entries: Entry[], id = (given: string) => given) =>
    new Map(entries.map((entry) => [id(entry.id), entry.stats]));
  expect(stats(await entriesOf('calls', fresh), (id) => given.get(id)!)).toEqual(stats(calls));
  const matches = (entries: Entry[], id = (given: string) => given) =>
    new Map(entries.map(({ callId, modified: _, ...rest }) => [id(callId), rest]));
  expect(matches(await entriesOf('call_topics', fresh), (id) => given.get(id)!)).toEqual(
    matches(await entriesOf('call_topics')),
  );
  // Full text and forms, without the account's own mark.
  for (const [freshId, id] of given) {
    expect(await storedText(fresh.accountId, freshId)).toEqual(await storedText(accountId, id));
  }
});

/** People and topics as the upgraded account has them, by the same ids where they are shown. */
async function giveSettings(to: TestClient): Promise<void> {
  const connection = await service.pool.connect();
  // The users' teams are not copied: nothing of them is compared. Addresses are held since when they were.
  await connection.query("set session_replication_role = 'replica'");
  await connection.query('delete from topics where account_id = $1', [to.accountId]);
  for (const table of ['topics', 'users', 'user_addresses']) {
    const columns = await columnsOf(table);
    await connection.query(
      `insert into ${table} (account_id, ${columns}) select $2, ${columns} from ${table} where account_id = $1`,
      [accountId, to.accountId],
    );
  }
  await connection.query(
    `update accounts set topics_version = topics_version + 1, people_version = people_version + 1 where account_id = $1`,
    [to.accountId],
  );
  await connection.query('reset session_replication_role');
  connection.release();
}

async function columnsOf(table: string): Promise<string> {
  const found = await service.pool.query<{ names: string }>(
    `select string_agg(column_name, ', ') as names from information_schema.columns
     where table_schema = 'public' and table_name = $1 and column_name <> 'account_id' and is_generated = 'NEVER'
       and is_identity = 'NO'`,
    [table],
  );
  return found.rows[0]!.names;
}

/** A stored call as its source would give it. */
async function asGiven(id: string): Promise<Record<string, unknown>> {
  const { transcript, crmMatches, callTime, direction, duration, metadata } = (
    await client.get(`/api/ev/2/call/${id}`)
  ).json();
  const { callCardTemplates: _, ...own } = metadata;
  const found = await service.pool.query(
    `select speaker_number as "speakerNumber", email, first_name as "firstName", last_name as "lastName",
       given_type as type from participants where account_id = $1 and call_id = $2 order by 1`,
    [accountId, id],
  );
  const participants = found.rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
  );
  return { callTime, direction, duration, metadata: own, crmMatches, participants, transcript };
}

async function storedText(account: string, callId: string): Promise<unknown> {
  const sections = await service.pool.query<{ lexemes: string[] }>(
    `select array(select substr(lexeme, 4) || ':' || positions::text from unnest(tsv) order by 1) as lexemes
     from call_sections where account_id = $1 and call_id = $2 order by section_no`,
    [account, callId],
  );
  const hits = await service.pool.query(
    'select topic_id, matches from call_topic_hits where account_id = $1 and call_id = $2 order by 1',
    [account, callId],
  );
  const forms = await service.pool.query<{ deflated: Buffer }>(
    'select deflated from analysis_forms where account_id = $1 and call_id = $2',
    [account, callId],
  );
  return {
    sections: sections.rows.map(({ lexemes }) => lexemes),
    hits: hits.rows,
    form: forms.rows[0]?.deflated.toString('base64'),
  };
}
