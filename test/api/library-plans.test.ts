import { type RawBuilder, sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseSearch, type SearchQuery } from '#debrief/analysis/search-query.js';
import { accountMark, searchTexts } from '#debrief/analysis/search-text.js';
import { type CallOrder, NEWEST_FIRST, type OrderedPlace } from '#debrief/db/call-order.js';
import { type CallFilters, libraryPage } from '#debrief/db/library.js';
import { beginSearch, callsWithWords, countSections, rankCalls } from '#debrief/db/library-search.js';
import { searchCalls } from '#debrief/services/calls/library.js';
import { makeAccount, type TestAccount } from '../support/service.js';
import { openAlone } from '../support/suite.js';

// The library answers from indexes: the plans for an account of 20,000 calls. In a database of its own: what other
// suites leave in the shared one, such as many comments on few calls, changes what the planner expects.

const CALLS = 20_000;

const { service } = await openAlone();
let account: TestAccount;
const people: string[] = [];

beforeAll(async () => {
  account = await makeAccount(service);
  for (let i = 0; i < 40; i++) people.push(await account.addUser(`rep-${i}@example.com`));
  const { accountId } = account;
  const run = (text: string, ...more: unknown[]) => service.pool.query(text, [accountId, ...more]);
  await run(`insert into teams (account_id, team_id, name) values ($1, 'team', 'Team')`);
  await run(`update users set team_id = 'team' where account_id = $1 and user_id = any($2)`, people.slice(0, 2));
  await run(
    `insert into calls (account_id, call_id, caller_id, call_time, duration, direction, state, stats, topics_version, first_stamp, stamp)
     select $1, 'call-' || n, ($2::text[])[1 + n % 40], timestamptz '2026-01-01Z' + n * interval '7 minutes', 10 + n % 3600,
       case when n % 500 = 0 then 'SCREENSHARE' when n % 2 = 0 then 'INBOUND' else 'OUTBOUND' end,
       case when n % 100 = 0 then 'ERROR' else 'COMPLETE' end,
       json_build_object('talkRatio', (n * 7919 % 10000) / 10000.0), 1000000,
       timestamptz '2026-01-01Z' + n * interval '7 microseconds', timestamptz '2026-01-01Z' + n * interval '7 microseconds'
     from generate_series(1, ${CALLS}) as n`,
    people,
  );
  await run(
    `insert into call_topic_hits select $1, t, 'call-' || n, 1 from generate_series(1, ${CALLS}) as n, generate_series(1, 20) as t
     where n % (5 * t * t) = 0`,
  );
  await run(
    `insert into metadata_values select $1, md5('v' || n % 1000)::uuid, 'call-' || n from generate_series(1, ${CALLS}) as n`,
  );
  await run(
    `insert into scorecards (account_id, scorecard_id, line_id, version, name, scheme) values ($1, 'c', 'c', 1, 'C', 'YesNo')`,
  );
  await run(
    `insert into results (account_id, result_id, scorecard_id, call_id, reviewer_id, state, answered, percentage, score_time)
     select $1, 'r' || n, 'c', 'call-' || n, $2, 'SUBMITTED', 1, n % 101, now() from generate_series(1, ${CALLS}, 4) as n`,
    people[0],
  );
  await run(
    `insert into feedback (account_id, feedback_id, call_id, kind, feedback_by, feedback_at, start_time, deleted)
     select $1, 'f' || n, 'call-' || n, 'comment', $2, now(), 0, n % 1000 > 1 from generate_series(1, ${CALLS}, 5) as n`,
    people[0],
  );
  // Each call has 200 words: one that all have, one that every 400th has, others.
  await run(
    `insert into call_sections select $1, 'call-' || n, 0, (
       '''' || $2 || 'common'':1,90 ' || case when n % 400 = 0 then '''' || $2 || 'rare'':2 ' else '' end ||
       (select string_agg('''' || $2 || 'w' || (n * 31 + k * k) % 5000 || ''':' || k + 2, ' ') from generate_series(1, 200) as k)
     )::tsvector from generate_series(1, ${CALLS}) as n`,
    accountMark(accountId),
  );
  for (const table of [
    'calls',
    'call_topic_hits',
    'metadata_values',
    'results',
    'feedback',
    'call_sections',
    'users',
  ]) {
    await service.pool.query(`vacuum analyze ${table}`);
  }
}, 120_000);

const nothing: CallFilters = {
  callIds: null,
  callerIds: null,
  teamIds: null,
  teamsBelow: false,
  from: null,
  to: null,
  direction: null,
  state: null,
  topicIds: null,
  talkRatio: { min: null, max: null },
  score: { min: null, max: null },
  hasComments: null,
  duration: { min: null, max: null },
  metadata: [],
  loweredId: null,
};

const query = (q: string) => parseSearch(q) as SearchQuery;

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Plan[];
}

/** The indexes that a query reads, the tables that it reads whole, and its plan as text. */
async function planOf(query: RawBuilder<unknown>, searches = false) {
  const text = await service.db.transaction().execute(async (tx) => {
    if (searches) await beginSearch(tx, 10_000);
    return (await sql<{ 'QUERY PLAN': string }>`explain (format json) ${query}`.execute(tx)).rows[0]!['QUERY PLAN'];
  });
  const indexes: string[] = [];
  const whole: string[] = [];
  const walk = (plan: Plan) => {
    if (plan['Index Name']) indexes.push(plan['Index Name']);
    if (plan['Node Type'] === 'Seq Scan') whole.push(plan['Relation Name']!);
    for (const child of plan.Plans ?? []) walk(child);
  };
  walk(JSON.parse(text)[0].Plan);
  return { indexes, whole: whole.filter((table) => LARGE.includes(table)), text: JSON.stringify(text) };
}

const LARGE = ['calls', 'call_sections', 'call_topic_hits', 'metadata_values'];

const pageOf = (filters: Partial<CallFilters>, after: OrderedPlace | null = null, order: CallOrder = NEWEST_FIRST) =>
  libraryPage(account.actor, { ...nothing, ...filters }, order, after, 101);

const day = (n: number) => Date.UTC(2026, 0, n) * 1000;
/** Found by these ids rather than through the order of time. */
const LATE = { value: null, callTime: day(60), callId: 'call-9' };

describe('a page is read by an index', () => {
  test.each<[what: string, filters: () => Partial<CallFilters>, index: string | RegExp]>([
    ['nothing', () => ({}), 'calls_by_time'],
    ['from and to', () => ({ from: day(10), to: day(12) }), 'calls_by_time'],
    ['one caller', () => ({ callerIds: [people[3]!] }), 'calls_by_caller_time'],
    ['several callers', () => ({ callerIds: [people[3]!, people[5]!] }), /calls_by_(caller|caller_time|time)$/],
    ['a team', () => ({ teamIds: ['team'] }), /calls_by_(caller|caller_time|time)$/],
    ['a state that few have', () => ({ state: 'ERROR' }), /calls_by_(state_)?time$/],
    ['a state that none has', () => ({ state: 'PENDING' }), 'calls_by_state_time'],
    ['a state that most have', () => ({ state: 'COMPLETE' }), 'calls_by_time'],
    ['a direction that few have', () => ({ direction: 'SCREENSHARE' }), 'calls_by_direction_time'],
    ['a topic that few have', () => ({ topicIds: [20] }), 'call_topic_hits_pkey'],
    ['a high talk ratio', () => ({ talkRatio: { min: 0.999, max: null } }), 'calls_by_talk_ratio'],
    ['a short duration', () => ({ duration: { min: null, max: 11 } }), 'calls_by_duration'],
    ['a metadata value', () => ({ metadata: ['d2d2d2d2-0000-0000-0000-000000000000'] }), 'metadata_values_pkey'],
    ['the best scores', () => ({ score: { min: 100, max: null } }), 'results_by_percentage'],
    ['comments, which few have', () => ({ hasComments: true }), 'feedback_comments'],
    ['no comments', () => ({ hasComments: false }), 'calls_by_time'],
    ['an id', () => ({ loweredId: 'call-7' }), 'calls_by_lower_id'],
    ['a caller in a month', () => ({ callerIds: [people[3]!], from: day(10), to: day(40) }), 'calls_by_caller_time'],
    ['a topic of a caller', () => ({ callerIds: [people[3]!], topicIds: [20] }), /call_topic_hits/],
  ])('%s', async (_, filters, index) => {
    const { indexes, whole, text } = await planOf(pageOf(filters()));
    expect(
      indexes.some((name) => (typeof index === 'string' ? name === index : index.test(name))),
      text,
    ).toBe(true);
    expect(whole, text).toEqual([]);
  });

  test.each<[by: CallOrder['by'], index: string]>([
    ['duration', 'calls_by_duration'],
    ['talkRatio', 'calls_by_talk_ratio'],
    ['score', 'results_scores'],
    ['comments', 'feedback_comments'],
  ])('in the order by %s, from its beginning and further on', async (by, index) => {
    for (const isDescending of [true, false]) {
      for (const after of [null, { value: 1, callTime: day(60), callId: 'call-9' }, LATE]) {
        const { indexes, whole, text } = await planOf(pageOf({}, after, { by, isDescending }));
        expect(indexes, text).toContain(index);
        // A quarter of these calls has a score: to join them, all are read at once.
        if (by !== 'score') expect(whole, text).toEqual([]);
      }
    }
  });

  test('and goes on from there', async () => {
    const { indexes, whole } = await planOf(pageOf({}, LATE));
    expect(indexes).toContain('calls_by_time');
    expect(whole).toEqual([]);
  });
});

describe('a search reads', () => {
  const lexeme = (token: string) => `'${accountMark(account.accountId)}${token}'`;
  const everything = { after: null };

  test('the index of words alone to see how common words are', async () => {
    const words = [lexeme('common'), `${lexeme('common')} & ${lexeme('rare')}`, lexeme('rare')];
    const counts = countSections(account.actor, words, 1000);
    expect(await planOf(counts, true)).toMatchObject({ indexes: ['call_sections_words'], whole: [] });
    expect((await counts.execute(service.db)).rows.map(({ sections }) => sections)).toEqual([1000, 50, 50]);
  });

  test.each<[what: string, words: string[][], filters: Partial<CallFilters>]>([
    ['one', [['rare']], {}],
    ['one of many', [['w5']], {}],
    ['two', [['rare', 'w5']], {}],
    ['a common one', [['common']], {}],
    ['alternatives', [['rare', 'w5'], ['w7']], {}],
    ['one in a week', [['rare']], { from: day(3), to: day(10) }],
    ['one that few of a topic have', [['rare']], { topicIds: [20] }],
  ])('that index to find calls by words: %s', async (_, words, filters) => {
    const alternatives = words.map((each) => each.map(lexeme));
    const calls = callsWithWords(
      account.actor,
      { ...nothing, ...filters },
      NEWEST_FIRST,
      alternatives,
      everything,
      1000,
    );
    const { indexes, whole } = await planOf(calls, true);
    expect(indexes.filter((name) => name.startsWith('call_sections'))).toEqual(
      words.flat().map(() => 'call_sections_words'),
    );
    expect(whole).toEqual([]);
  });

  test('no words to find calls by none', async () => {
    const calls = callsWithWords(account.actor, nothing, NEWEST_FIRST, null, { after: LATE }, 1000);
    expect(await planOf(calls, true)).toMatchObject({ indexes: ['calls_by_time'], whole: [] });
  });

  test('the sections of the calls that it ranks by their key', async () => {
    const texts = searchTexts(query('"common rare" or w5 NEAR/30 w7 -common'), accountMark(account.accountId));
    const calls = Array.from({ length: 1000 }, (_, n) => ({ callTime: day(60), callId: `call-${n}` }));
    const ranks = rankCalls(account.actor, texts, calls, null);
    expect(await planOf(ranks, true)).toMatchObject({ indexes: ['call_sections_pkey'], whole: [] });
  });
});

test('a search that takes too long is refused, and says what to do', async () => {
  const search = (q: string, statementMs: number) =>
    searchCalls({ db: service.db }, account.actor, nothing, query(q), 'relevance', null, 10, {
      foundSections: 1_000_000,
      stretch: 1_000_000,
      pageMs: 0,
      countMs: 0,
      statementMs,
      now: () => 0,
    });
  await expect(search('common NEAR/30 common', 1)).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('rarer words'),
  });
  // The connection is as it was.
  expect((await search('rare', 10_000)).rows).toHaveLength(10);
  expect((await sql`show enable_seqscan`.execute(service.db)).rows).toEqual([{ enable_seqscan: 'on' }]);
});
