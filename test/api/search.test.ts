import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAccount, startService, type TestClient, type TestService } from '../support/service.js';

// What words of a search find: forms, prefixes, signs, numbers, letters without spaces, and operators.

let service: TestService;
let client: TestClient;

const said = (text: string) =>
  text.split(' ').map((word, i) => ({ start: String(i), end: String(i + 0.5), word, v: 0 }));

const PRICES = Array(12).fill('prices');
const MANY_PRICES = PRICES.join(' ');

const CALLS: Record<string, string> = {
  animals: 'quokka jumps',
  hidden: 'dis\u00adcount re\u200bnewal',
  price: 'the price',
  // Often enough to outrank the one who says it as it is written.
  prices: MANY_PRICES,
  pricing: 'pricing 2013',
  pride: 'pride',
  percent: 'at 100% of it',
  hundred: 'a hundred is 100',
  dollars: 'for $100 each',
  thousands: 'for 25,000 people',
  more: '25 or 3.5',
  cpp: 'we write C++ or C#',
  c: 'plain C is fine',
  chinese: '你好请问价格是多少',
  other: '价 高 格',
  thai: 'ราคาเท่าไหร่ครับ',
};

async function importCalls(to: TestClient): Promise<void> {
  for (const [i, [id, text]] of Object.entries(CALLS).entries()) {
    const callTime = `2026-01-01T00:${String(i).padStart(2, '0')}Z`;
    await to.upsertCall({ id, callTime, direction: 'INBOUND', transcript: said(text) });
  }
}

beforeAll(async () => {
  service = await startService();
  client = await (await makeAccount(service)).client('admin');
  await importCalls(client);
});
afterAll(() => service.close());

async function search(q: string, more = '') {
  const answer = await client.get(`/api/v1/calls?q=${encodeURIComponent(q)}${more}`);
  expect(answer.status, `${q}: ${answer.text}`).toBe(200);
  return answer.json() as {
    items: { id: string; matches: { text: string; ranges: [number, number][] }[] }[];
    next: string | null;
    callsInOldForm?: number;
  };
}
const find = async (q: string) => (await search(q)).items.map(({ id }) => id);

test.each<[q: string, found: string[]]>([
  ['quokka jumps', ['animals']],
  ['quokka OR jumps', ['animals']],
  ['quokka AND jumps', ['animals']],
  ['quokka AND zebra', []],
  ['quokka NOT zebra', ['animals']],
  ['quokka NOT jumps', []],
  ['quokka AND NOT jumps', []],
  ['"quokka AND jumps"', []],
  ['quokka and jumps', []],
  ['discount renewal', ['hidden']],
  ['"dis count"', []],
  ['price', ['price', 'prices', 'pricing']],
  ['prices', ['price', 'prices', 'pricing']],
  ['"price"', ['price']],
  ['"prices"', ['prices']],
  ['the -prices', []],
  ['the -"prices"', ['price']],
  ['jumping quokkas', ['animals']],
  ['jump NEAR/1 quokka', ['animals']],
  ['"jump" NEAR/1 quokka', []],
  ['pri*', ['price', 'prices', 'pricing', 'pride']],
  ['"the pri*"', ['price']],
  ['pri* NEAR/2 the', ['price']],
  ['pric* -"price"', ['prices', 'pricing']],
  ['201*', ['pricing']],
  ['100', ['dollars', 'hundred', 'percent']],
  ['"100"', ['dollars', 'hundred', 'percent']],
  ['100%', ['percent']],
  ['$100', ['dollars']],
  ['"at 100 of"', ['percent']],
  ['25000', ['thousands']],
  ['25,000', ['thousands']],
  ['25', ['more']],
  ['3.5', ['more']],
  ['3', []],
  ['c', ['c']],
  ['c++', ['cpp']],
  ['c#', ['cpp']],
  ['价格', ['chinese']],
  ['价', ['chinese', 'other']],
  ['请问价格', ['chinese']],
  ['"价格是" NEAR/2 好', []],
  ['价格是 NEAR/3 好', ['chinese']],
  ['格价', []],
  ['价 NEAR/2 格', ['chinese', 'other']],
  ['ราคา', ['thai']],
  ['เท่าไหร่', ['thai']],
])('%s', async (q, found) => {
  expect((await find(q)).sort()).toEqual(found);
});

test.each<[q: string, at: number, says: string]>([
  ['quokka AND', 8, 'write: price AND discount'],
  ['NOT quokka', 1, 'write: price NOT discount'],
  ['quokka OR NOT zebra', 11, 'write: price or cost NOT discount'],
  ['quokka NOT NOT zebra', 8, 'write: price NOT discount'],
  ['pr*', 1, 'write: pri*'],
  ['价格*', 1, 'at least three letters or digits'],
])('%s is refused, with what to write', async (q, at, says) => {
  const answer = await client.get(`/api/v1/calls?q=${encodeURIComponent(q)}`);
  expect([answer.status, answer.json().parameter]).toEqual([400, 'q']);
  expect(answer.json().detail).toContain(says);
  expect(answer.json().detail).toContain(`at character ${at}`);
});

describe('what is as written', () => {
  test('comes first, however often others have a form of it, from page to page', async () => {
    expect(await find('price')).toEqual(['price', 'prices', 'pricing']);
    expect((await find('pricing'))[0]).toBe('pricing');
    expect((await find('price or prices')).at(-1)).toBe('pricing');
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { items, next } = await search('price', `&limit=1${cursor}`);
      seen.push(...items.map(({ id }) => id));
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(seen).toEqual(['price', 'prices', 'pricing']);
  });

  test('is all that is found in an account of another language, from the next search on', async () => {
    const patch = async (language: string) => (await client.send('PATCH', '/api/v1/account', { language })).status;
    expect((await client.get('/api/v1/account')).json().language).toBe('en');
    expect(await patch('de')).toBe(200);
    expect(await find('price')).toEqual(['price']);
    expect(await find('pri*')).toHaveLength(4);
    expect((await search('price')).items[0]!.matches).toHaveLength(1);
    for (const bad of ['EN', 'english', '']) expect(await patch(bad), bad).toBe(400);
    expect((await client.get('/api/v1/account')).json().language).toBe('de');
    expect(await patch('en')).toBe(200);
    expect(await find('price')).toHaveLength(3);
  });
});

test.each<[q: string, passage: string, found: string[]]>([
  ['price -"price" -pricing*', MANY_PRICES, PRICES],
  ['"prices"', MANY_PRICES, PRICES],
  ['jump', 'quokka jumps', ['jumps']],
  ['quok*', 'quokka jumps', ['quokka']],
  ['"of" 100', 'at 100% of it', ['100', 'of']],
  ['价格', '你好请问价格是多少', ['价格']],
  ['请问 多少', '你好请问价格是多少', ['请问', '多少']],
  ['renewal', 'dis\u00adcount re\u200bnewal', ['re\u200bnewal']],
])('a passage shows what %s found', async (q, passage, found) => {
  const { items } = await search(q);
  const shown = items.flatMap(({ matches }) => matches);
  expect(shown.map(({ text }) => text)).toEqual([passage]);
  expect(shown.flatMap(({ text, ranges }) => ranges.map(([from, to]) => text.slice(from, to)))).toEqual(found);
});

test('searches say how many calls are in an old form, lists do not', async () => {
  expect((await search('price')).callsInOldForm).toBe(0);
  expect((await client.get('/api/v1/calls')).json()).not.toHaveProperty('callsInOldForm');
});
