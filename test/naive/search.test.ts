import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atRest } from '../support/analysed.js';
import { makeAccount, startService, type TestClient, type TestService } from '../support/service.js';
import { type Alternative, isFound, type Wanted, written } from './search.js';

// Random small calls and random queries: what the API finds is what the naive evaluator finds.

let service: TestService;
let client: TestClient;

/** By the call's id. */
const calls = new Map<string, string[][]>();

const WORDS = ['a', 'b', 'c', 'd', 'é', 'dont'];
const word = fc.constantFrom(...WORDS);
const block = fc.array(word, { minLength: 1, maxLength: 7 });

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
  const small = fc.sample(fc.array(block, { minLength: 1, maxLength: 5 }), { numRuns: 60, seed: 20 });
  const lines: string[] = [];
  for (const [index, blocks] of [...small, ...LONG].entries()) {
    const id = `call-${index}`;
    calls.set(id, blocks);
    const spoken = blocks.flatMap((tokens, v) => tokens.map((token) => ({ token, v: v % 2 })));
    const transcript = spoken.map(({ token, v }, i) => {
      // Spellings that are the same token, and what separates them.
      const shown = token === 'dont' ? ['don’t', "DON'T", 'dont'][i % 3]! : i % 4 === 0 ? token.toUpperCase() : token;
      return { start: String(i), end: String(i + 0.5), word: shown, p: ['', ',', '. -', '!'][i % 4]!, v };
    });
    lines.push(JSON.stringify({ id, callTime: '2026-01-01T00:00Z', direction: 'INBOUND', transcript }));
  }
  const given = await client.send('POST', '/api/v1/calls/import', lines.join('\n'), {
    'content-type': 'application/x-ndjson',
  });
  expect(given.text).not.toContain('error');
  await atRest(service, client.accountId);
});
afterAll(() => service.close());

const tokens = fc.array(word, { minLength: 1, maxLength: 3 });
const term: fc.Arbitrary<Wanted> = fc.oneof(
  { weight: 3, arbitrary: tokens.map((given): Wanted => ({ kind: 'phrase', tokens: given })) },
  {
    weight: 1,
    arbitrary: fc
      .record({ left: tokens, right: tokens, distance: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(30)) })
      .map((near): Wanted => ({ kind: 'near', ...near })),
  },
);
const alternative: fc.Arbitrary<Alternative> = fc.record({
  required: fc.array(term, { minLength: 1, maxLength: 3 }),
  // A NEAR is not excluded as such.
  excluded: fc.array(
    tokens.map((given): Wanted => ({ kind: 'phrase', tokens: given })),
    { maxLength: 2 },
  ),
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
    }),
    { numRuns: 400 },
  );
});

test('where a section ends, no match is lost or made up', async () => {
  const cases: Alternative[] = [
    ['x', 'a', 'b', 'c', 'd', 'x'],
    ['y998', 'a', 'y0'],
    ['b', 'c', 'b', 'd'],
  ].map((phrase) => ({ required: [{ kind: 'phrase', tokens: phrase }], excluded: [] }));
  for (const [left, distance, right] of [
    ['a', 30, 'b'],
    ['a', 29, 'b'],
    ['d', 30, 'é'],
    ['c', 3, 'd'],
    ['c', 2, 'd'],
    ['y990', 9, 'a'],
  ] as const) {
    cases.push({ required: [{ kind: 'near', left: [left], right: [right], distance }], excluded: [] });
  }
  for (const each of cases) {
    const found = (await search(written([each]))).map(({ id }) => id).sort();
    const expected = [...calls].filter(([, blocks]) => isFound(blocks, [each])).map(([id]) => id);
    expect(found, written([each])).toEqual(expected.sort());
  }
});
