import { beforeAll, describe, expect, test } from 'vitest';
import { parseSearch, type SearchQuery } from '#debrief/analysis/search-query.js';
import { accountMark } from '#debrief/analysis/search-text.js';
import { countFoundCalls, searchCalls } from '#debrief/services/calls/library.js';
import { metadataDigest } from '#debrief/wire/metadata.js';
import { browserOf } from '../support/browser.js';
import { openSuite } from '../support/suite.js';
import { expectProblem } from './problems.js';

// The orders of the call library against a model, the number found, the table and the metadata fields.

const { service, account, client } = await openSuite();

const STATS = {
  internalTalkTime: 0,
  externalTalkTime: 0,
  interchangesPerMinute: 0,
  longestSegmentDurations: {},
  talkSpeeds: [],
};

interface Modelled {
  readonly id: string;
  readonly date: number;
  readonly duration: number | null;
  readonly talkRatio: number | null;
  readonly score: number | null;
  readonly comments: number;
}

/** A generator of numbers below `below` that are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
}

const calls: Modelled[] = [];
let ann = '';
let bob = '';

beforeAll(async () => {
  ann = await account.addUser('ann@example.com', { firstName: '=SUM(A1)', lastName: 'Lee, "Ann"' });
  bob = await account.addUser('bob@example.com');
  const pick = numbers(7);
  const run = (text: string, ...values: unknown[]) => service.pool.query(text, [account.accountId, ...values]);
  for (const card of ['one', 'two', 'three']) {
    await run(
      `insert into scorecards (account_id, scorecard_id, line_id, version, name, scheme) values ($1, $2, $2, 1, 'C', 'YesNo')`,
      card,
    );
  }
  for (let i = 0; i < 120; i++) {
    const id = `call-${String(pick(1000)).padStart(3, '0')}-${i}`;
    const date = Date.UTC(2026, 0, 1 + pick(20));
    const duration = pick(4) === 0 ? null : pick(5) * 60;
    const talkRatio = pick(3) === 0 ? null : pick(4) / 10;
    const marks = pick(3) === 0 ? [0, 33, 67, 100, 50].slice(pick(3)).slice(0, 1 + pick(3)) : [];
    const comments = Math.max(0, pick(6) - 3);
    await run(
      `insert into calls (account_id, call_id, caller_id, call_time, duration, direction, state, stats, metadata, first_stamp, stamp)
       values ($1, $2, $3, $4, $5, 'INBOUND', 'COMPLETE', $6, $7, now(), now())`,
      id,
      i % 2 === 0 ? ann : bob,
      new Date(date),
      duration,
      talkRatio === null ? null : JSON.stringify({ ...STATS, talkRatio }),
      JSON.stringify({ outcome: i % 3 === 0 ? 'won' : 'lost', deep: { n: i } }),
    );
    await run(
      'insert into metadata_values (account_id, digest, call_id) values ($1, $2, $3)',
      metadataDigest('outcome', i % 3 === 0 ? 'won' : 'lost'),
      id,
    );
    for (const [n, mark] of [...marks, null].entries()) {
      // The last is a draft, which does not count.
      await run(
        `insert into results (account_id, result_id, scorecard_id, call_id, reviewer_id, state, answered, percentage, score_time)
         values ($1, $2, $3, $4, $5, $6, 1, $7, case $6 when 'DRAFT' then null else now() end)`,
        `${id}-${n}`,
        ['one', 'two', 'three', 'one'][n],
        id,
        n === 3 ? bob : ann,
        mark === null ? 'DRAFT' : 'SUBMITTED',
        mark ?? 99,
      );
    }
    for (let n = 0; n <= comments; n++) {
      // The last is deleted, which does not count.
      await run(
        `insert into feedback (account_id, feedback_id, call_id, kind, feedback_by, feedback_at, start_time, deleted)
         values ($1, $2, $3, 'comment', $4, now(), 0, $5)`,
        `${id}-${n}`,
        id,
        ann,
        n === comments,
      );
    }
    const score = marks.length === 0 ? null : Math.round(marks.reduce((sum, mark) => sum + mark) / marks.length);
    calls.push({ id, date, duration, talkRatio, score, comments });
  }
  await run(
    `insert into call_sections select $1, call_id, 0, (select ('''' || $2 || case when call_time < '2026-01-11' then 'early' else 'late' end || ''':1')::tsvector)
     from calls where account_id = $1`,
    accountMark(account.accountId),
  );
});

/** The calls that Ann sees: a rep sees their own. */
const anns = () => calls.filter((_, i) => i % 2 === 0);

type Sort = 'date' | 'duration' | 'talkRatio' | 'score' | 'comments';

/** Those without a value last, then by value, date and id, all in one direction. */
function sorted(by: Sort, isDescending: boolean, among: readonly Modelled[] = calls): string[] {
  const way = isDescending ? -1 : 1;
  const compare = (a: string | number, b: string | number) => (a < b ? -way : a > b ? way : 0);
  return [...among]
    .sort((a, b) => {
      const [left, right] = [a[by], b[by]];
      if ((left === null) !== (right === null)) return left === null ? 1 : -1;
      return compare(left ?? 0, right ?? 0) || compare(a.date, b.date) || compare(a.id, b.id);
    })
    .map(({ id }) => id);
}

/** The ids of all pages of a list. */
async function crawl(query: string, send: (path: string) => Promise<{ readonly text: string }>) {
  const ids: string[] = [];
  let next: string | null = null;
  do {
    const { text } = await send(`/api/v1/calls?${query}${next === null ? '' : `&cursor=${next}`}`);
    const page = JSON.parse(text) as { items: { id: string }[]; next: string | null };
    ids.push(...page.items.map(({ id }) => id));
    next = page.next;
  } while (next !== null);
  return ids;
}

const SORTS = (['date', 'duration', 'talkRatio', 'score', 'comments'] as const).flatMap((by) =>
  [true, false].map((isDescending): [string, Sort, boolean] => [`${isDescending ? '-' : ''}${by}`, by, isDescending]),
);

describe('an order', () => {
  test.each(SORTS)('by %s is kept over pages of any size', async (sort, by, isDescending) => {
    const expected = sorted(by, isDescending);
    for (const limit of [7, 200]) {
      expect(await crawl(`sort=${sort}&limit=${limit}`, client.get)).toEqual(expected);
    }
  });

  test.each(SORTS)('by %s holds in what a search finds and in what a rep sees', async (sort, by, isDescending) => {
    const early = calls.filter(({ date }) => date < Date.UTC(2026, 0, 11));
    expect(await crawl(`q=early&sort=${sort}&limit=9`, client.get)).toEqual(sorted(by, isDescending, early));
    const rep = await browserOf(service, account, { id: ann, role: 'rep' });
    const seen = await crawl(`sort=${sort}&limit=11`, (path) => rep.send('GET', path));
    expect(seen).toEqual(sorted(by, isDescending, anns()));
  });

  test('is told apart by its cursor', async () => {
    const { next } = (await client.get('/api/v1/calls?sort=-duration&limit=1')).json();
    for (const other of ['sort=duration', 'sort=-score', '', 'q=early', 'q=early&sort=-date']) {
      const { status, headers, text } = await client.get(`/api/v1/calls?${other}&limit=1&cursor=${next}`);
      expectProblem({ status, headers: Object.fromEntries(headers), text }, 400, { parameter: 'cursor' });
    }
    const forged = Buffer.from(JSON.stringify(['-date', 5, 0, 'a'])).toString('base64url');
    expect((await client.get(`/api/v1/calls?cursor=${forged}`)).status).toBe(400);
  });

  test('by relevance needs a search', async () => {
    const { status, headers, text } = await client.get('/api/v1/calls?sort=-relevance');
    expectProblem({ status, headers: Object.fromEntries(headers), text }, 400, { parameter: 'sort' });
    expect(await crawl('sort=-relevance&q=early', client.get)).toEqual(await crawl('q=early', client.get));
  });

  test('has the score of each call', async () => {
    const { items } = (await client.get('/api/v1/calls?sort=-score&limit=200')).json();
    const scores = new Map(calls.map(({ id, score }) => [id, score]));
    for (const { id, score } of items) expect(score, id).toBe(scores.get(id));
  });
});

describe('a count', () => {
  const count = async (query: string) => (await client.get(`/api/v1/call_count?${query}`)).json();

  test('is that of the filters and of the search', async () => {
    expect(await count('')).toEqual({ count: 120, isExact: true });
    expect(await count('metadata.outcome=won')).toEqual({ count: 40, isExact: true });
    expect(await count(`callId=${calls[0]!.id},${calls[1]!.id},nothing`)).toEqual({ count: 2, isExact: true });
    const early = calls.filter(({ date }) => date < Date.UTC(2026, 0, 11)).length;
    expect(await count('q=early')).toEqual({ count: early, isExact: true });
    const rep = await browserOf(service, account, { id: ann, role: 'rep' });
    expect((await rep.send('GET', '/api/v1/call_count')).json()).toEqual({ count: 60, isExact: true });
    expect((await client.get('/api/v1/call_count?limit=5')).status).toBe(400);
  });

  test('ends where there is no more time, and says so; a page says how far it has searched', async () => {
    let ticks = 0;
    const limits = { foundSections: 0, stretch: 50, pageMs: 1, countMs: 3, statementMs: 10_000, now: () => ticks++ };
    const query = parseSearch('early or late') as SearchQuery;
    const nothing = {
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
    const { db } = service;
    expect(await countFoundCalls({ db }, account.actor, nothing, query, limits)).toEqual({
      count: 100,
      isExact: false,
    });
    const rare = parseSearch('early') as SearchQuery;
    const page = await searchCalls({ db }, account.actor, nothing, rare, 'relevance', null, 10, limits);
    const newest = sorted('date', true);
    const fiftieth = calls.find(({ id }) => id === newest[49])!;
    expect(page.searchedTo).toBe(fiftieth.date * 1000);
    expect(page.next).not.toBeNull();
    expect((await client.get('/api/v1/calls?q=early&limit=100')).json().searchedTo).toBeNull();
  });
});

/** The first cell of each line of a table, but for its head. */
const idsIn = ({ text }: { readonly text: string }) =>
  text
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.split(',')[0]);

test('a table has all calls that the filters find, in order, and no cell that a spreadsheet would run', async () => {
  const answer = await client.get('/api/v1/calls.csv?sort=-comments');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="calls-\d{4}-\d\d-\d\d\.csv"$/);
  const lines = answer.text.split('\r\n');
  expect(lines[0]!.replace('\ufeff', '')).toBe(
    'id,externalId,callTime,callerName,callerEmail,teamId,direction,state,duration,talkRatio,score,comments,results',
  );
  expect(idsIn(answer)).toEqual(sorted('comments', true));
  expect(lines.at(-1)).toBe('');
  expect(answer.text).toContain(`,"'=SUM(A1) Lee, ""Ann""",ann@example.com,`);
  const found = await client.get('/api/v1/calls.csv?q=late&metadata.outcome=won&sort=date');
  expect(found.text.split('\r\n').length).toBeGreaterThan(2);
  expect((await client.get('/api/v1/calls.csv?limit=3')).status).toBe(400);
});

test('a table has no calls but those that one sees', async () => {
  const rep = await browserOf(service, account, { id: ann, role: 'rep' });
  const seen = idsIn(await rep.send('GET', '/api/v1/calls.csv?sort=-comments'));
  expect(seen).toHaveLength(60);
  expect(seen).toEqual(sorted('comments', true, anns()));
});

test('metadata fields are those of calls that one sees, with their most frequent values', async () => {
  const { items } = (await client.get('/api/v1/metadata_fields')).json();
  expect(items.map(({ field }: { field: string }) => field)).toEqual(['deep.n', 'outcome']);
  expect(items[1]).toEqual({ field: 'outcome', values: ['lost', 'won'] });
  expect(items[0].values).toHaveLength(20);
  const stranger = await account.addUser('cat@example.com');
  const rep = await browserOf(service, account, { id: stranger, role: 'rep' });
  expect((await rep.send('GET', '/api/v1/metadata_fields')).json()).toEqual({ items: [] });
});
