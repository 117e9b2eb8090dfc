import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseSearch, type SearchQuery } from '#debrief/analysis/search-query.js';
import type { CallFilters } from '#debrief/db/library.js';
import { type SearchPlace, searchCalls } from '#debrief/services/calls/library.js';
import { atRest } from '../support/analysed.js';
import { makeAccount, startService, type TestAccount, type TestClient, type TestService } from '../support/service.js';
import {
  type Alternative,
  asTheyStand,
  inStretches,
  isFound,
  VOCABULARY,
  type Wanted,
  type Word,
  written,
} from './search.js';

// Random small calls and random queries: what the API finds is what the naive evaluator finds.

let service: TestService;
let client: TestClient;
/** Of an account with the small calls only. */
let small: TestAccount;

/** By the call's id. */
const calls = new Map<string, string[][]>();
/** Of the small ones, in the library's order of time. */
const newestFirst: string[] = [];

const WORDS = ['a', 'b', 'c', 'd', 'é', 'dont'];
/** Few words that are often said, and all the others. */
const word = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 3, arbitrary: fc.constantFrom(...Object.keys(VOCABULARY)) },
);
const block = fc.array(word, { minLength: 1, maxLength: 9 });

/** Blocks that do not fit into one section: too long, or with one word too often. */
const LONG: string[][][] = [
  [[...Array(990).fill('x'), ...'a b c d'.split(' '), ...Array(40).fill('x'), 'é']],
  [Array.from({ length: 2500 }, (_, i) => (i === 999 ? 'a' : i === 1029 ? 'b' : `y${i % 1000}`))],
  [Array(300).fill('a'), [...Array(254).fill('b'), 'c', 'b', 'd']],
  Array.from({ length: 600 }, (_, i) => [WORDS[i % 2]!, WORDS[2 + (i % 3)]!]),
];

beforeAll(async () => {
  service = await startService();
  const account = await makeAccount(service);
  client = await account.client();
  small = await makeAccount(service);
  const dialogues = fc.sample(fc.array(block, { minLength: 1, maxLength: 5 }), { numRuns: 60, seed: 20 });
  const lines: string[] = [];
  for (const [index, blocks] of [...dialogues, ...LONG].entries()) {
    const id = `call-${String(index).padStart(2, '0')}`;
    calls.set(id, blocks);
    const spoken = blocks.flatMap((tokens, v) => tokens.map((token) => ({ token, v: v % 2 })));
    const transcript = spoken.map(({ token, v }, i) => {
      // Spellings that are the same token, and what separates them.
      const { shown } = VOCABULARY[token] ?? { shown: [token] };
      const p = ['', ',', '. -', '!'][i % 4]!;
      return { start: String(i), end: String(i + 0.5), word: shown[i % shown.length]!, p, v };
    });
    // Three calls have each time.
    const callTime = new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 3) * 60_000).toISOString();
    lines.push(JSON.stringify({ id, callTime, direction: 'INBOUND', transcript }));
    if (index < dialogues.length) newestFirst.unshift(id);
  }
  await importCalls(client, lines);
  await importCalls(await small.client(), lines.slice(0, dialogues.length));
});

async function importCalls(to: TestClient, lines: readonly string[]): Promise<void> {
  const given = await to.send('POST', '/api/v1/calls/import', lines.join('\n'), {
    'content-type': 'application/x-ndjson',
  });
  expect(given.text).not.toContain('error');
  await atRest(service, to.accountId);
}
afterAll(() => service.close());

/** Words one after the other: bare, in quotes, or with a prefix among them. */
const words: fc.Arbitrary<Word[]> = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.constantFrom('forms', 'written', 'prefix'), fc.nat())
  .map(([tokens, fits, place]) =>
    tokens.map((token, i): Word => {
      if (fits !== 'prefix') return { token, fits };
      const beginning = /^[\da-z]{3}/.exec(token)?.[0];
      if (beginning === undefined || i !== place % tokens.length) return { token, fits: 'written' };
      return { token: beginning, fits };
    }),
  );
const phrase = words.map((given): Wanted => ({ kind: 'phrase', words: given }));
const term: fc.Arbitrary<Wanted> = fc.oneof(
  { weight: 3, arbitrary: phrase },
  {
    weight: 1,
    arbitrary: fc
      .record({ left: words, right: words, distance: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(30)) })
      .map((near): Wanted => ({ kind: 'near', ...near })),
  },
);
const alternative: fc.Arbitrary<Alternative> = fc.record({
  required: fc.array(term, { minLength: 1, maxLength: 3 }),
  // A NEAR is not excluded as such.
  excluded: fc.array(phrase, { maxLength: 2 }),
  isWordy: fc.boolean(),
});

async function search(query: string): Promise<{ id: string; matches: unknown[] }[]> {
  const answer = await client.get(`/api/v1/calls?limit=100&q=${encodeURIComponent(query)}`);
  expect(answer.status, `${query}: ${answer.text}`).toBe(200);
  return answer.json().items;
}

test('searches find what the naive evaluator finds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(alternative, { minLength: 1, maxLength: 2 }), async (alternatives) => {
      const found = await search(written(alternatives));
      const expected = [...calls].filter(([, blocks]) => isFound(blocks, alternatives)).map(([id]) => id);
      expect(found.map(({ id }) => id).sort(), written(alternatives)).toEqual(expected.sort());
      for (const { matches } of found) expect(matches.length).toBeGreaterThan(0);
      const isWritten = found.map(({ id }) => isFound(calls.get(id)!, asTheyStand(alternatives)));
      expect(isWritten, `${written(alternatives)}: what is as written comes first`).toEqual(
        [...isWritten].sort((a, b) => Number(b) - Number(a)),
      );
    }),
    { numRuns: 400 },
  );
});

const said = (token: string): Word => ({ token, fits: 'written' });

test('where a section ends, no match is lost or made up', async () => {
  const cases: Alternative[] = [
    ['x', 'a', 'b', 'c', 'd', 'x'],
    ['y998', 'a', 'y0'],
    ['b', 'c', 'b', 'd'],
  ].map((tokens) => ({ required: [{ kind: 'phrase', words: tokens.map(said) }], excluded: [] }));
  for (const [left, distance, right] of [
    ['a', 30, 'b'],
    ['a', 29, 'b'],
    ['d', 30, 'é'],
    ['c', 3, 'd'],
    ['c', 2, 'd'],
    ['y990', 9, 'a'],
  ] as const) {
    cases.push({ required: [{ kind: 'near', left: [said(left)], right: [said(right)], distance }], excluded: [] });
  }
  for (const each of cases) {
    const found = (await search(written([each]))).map(({ id }) => id).sort();
    const expected = [...calls].filter(([, blocks]) => isFound(blocks, [each])).map(([id]) => id);
    expect(found, written([each])).toEqual(expected.sort());
  }
});

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

/** The clock is read once for each stretch: a page ends after `pageMs` of them. */
let ticks = 0;
const AT_ONCE = {
  foundSections: 1000,
  stretch: 1000,
  pageMs: 1000,
  countMs: 1000,
  statementMs: 60_000,
  now: () => ticks++,
};
const SEARCH = { minLength: 1, maxLength: 2 };

/** The ids of all pages, in order, each call once; and how many pages were not full without being the last. */
async function crawl(text: string, limits: typeof AT_ONCE, limit: number) {
  const query = parseSearch(text) as SearchQuery;
  const ids: string[] = [];
  let place: SearchPlace | null = null;
  let short = 0;
  // A page may be empty, but gets on by a stretch.
  for (let pages = 0; pages < 300; pages++) {
    const page = await searchCalls({ db: service.db }, small.actor, nothing, query, 'relevance', place, limit, limits);
    ids.push(...page.rows.map(({ callId }) => callId));
    place = page.next;
    if (place === null) return { ids, short };
    if (page.rows.length < limit) short += 1;
  }
  throw new Error(`${text} does not end`);
}

test('pages go on over stretches, in order, with nothing lost or repeated', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(alternative, SEARCH),
      fc.constantFrom(0, 15, 30, 60),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(1, 2, 3, 5, 1000),
      fc.integer({ min: 1, max: 9 }),
      async (alternatives, foundSections, stretch, pageMs, limit) => {
        const text = written(alternatives);
        const ranked = (await crawl(text, AT_ONCE, 100)).ids;
        const { ids, short } = await crawl(text, { ...AT_ONCE, foundSections, stretch, pageMs }, limit);
        const inOrder = newestFirst.map((id) => ({ id, blocks: calls.get(id)! }));
        expect(ids, text).toEqual(inStretches(inOrder, alternatives, ranked, foundSections, stretch));
        if (pageMs === 1000) expect(short).toBe(0);
      },
    ),
    { numRuns: 200 },
  );
});

test('what comes or goes between two pages moves nothing else', async () => {
  const query = parseSearch('a or b or c or d') as SearchQuery;
  const limits = { ...AT_ONCE, foundSections: 0, stretch: 7 };
  const page = (place: SearchPlace | null) =>
    searchCalls({ db: service.db }, small.actor, nothing, query, 'relevance', place, 3, limits);
  const whole = (await crawl('a or b or c or d', limits, 3)).ids;
  const first = await page(null);
  const shown = first.rows.map(({ callId }) => callId);
  expect(shown).toEqual(whole.slice(0, 3));
  const writer = await small.client();
  // One that is newer than all, and the call that the page ended with.
  await writer.upsertCall({
    id: 'newer',
    callTime: '2026-02-01T00:00Z',
    direction: 'INBOUND',
    transcript: [{ start: '0', end: '1', word: 'a', v: 0 }],
  });
  await writer.send('DELETE', `/api/v1/calls/${shown[2]}`);
  const rest: string[] = [];
  for (let place = first.next; place !== null; ) {
    const { rows, next } = await page(place);
    rest.push(...rows.map(({ callId }) => callId));
    place = next;
  }
  expect(rest).toEqual(whole.slice(3));
});
