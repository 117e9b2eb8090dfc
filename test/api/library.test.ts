import { Compile } from 'typebox/compile';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseSearch, type SearchQuery } from '#debrief/analysis/search-query.js';
import { accountMark } from '#debrief/analysis/search-text.js';
import { ListedCall } from '#debrief/contract/library.js';
import { NEWEST_FIRST } from '#debrief/db/call-order.js';
import { libraryPage } from '#debrief/db/library.js';
import { failCall } from '#debrief/services/calls/calls.js';
import { searchCalls } from '#debrief/services/calls/library.js';
import { atRest } from '../support/analysed.js';
import { makeAccount, type TestClient, until } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { expectProblem } from './problems.js';

// What the call library lists, by each filter, and what its search finds.

const { service, account, client } = await openSuite();

/** Ids of people and teams. */
const people: Record<string, string> = {};

const said = (text: string, v = 0, from = 0) =>
  text.split(' ').map((shown, i) => {
    const punctuation = /[,.?!]*$/.exec(shown)![0];
    const word = shown.slice(0, shown.length - punctuation.length);
    return { start: String(from + i), end: String(from + i + 0.5), word, ...(punctuation && { p: punctuation }), v };
  });

beforeAll(async () => {
  const team = async (name: string) => (await client.send('POST', '/api/v1/teams', { name })).json().id;
  people.east = await team('East');
  people.boston = await team('Boston');
  people.west = await team('West');
  await client.send('PATCH', `/api/v1/teams/${people.boston}`, { parentTeamId: people.east });
  people.ann = await account.addUser('ann@example.com', { firstName: 'Ann', lastName: 'Lee', teamId: people.east });
  people.bob = await account.addUser('bob@example.com', { teamId: people.boston });
  people.cat = await account.addUser('cat@example.com', { teamId: people.west });
  const topic = await client.send('POST', '/api/v1/topics', { name: 'Price', words: ['good price'] });
  people.price = String(topic.json().id);
  await atRest(service, account.accountId);
  const calls = [
    {
      id: 'a',
      callTime: '2026-01-01T10:00Z',
      direction: 'INBOUND',
      callerEmail: 'ann@example.com',
      externalId: 'ext-a',
      metadata: { stage: 'Won', tags: ['x', 'y'], deep: { n: 5 } },
      participants: [
        { speakerNumber: 0, email: 'ann@example.com' },
        { speakerNumber: 1, type: 'EXTERNAL' },
      ],
      transcript: [...said('Hello, that is a good price.'), ...said("I don't follow up.", 1, 6)],
    },
    {
      id: 'b',
      callTime: '2026-01-02T10:00Z',
      direction: 'OUTBOUND',
      callerEmail: 'bob@example.com',
      duration: 300,
      metadata: { stage: 'won', tags: ['z'] },
      participants: [{ speakerNumber: 0, email: 'bob@example.com' }],
      transcript: said('No price is good, I said: follow-up price.'),
    },
    {
      id: 'c',
      callTime: '2026-01-03T10:00Z',
      direction: 'SCREENSHARE',
      callerEmail: 'cat@example.com',
      duration: 60,
      metadata: { stage: 'lost' },
      participants: [{ speakerNumber: 0, type: 'EXTERNAL' }],
      transcript: said('Nothing to say, goodbye.'),
    },
    { id: 'd', callTime: '2026-01-03T10:00Z', direction: 'INBOUND' },
  ];
  for (const call of calls) await client.upsertCall(call);
  await addFeedback('a', 'comment');
  await addFeedback('b', 'comment', true);
  await addFeedback('b', 'highlight');
  await addResults();
});

async function addFeedback(callId: string, kind: string, deleted = false) {
  await service.pool.query(
    `insert into feedback (account_id, feedback_id, call_id, kind, feedback_by, feedback_at, text, start_time, end_time, deleted)
     values ($1, gen_random_uuid()::text, $2, $3, $4, now(), 'x', 1, $5, $6)`,
    [account.accountId, callId, kind, people.ann, kind === 'highlight' ? 2 : null, deleted],
  );
}

/** Two submitted results on `a` (20 and 90 percent), one without a percentage on `b`, and a draft on `c`. */
async function addResults() {
  await service.pool.query(
    `insert into scorecards (account_id, scorecard_id, line_id, version, name, scheme)
     select $1, n, n, 1, n, 'YesNo' from unnest(array['one', 'two']) as n`,
    [account.accountId],
  );
  for (const [card, callId, state, percentage] of [
    ['one', 'a', 'SUBMITTED', 20],
    ['two', 'a', 'DISPUTED', 90],
    ['one', 'b', 'ACKNOWLEDGED', null],
    ['one', 'c', 'DRAFT', 50],
  ]) {
    await service.pool.query(
      `insert into results (account_id, result_id, scorecard_id, call_id, reviewer_id, state, answered, percentage, score_time)
       values ($1, gen_random_uuid()::text, $2, $3, $4, $5, 1, $6, case $5 when 'DRAFT' then null else now() end)`,
      [account.accountId, card, callId, people.ann, state, percentage],
    );
  }
}

const list = async (query = '', by = client) => {
  const answer = await by.get(`/api/v1/calls?${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json() as { items: { id: string; matches?: Match[] }[]; next: string | null };
};
interface Match {
  startTime: number;
  endTime: number;
  speakerNumber: number;
  speakerType: string;
  text: string;
  ranges: [number, number][];
}
const ids = async (query = '', by = client) => (await list(query, by)).items.map(({ id }) => id);
const find = (q: string, more = '') => ids(`q=${encodeURIComponent(q)}${more}`);

describe('the list', () => {
  test('has light calls, the newest first', async () => {
    const answer = await client.get('/api/v1/calls');
    const { items, next } = answer.json();
    expect(items.map(({ id }: { id: string }) => id)).toEqual(['d', 'c', 'b', 'a']);
    expect(next).toBeNull();
    for (const item of items) expect(Compile(ListedCall).Errors(item)).toEqual([]);
    const [last] = items.slice(-1);
    const feed = (await client.get('/api/ev/2/calls?since=2026-01-01T00:00Z')).json();
    const inFeed = feed.find(({ id }: { id: string }) => id === 'a');
    expect(JSON.stringify(last)).toBe(
      JSON.stringify({
        ...inFeed,
        externalId: 'ext-a',
        callerName: 'Ann Lee',
        teamId: people.east,
        comments: 1,
        results: 2,
        score: 55,
      }),
    );
    expect(items[0]).toMatchObject({ callerId: null, callerName: null, teamId: null, externalId: null, stats: null });
  });

  test('comes in pages that meet', async () => {
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const page = await list(`limit=1${next === null ? '' : `&cursor=${next}`}`);
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    } while (next !== null);
    expect(seen).toEqual(['d', 'c', 'b', 'a']);
    expect(await list('limit=0')).toEqual({ items: [], next: null });
  });

  test('is that of the account alone, where ids are the same in another, too', async () => {
    const other = await (await makeAccount(service)).client();
    await other.upsertCall({ id: 'a', callTime: '2026-01-01T10:00Z', direction: 'INBOUND' });
    expect(await ids('', other)).toEqual(['a']);
    expect(await ids('hasComments=false', other)).toEqual(['a']);
    for (const query of [
      'q=price',
      `callerId=${people.ann}`,
      `teamId=${people.east}&teams_below=true`,
      `topicId=${people.price}`,
      'minScore=0',
      'hasComments=true',
      'metadata.stage=won',
      'minTalkRatio=0',
      'minDuration=0',
    ]) {
      expect(await ids(query), query).toContain('a');
      expect(await ids(query, other), query).toEqual([]);
    }
    expect((await list('', other)).items[0]).toMatchObject({ comments: 0, results: 0 });
  });

  test('and its search, where two accounts have the same mark', async () => {
    const other = await (await makeAccount(service)).client();
    await other.upsertCall({ id: 'c', callTime: '2026-01-01T10:00Z', direction: 'INBOUND', transcript: said('alpha') });
    await service.pool.query(`insert into call_sections values ($1, 'c', 99, $2::tsvector)`, [
      account.accountId,
      `'${accountMark(other.accountId)}alpha':1 '${accountMark(other.accountId)}omega':2`,
    ]);
    expect(await ids('q=alpha', other)).toEqual(['c']);
    expect(await ids('q=omega', other)).toEqual([]);
    expect(await ids('q=alpha+omega', other)).toEqual([]);
    expect(await ids('q=alpha+-omega', other)).toEqual(['c']);
    await service.pool.query('delete from call_sections where account_id = $1 and section_no = 99', [
      account.accountId,
    ]);
  });
});

describe('filters', () => {
  test.each<[query: () => string, found: string[]]>([
    [() => `callerId=${people.ann}`, ['a']],
    [() => `callerId=${people.ann},${people.cat}`, ['c', 'a']],
    [() => 'callerId=nobody', []],
    [() => `teamId=${people.east}`, ['a']],
    [() => `teamId=${people.east}&teams_below=true`, ['b', 'a']],
    [() => `teamId=${people.boston}&teams_below=true`, ['b']],
    [() => `teamId=${people.east},${people.west}`, ['c', 'a']],
    [() => 'from=2026-01-02T10:00Z', ['d', 'c', 'b']],
    [() => 'to=2026-01-02T10:00Z', ['a']],
    [() => 'from=2026-01-02T10:00Z&to=2026-01-03T10:00Z', ['b']],
    [() => 'from=2026-01-03&to=2026-01-02', []],
    [() => 'direction=SCREENSHARE', ['c']],
    [() => 'state=PENDING', ['d']],
    [() => 'state=COMPLETE', ['c', 'b', 'a']],
    [() => `topicId=${people.price}`, ['a']],
    [() => `topicId=999,${people.price},none`, ['a']],
    [() => 'topicId=none', []],
    [() => 'minTalkRatio=0.99', ['b']],
    [() => 'maxTalkRatio=0.59', ['c']],
    [() => 'minTalkRatio=0.5&maxTalkRatio=0.75', ['a']],
    [() => 'minDuration=60', ['c', 'b']],
    [() => 'maxDuration=60', ['c', 'a']],
    [() => 'minDuration=9.5&maxDuration=9.5', ['a']],
    [() => 'minScore=90', ['a']],
    [() => 'maxScore=20', ['a']],
    [() => 'minScore=0', ['a']],
    [() => 'minScore=21&maxScore=89', []],
    [() => 'hasComments=true', ['a']],
    [() => 'hasComments=false', ['d', 'c', 'b']],
    [() => 'hasComments=false&minDuration=200', ['b']],
    [() => 'metadata.stage=WON', ['b', 'a']],
    [() => 'metadata.tags=y', ['a']],
    [() => 'metadata.deep.n=5', ['a']],
    [() => 'metadata.stage=won&metadata.tags=z', ['b']],
    [() => 'metadata.stage=wo', []],
    [() => 'metadata.id=A', ['a']],
    [() => `metadata.stage=won&teamId=${people.east}&teams_below=true&from=2026-01-02&state=COMPLETE`, ['b']],
    [() => 'direction=INBOUND&state=COMPLETE&minDuration=1', ['a']],
    [() => `q=price&direction=OUTBOUND`, ['b']],
    [() => `q=price&callerId=${people.ann}&topicId=${people.price}&maxDuration=20&metadata.stage=won`, ['a']],
  ])('%s', async (query, found) => {
    expect(await ids(query())).toEqual(found);
  });

  test('by fields whose names have dots, here and by v2’s search, beside fields of fields', async () => {
    const own = await (await makeAccount(service)).client();
    const metadatas = {
      nested: { a: { b: 'One' } },
      dotted: { 'a.b': 'one' },
      mixed: { 'a.b': { 'c.d': [{ 'e.': true }] } },
      odd: { '.': 'x', 'a..b': 'y', 'id.x': 'z', 'metadata.a.b': 'one' },
    };
    for (const [id, metadata] of Object.entries(metadatas)) {
      const call = { id, callTime: '2026-01-01T10:00Z', direction: 'INBOUND', metadata };
      expect((await own.send('POST', '/api/v1/calls', call)).status).toBe(201);
    }
    for (const [query, found] of [
      ['metadata.a.b=one', ['dotted', 'nested']],
      ['metadata.a%2Eb=ONE', ['dotted', 'nested']],
      ['metadata.a.b.c.d.e.=true', ['mixed']],
      ['metadata..=x', ['odd']],
      ['metadata.a..b=y', ['odd']],
      ['metadata.id.x=z', ['odd']],
      ['metadata.metadata.a.b=one', ['odd']],
      ['metadata.a=one', []],
      ['metadata.b=one', []],
    ] as const) {
      expect((await own.get(`/api/ev/2/calls/search?${query}`)).json(), query).toEqual(found);
      const { items } = (await own.get(`/api/v1/calls?${query}`)).json();
      expect(items.map(({ id }: { id: string }) => id).sort(), query).toEqual(found);
    }
  });

  test('that are not known, or not sound, are refused', async () => {
    const refused = async (query: string, parameter: string, allowed: string) => {
      const answer = raw(await client.get(`/api/v1/calls?${query}`));
      expectProblem(answer, 400, { parameter, detail: allowed });
    };
    await refused('calerId=x', 'calerId', 'callerId');
    await refused('metadata=x', 'metadata', 'metadata.<field>');
    await refused('metadata.=x', 'metadata.', 'metadata.<field>');
    await refused('Metadata.stage=x', 'Metadata.stage', 'callerId');
    await refused('metadata.stage=', 'metadata.stage', 'the whole value');
    await refused('metadata.stage=%00', 'metadata.stage', 'the whole value');
    await refused('metadata.stage=%ff', 'metadata.stage', 'the whole value');
    await refused('metadata.a%00=x', 'metadata.a\0', 'the whole value');
    await refused('metadata.a=x&metadata.a=y', 'metadata.a', 'each field once');
    await refused(
      Array.from({ length: 11 }, (_, i) => `metadata.a${i}=x`).join('&'),
      'metadata.a10',
      'each field once',
    );
    await refused('%zz=1', 'query', 'callerId');
    await refused('since=2026-01-01', 'since', 'callerId');
    await refused('teams_below=true', 'teamId', 'ids of teams');
    await refused('q=a&limit=101', 'limit', '0 to 100');
    await refused('direction=inbound', 'direction', 'INBOUND, OUTBOUND or SCREENSHARE');
    await refused('q=%22a', 'q', '"phrases in quotes"');
    const { detail } = (await client.get('/api/v1/calls?q=a%20(b)')).json();
    expect(detail).toMatch(/^q has a "\(" outside quotes, which means nothing here, at character 3; it takes words/);
  });

  test("a cursor is its own list's", async () => {
    const newest = (await list('limit=1')).next;
    const best = (await list('q=price&limit=1')).next;
    expect([newest, best]).not.toContain(null);
    const of = 'the next of the page before';
    expectProblem(await client.get(`/api/v1/calls?q=price&cursor=${newest}`).then(raw), 400, {
      parameter: 'cursor',
      allowed: of,
    });
    expectProblem(await client.get(`/api/v1/calls?cursor=${best}`).then(raw), 400, {
      parameter: 'cursor',
      allowed: of,
    });
    for (const [query, keys] of [
      ['', [1e300, 'a']],
      ['q=price&', [0, 'a', 0, 'a', '', 1e300, 'a']],
      ['q=price&', [1e300, 'a', 0, 'a', '', 0, 'a']],
      ['q=price&', [0, 'a', 0.5, 'a', '0.1', 0, 'a']],
      ['q=price&', [0, 'a', 0, 'a', 'NaN', 0, 'a']],
      ['q=price&', [0, 'a', 0, 'a', `0.${'1'.repeat(40)}`, 0, 'a']],
    ] as const) {
      const mad = Buffer.from(JSON.stringify(keys)).toString('base64url');
      expectProblem(await client.get(`/api/v1/calls?${query}cursor=${mad}`).then(raw), 400, {
        parameter: 'cursor',
        allowed: of,
      });
    }
  });
});

const raw = ({ status, headers, text }: Awaited<ReturnType<TestClient['get']>>) => ({
  status,
  headers: Object.fromEntries(headers),
  text,
});

describe('who sees what', () => {
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
    duration: { min: null, max: null },
    score: { min: null, max: null },
    hasComments: null,
    metadata: [],
    loweredId: null,
  };
  const seen = async (sight: { userId: string; teamIds: string[] }, search: boolean) => {
    const query = parseSearch('price') as SearchQuery;
    const actor = { ...account.actor, sight };
    const { rows } = search
      ? await searchCalls({ db: service.db }, actor, nothing, query, 'relevance', null, 10)
      : await libraryPage(actor, nothing, NEWEST_FIRST, null, 10).execute(service.db);
    return rows.map(({ callId }) => callId);
  };

  test('one’s own, and one’s teams’', async () => {
    expect(await seen({ userId: people.ann!, teamIds: [] }, false)).toEqual(['a']);
    expect(await seen({ userId: people.cat!, teamIds: [people.boston!] }, false)).toEqual(['c', 'b']);
    expect(await seen({ userId: people.ann!, teamIds: [] }, true)).toEqual(['a']);
    expect(await seen({ userId: people.cat!, teamIds: [people.boston!] }, true)).toEqual(['b']);
    expect(await seen({ userId: people.cat!, teamIds: [] }, true)).toEqual([]);
  });
});

describe('search', () => {
  test.each<[q: string, found: string[]]>([
    ['price', ['b', 'a']],
    ['"good price"', ['a']],
    ['good price', ['a', 'b']],
    ['"hello that is"', ['a']],
    ['"price i"', []],
    ["don't", ['a']],
    ['don’t', ['a']],
    ['dont', ['a']],
    ['follow-up', ['b', 'a']],
    ['"follow up"', ['b', 'a']],
    ['followup', []],
    ['pric', []],
    ['price -hello', ['b']],
    ['price -"good price"', ['b']],
    ['hello or goodbye', ['c', 'a']],
    ['price hello or goodbye -nothing', ['a']],
    ['price NEAR/1 good', ['a']],
    ['good NEAR/1 price', ['a']],
    ['price NEAR/2 good', ['a', 'b']],
    ['hello NEAR/30 follow', []],
    ['hello follow', ['a']],
    ['absent', []],
  ])('%s', async (q, found) => {
    expect((await find(q)).sort()).toEqual(found.sort());
  });

  test('shows what it found where, and who said it', async () => {
    const { items } = await list(`q=${encodeURIComponent('"good price" dont')}`);
    expect(items).toHaveLength(1);
    expect(items[0]!.matches).toEqual([
      {
        startTime: 4,
        endTime: 5.5,
        speakerNumber: 0,
        speakerType: 'INTERNAL',
        text: 'Hello, that is a good price.',
        ranges: [[17, 27]],
      },
      {
        startTime: 7,
        endTime: 7.5,
        speakerNumber: 1,
        speakerType: 'EXTERNAL',
        text: "I don't follow up.",
        ranges: [[2, 7]],
      },
    ]);
    expect(Compile(ListedCall).Errors(items[0])).toEqual([]);
  });

  test('puts first what has more of it, and what has it closer; then the newest', async () => {
    const ranked = await (await makeAccount(service)).client();
    const calls = [
      ['once', 'some talk of zebra and so on and lion'],
      ['close', 'zebra lion and some talk and so on'],
      ['often', 'zebra zebra lion zebra lion zebra talk'],
      ['old', 'giraffe'],
      ['new', 'giraffe'],
    ];
    for (const [i, [id, text]] of calls.entries()) {
      await ranked.upsertCall({
        id,
        callTime: `2026-01-0${i + 1}T00:00Z`,
        direction: 'INBOUND',
        transcript: said(text!),
      });
    }
    expect(await ids('q=zebra+lion', ranked)).toEqual(['often', 'close', 'once']);
    expect(await ids('q=giraffe', ranked)).toEqual(['new', 'old']);
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const page = await list(`q=zebra+or+giraffe&limit=1${next === null ? '' : `&cursor=${next}`}`, ranked);
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    } while (next !== null);
    expect(seen).toEqual(await ids('q=zebra+or+giraffe', ranked));
    expect(seen.slice(1)).toEqual(['new', 'old', 'close', 'once']);
  });

  test('forgets a replaced transcript, a cleared one and a deleted call', async () => {
    const call = { externalId: 'turning', callTime: '2026-02-01T00:00Z', direction: 'INBOUND' };
    const id = await client.upsertCall({ ...call, transcript: said('an aardvark of good price') });
    expect(await find('aardvark')).toEqual([id]);
    expect(await ids(`topicId=${people.price}&from=2026-02-01`)).toEqual([id]);
    await client.send('POST', '/api/v1/calls', { ...call, transcript: said('a badger') });
    // At once, not only when the new one is analysed.
    expect(await find('aardvark')).toEqual([]);
    expect(await ids(`topicId=${people.price}&from=2026-02-01`)).toEqual([]);
    await until(async () => (await find('badger')).length > 0);
    expect(await find('badger')).toEqual([id]);
    expect(await ids(`topicId=${people.price}&from=2026-02-01`)).toEqual([]);
    await client.send('PATCH', `/api/v1/calls/${id}`, { transcript: null });
    expect(await find('badger')).toEqual([]);
    expect(await ids('minTalkRatio=0&from=2026-02-01')).toEqual([]);
    await client.upsertCall({ ...call, transcript: said('a cheetah of good price') });
    expect(await find('cheetah')).toEqual([id]);
    expect((await client.send('DELETE', `/api/v1/calls/${id}`)).status).toBe(204);
    expect(await find('cheetah')).toEqual([]);
    expect(await ids('from=2026-02-01')).toEqual([]);
    for (const table of ['call_sections', 'call_topic_hits']) {
      const left = await service.pool.query(`select 1 from ${table} where account_id = $1 and call_id = $2`, [
        account.accountId,
        id,
      ]);
      expect(left.rows, table).toEqual([]);
    }
  });

  test('forgets a call that failed, until it is analysed again', async () => {
    const call = { externalId: 'failing', callTime: '2026-02-02T00:00Z', direction: 'INBOUND' };
    const transcript = said('an elephant of good price');
    const id = await client.upsertCall({ ...call, transcript });
    await failCall(service, account.actor, id, 'lost');
    expect(await find('elephant')).toEqual([]);
    expect(await ids(`topicId=${people.price}&from=2026-02-02`)).toEqual([]);
    await client.upsertCall({ ...call, transcript });
    expect(await find('elephant')).toEqual([id]);
    expect(await ids(`topicId=${people.price}&from=2026-02-02&minTalkRatio=0`)).toEqual([id]);
    await client.send('DELETE', `/api/v1/calls/${id}`);
  });

  test('follows the topics', async () => {
    const topic = (await client.send('POST', '/api/v1/topics', { name: 'Byes', words: ['goodbye'] })).json();
    await until(async () => (await ids(`topicId=${topic.id}`)).length > 0);
    expect(await ids(`topicId=${topic.id}`)).toEqual(['c']);
    await client.send('PATCH', `/api/v1/topics/${topic.id}`, { words: ['hello'] });
    await until(async () => (await ids(`topicId=${topic.id}`)).includes('a'));
    expect(await ids(`topicId=${topic.id}`)).toEqual(['a']);
  });

  test('speakers who change leave the sections as they are', async () => {
    const before = await sectionRows('a');
    expect(before).toHaveLength(1);
    await client.upsertCall({
      externalId: 'ext-a',
      callTime: '2026-01-01T10:00Z',
      direction: 'INBOUND',
      duration: 9.5,
    });
    await atRest(service, account.accountId);
    expect(await sectionRows('a')).toEqual(before);
  });

  test('calls that were analysed before there was a library come into it, with their stamps as they were', async () => {
    const old = await (await makeAccount(service)).client();
    const topic = (await old.send('POST', '/api/v1/topics', { name: 'Rare', words: ['quokka'] })).json();
    await atRest(service, old.accountId);
    const ofOld = { callTime: '2026-01-01T00:00Z', direction: 'INBOUND' };
    const id = await old.upsertCall({ ...ofOld, transcript: said('a quokka') });
    await atRest(service, old.accountId);
    const { modified } = (await old.get(`/api/v1/calls/${id}`)).json();
    // As the migration leaves them.
    await service.pool.query('delete from call_sections where account_id = $1', [old.accountId]);
    await service.pool.query('delete from call_topic_hits where account_id = $1', [old.accountId]);
    await service.pool.query('update calls set topics_version = 0, sections_fragment_id = null where account_id = $1', [
      old.accountId,
    ]);
    expect(await ids('q=quokka', old)).toEqual([]);
    await service.pool.query(`select graphile_worker.add_job('sweep', '{}'::json)`);
    await until(async () => (await ids('q=quokka', old)).length > 0);
    expect(await ids(`q=quokka&topicId=${topic.id}`, old)).toEqual([id]);
    expect((await old.get(`/api/v1/calls/${id}`)).json().modified).toBe(modified);
  });

  async function sectionRows(callId: string) {
    const found = await service.pool.query(
      'select xmin::text, section_no, tsv::text from call_sections where account_id = $1 and call_id = $2',
      [account.accountId, callId],
    );
    return found.rows;
  }
});
