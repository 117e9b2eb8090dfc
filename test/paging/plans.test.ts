import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  callsAfter,
  callsFeed,
  callTopicsAfter,
  callTopicsFeed,
  deletedCallsAfter,
  deletedCallsFeed,
} from '#debrief/db/calls.js';
import type { Db } from '#debrief/db/database.js';
import type { Feed, Position } from '#debrief/db/feed.js';
import { MAX_ENDS } from '#debrief/db/feed-ends.js';
import { feedbackAfter, feedbackFeed } from '#debrief/db/feedback.js';
import { listensAfter, listensFeed } from '#debrief/db/listens.js';
import { meetingsAfter, meetingsFeed } from '#debrief/db/meetings.js';
import { observationsAfter, observationsFeed } from '#debrief/db/observations.js';
import { startOfPage } from '#debrief/db/page-start.js';
import { plansAfter, plansFeed } from '#debrief/db/plans.js';
import type { Tables } from '#debrief/db/schema.js';
import { scoresAfter, scoresFeed } from '#debrief/db/scores.js';
import { sharesAfter, sharesFeed } from '#debrief/db/shares.js';
import { makeAccount, startService, type TestAccount, type TestService } from '../support/service.js';

// A page costs what it holds, wherever in a feed it stands: the plans for an account with 20,000 entries a feed.

const ENTRIES = 20_000;
const LIMIT = 100;

let service: TestService;
let account: TestAccount;
/** Each feed's reader: one that went through it in as many pages as are remembered. */
const readers = new Map<string, string>();
let db: Db;
let statements: { readonly text: string; readonly values: unknown[] }[] = [];

beforeAll(async () => {
  service = await startService();
  account = await makeAccount(service);
  db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: service.pool }),
    log: ({ query }) => {
      statements.push({ text: query.sql, values: [...query.parameters] });
    },
  });
  const people: string[] = [];
  for (let i = 0; i < 20; i++) people.push(await account.addUser(`rep-${i}@example.com`));
  // Each table's rows, numbered by n; other accounts have theirs.
  const fill = (table: string, columns: string, values: string, rows = ENTRIES) =>
    service.pool.query(
      `insert into ${table} (account_id, ${columns}) select $1, ${values}
       from generate_series(1, ${rows}) as n, (values (timestamptz '2026-01-01Z')) as given (start),
         lateral (select ($2::text[])[1 + n % 20] as person) as whose`,
      [account.accountId, people],
    );
  const one = (table: string, columns: string, values: string) =>
    service.pool.query(`insert into ${table} (account_id, ${columns}) values ($1, ${values})`, [account.accountId]);
  const stamps = 'first_stamp, stamp';
  const stamp = `given.start + n * interval '10 microseconds 1 second', given.start + n * interval '1 second 1 microsecond'`;
  await fill(
    'calls',
    `call_id, caller_id, call_time, direction, state, topics_fragment_id, ${stamps}`,
    `'e' || n, person, given.start, 'INBOUND', case when n % 4 = 0 then 'ANALYZING' else 'COMPLETE' end, n, ${stamp}`,
  );
  await service.pool.query(
    `insert into fragments (account_id, fragment_id, call_id, raw_length, crc32, deflated) overriding system value
     select $1, n, 'e' || n, 2, 0, '\\x00' from generate_series(1, ${ENTRIES}) as n`,
    [account.accountId],
  );
  await fill(
    'deleted_calls',
    `call_id, call_time, first_stamp, last_stamp, stamp`,
    `'e' || n, given.start, ${stamp}, given.start + n * interval '1 second 1 microsecond'`,
  );
  await one('scorecards', 'scorecard_id, line_id, version, name, scheme', `'card', 'card', 1, 'Card', 'YesNo'`);
  await one('scorecard_questions', 'scorecard_id, question_id, position, question_text', `'card', 'q', 0, 'Q'`);
  await fill(
    'results',
    `result_id, scorecard_id, call_id, reviewer_id, state, score_time, answered, ${stamps}`,
    `'e' || n, 'card', 'e' || n, person, case when n % 4 = 0 then 'DRAFT' else 'SUBMITTED' end,
     case when n % 4 = 0 then null else given.start end, 1, ${stamp}`,
  );
  await fill('result_answers', 'result_id, question_id, answer, raw_answer', `'e' || n, 'q', 1, 1`);
  await fill(
    'feedback',
    `feedback_id, call_id, kind, feedback_by, feedback_at, text, start_time, deleted, ${stamps}`,
    `'e' || n, 'e' || n, 'comment', person, given.start, 'Good', 0, n % 4 = 0, ${stamp}`,
  );
  await fill(
    'shares',
    `share_id, call_id, shared_by, shared_at, recipient_user_ids, recipient_emails, ${stamps}`,
    `'e' || n, 'e' || n, person, given.start, '{}', '{}', ${stamp}`,
  );
  await fill(
    'listens',
    `listen_id, listener, call_id, date, ${stamps}`,
    `'e' || n, person, 'e' || n, '2026-01-01', ${stamp}`,
  );
  await fill(
    'plans',
    `plan_id, name, objective, coach_id, recipient_id, start_at, cadence_days, planned_meetings, ${stamps}`,
    `n, 'Plan', 'Better', person, person, given.start, 7, 4, ${stamp}`,
  );
  await fill(
    'meetings',
    `meeting_id, plan_id, scheduled_at, coach_id, recipient_id, started_at, ended_at, ${stamps}`,
    `n, n, given.start, person, person, given.start, case when n % 4 > 0 then given.start end, ${stamp}`,
  );
  await fill('meeting_reviews', 'meeting_id, position, call_id', `n, 0, 'e' || n`);
  await one('kpis', 'kpi_id, description, frequency, target', `'1', 'Calls', 'DAILY', 1`);
  await fill(
    'kpi_observations',
    `observation_id, kpi_id, observed_at, observer_id, observed_id, value, ${stamps}`,
    `'e' || n, '1', given.start + n * interval '1 second', person, person, 1, ${stamp}`,
  );
  for (const feed of feeds) {
    const { username } = await account.client('read');
    readers.set(feed.feed.name, username);
    await fill(
      'feed_ends',
      `credential_id, feed, entry_id, stamp, times, remembered_at`,
      `'${username}', '${feed.feed.name}', '${feed.prefix}' || n, given.start + n * interval '1 second 1 microsecond',
       array[given.start, given.start - n * interval '1 minute', given.start - n * interval '1 second'], now() + n * interval '1 second'`,
      MAX_ENDS,
    );
  }
  const filled = ['fragments', 'result_answers', 'meeting_reviews', 'feed_ends', ...feeds.map(({ table }) => table)];
  for (const table of new Set(filled)) await service.pool.query(`vacuum analyze ${table}`);
}, 240_000);
afterAll(() => service.close());

interface FeedPages {
  readonly feed: Feed;
  /** The table and the index that a page is read by. */
  readonly table: string;
  readonly index: string;
  /** What an entry's id has before its number. */
  readonly prefix: string;
  read(after: Position): Promise<readonly unknown[]>;
}

const parts = { transcripts: false, crmMatches: false, cards: 'none' } as const;
const e = { prefix: 'e' };
const numbered = { prefix: '' };
type After = (db: Db, scope: TestAccount, after: Position, limit: number) => Promise<readonly unknown[]>;
const by =
  (after: After) =>
  (position: Position): Promise<readonly unknown[]> =>
    after(db, account, position, LIMIT);

const feeds: readonly FeedPages[] = [
  { feed: callsFeed, table: 'calls', index: 'calls_feed', ...e, read: by((...page) => callsAfter(...page, parts)) },
  { feed: callTopicsFeed, table: 'calls', index: 'call_topics_feed', ...e, read: by(callTopicsAfter) },
  { feed: deletedCallsFeed, table: 'deleted_calls', index: 'deleted_calls_feed', ...e, read: by(deletedCallsAfter) },
  { feed: scoresFeed, table: 'results', index: 'results_feed', ...e, read: by(scoresAfter) },
  { feed: feedbackFeed, table: 'feedback', index: 'feedback_shown', ...e, read: by(feedbackAfter) },
  { feed: sharesFeed, table: 'shares', index: 'shares_feed', ...e, read: by(sharesAfter) },
  { feed: listensFeed, table: 'listens', index: 'listens_feed', ...e, read: by(listensAfter) },
  { feed: plansFeed, table: 'plans', index: 'plans_feed', ...numbered, read: by(plansAfter) },
  { feed: meetingsFeed, table: 'meetings', index: 'meetings_ended', ...numbered, read: by(meetingsAfter) },
  {
    feed: observationsFeed,
    table: 'kpi_observations',
    index: 'kpi_observations_feed',
    ...e,
    read: by(observationsAfter),
  },
];

/** A node of a plan, as PostgreSQL explains what it did. */
interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Node[];
}

async function explain({ text, values }: (typeof statements)[number]): Promise<Node> {
  const found = await service.pool.query(`explain (analyze, buffers, timing off, format json) ${text}`, values);
  return JSON.parse(found.rows[0]['QUERY PLAN'])[0].Plan;
}

/** The nodes from the plan's top down to each that reads a table. */
function pathsTo(table: string, node: Node, above: readonly Node[] = []): Node[][] {
  const path = [...above, node];
  const below = (node.Plans ?? []).flatMap((child) => pathsTo(table, child, path));
  return node['Relation Name'] === table ? [path, ...below] : below;
}

const blocks = (plan: Node) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];

/** What PostgreSQL does for a page: how it reads the feed's table, and how many blocks it touches in all. */
async function pagePlan({ read }: FeedPages, after: Position): Promise<{ page: Node; blocks: number }> {
  statements = [];
  expect(await read(after)).toHaveLength(LIMIT);
  const plans = await Promise.all(statements.map(explain));
  return { page: plans[0]!, blocks: plans.reduce((sum, plan) => sum + blocks(plan), 0) };
}

const at = (n: number): Position => ({ stamp: (Date.UTC(2026, 0, 1) + n * 1000) * 1000 + n, id: '~' });

describe.each(feeds)('$feed.name', (feed) => {
  test('a page is a range of its index, deep down too', async () => {
    const deep = await pagePlan(feed, at(ENTRIES - 2 * LIMIT));
    const paths = pathsTo(feed.table, deep.page);
    expect(paths.length).toBeGreaterThan(0);
    const path = paths[0]!;
    const scan = path.at(-1)!;
    expect(scan['Node Type']).toMatch(/^Index (Only )?Scan$/);
    expect(scan['Index Name']).toBe(feed.index);
    expect(scan['Index Cond']).toMatch(/account_id = .* AND \(ROW\(.*stamp, .*\) > ROW\(/);
    expect(scan.Filter).toBeUndefined();
    expect(scan['Actual Rows']).toBe(LIMIT);
    // Between the range and what cuts it off, nothing is sorted.
    const cut = path.findLastIndex((node) => node['Node Type'] === 'Limit');
    expect(cut).toBeGreaterThanOrEqual(0);
    expect(path.slice(cut).filter((node) => /Sort|Hash|Aggregate/.test(node['Node Type']))).toEqual([]);
    const first = await pagePlan(feed, at(0));
    expect(deep.blocks).toBeLessThanOrEqual(first.blocks * 1.2 + 10);
  });

  const [end, none] = [at(1000).stamp, at(ENTRIES + 1).stamp];
  test.each([
    ['a last_id that was an end', end, 1000],
    ['a last_id that was none', none, ENTRIES + 1],
    ['since alone', end, null],
    ['since alone, a time that an end shows', at(0).stamp - 1000 * 1_000_000, null],
  ])('where it starts is found by indexes: %s', async (way, micros, n) => {
    statements = [];
    const reader = { accountId: account.accountId, credentialId: readers.get(feed.feed.name)! };
    const request = {
      since: { micros, precision: 6 as const },
      sinceAsSent: 'sent',
      lastId: n === null ? null : `${feed.prefix}${n}`,
      getsEntries: true,
    };
    const start = await startOfPage(db, reader, feed.feed, request, at(ENTRIES).stamp);
    if (micros === end || (micros < end && feed.feed.pagedByTimes)) {
      expect(start.position, way).toEqual({ stamp: end, id: `${feed.prefix}1000` });
    }
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) {
      const plan = await explain(statement);
      for (const table of ['feed_ends', feed.table]) {
        for (const path of pathsTo(table, plan)) {
          const scan = path.at(-1)!;
          expect(scan['Node Type'], statement.text).toMatch(/Index|Bitmap/);
          const touched = (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops'];
          expect(touched, statement.text).toBeLessThanOrEqual(2);
        }
      }
      expect(blocks(plan)).toBeLessThan(20);
    }
  });
});
