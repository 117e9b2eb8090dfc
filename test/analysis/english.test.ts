import { afterAll, beforeAll, expect, test } from 'vitest';
import { englishHeads, englishStem } from '#debrief/analysis/english.js';
import { demoCalls } from '#debrief/demo/calls.js';
import { startService, type TestService } from '../support/service.js';

// Our stemmer against Snowball's own, as PostgreSQL has it.

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const ENDINGS =
  's es ed edly ing ingly eed eedly ied ies ss us y tional enci anci abli entli izer ization ational ation ator alism aliti ' +
  'alli fulness fulli ousli ousness iveness iviti biliti bli ogi logi lessli li ical icate iciti alize ful ness ative al ance ' +
  'ence er ic able ible ant ement ment ent ism ate iti ous ive ize ion sion tion e l ll le ly ally tt bb at iz yed yy';
const BEGINNINGS =
  'gener commun arsen inn out cann herr earr proc exc succ add egg ebb odd off dy ly ty sk howe ear on idl sh h b be cr sa enjo';

/** The same words every time: what the rules speak of, one after the other, and letters between. */
function madeUp(count: number): string[] {
  let state = 7;
  const upTo = (n: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const [endings, beginnings, letters] = [ENDINGS.split(' '), BEGINNINGS.split(' '), [...'aeiouybcdfghjklmnpqrstvwxz']];
  const some = (from: string[], most: number) =>
    Array.from({ length: upTo(most + 1) }, () => from[upTo(from.length)]!).join('');
  return Array.from({ length: count }, () => some(beginnings, 1) + some(letters, 5) + some(endings, 3));
}

/** All of up to two letters with each ending, and all of three with the commonest ones. */
function short(): string[] {
  const longer = (words: string[]) => words.flatMap((word) => [...'abcdefghijklmnopqrstuvwxyz'].map((c) => word + c));
  const ended = (words: string[], endings: string[]) => words.flatMap((word) => endings.map((ending) => word + ending));
  const [ones, twos] = [longer(['']), longer(longer(['']))];
  return [
    ...ended([...ones, ...twos], ['', ...ENDINGS.split(' ')]),
    ...ended(longer(twos), ['', 's', 'ed', 'ing', 'ly', 'ful', 'ness']),
  ];
}

test('stems are those of Snowball', async () => {
  const calls = demoCalls({
    seed: 'stems',
    now: Date.parse('2026-03-01T00:00:00Z'),
    count: 20,
    days: 30,
    maxMinutes: 20,
  });
  const spoken = [...calls].flatMap(({ transcript }) => transcript ?? []).map(({ word }) => word.toLowerCase());
  const words = [...new Set([...spoken, ...madeUp(40_000)])].filter((word) => /^[a-z]+$/.test(word));
  expect(words.length).toBeGreaterThan(30_000);
  const connection = await service.pool.connect();
  try {
    await connection.query('begin');
    await connection.query(
      'create text search dictionary without_stop_words (template = snowball, language = english)',
    );
    const { rows } = await connection.query<{ stems: string[] }>(
      `select array_agg((ts_lexize('without_stop_words', word))[1] order by place) as stems
       from unnest($1::text[]) with ordinality as words (word, place)`,
      [words],
    );
    const stems = rows[0]!.stems;
    expect(words.filter((word, i) => englishStem(word) !== stems[i])).toEqual([]);
    const hasHead = (word: string) =>
      englishHeads(englishStem(word)).some((head) => head.length >= 3 && `${word}\0\0`.startsWith(head));
    expect([...words, ...short(), 'skies', 'dying', 'lying', 'tying'].filter((word) => !hasHead(word))).toEqual([]);
  } finally {
    await connection.query('rollback');
    connection.release();
  }
});
