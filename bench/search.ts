import { decodeForm, FORM_VERSION } from '#debrief/analysis/form.js';
import { encodeForm } from '#debrief/analysis/form-encoder.js';
import { accountMark, sectionTexts } from '#debrief/analysis/search-text.js';
import type { Words } from '#debrief/analysis/words.js';
import { makeFragment } from '#debrief/wire/fragment.js';
import type { Bench, Variant } from './support/bench.js';
import { seeded, vocabulary } from './support/calls.js';
import { startLoadGenerator } from './support/load.js';
import { startDebrief } from './support/processes.js';
import type { Site } from './support/site.js';
import { median } from './support/statistics.js';

const CALLS = 30_000;
/** The number of texts in each language; each is the text of as many consecutive calls. */
const TEXTS = 300;
const RARE = 10;
const REQUESTS = 20;

/** The calls of a language: about seven minutes each. */
interface Language {
  readonly name: string;
  /** The words or letters of a call, most frequent first, and how many a call has. */
  readonly said: readonly string[];
  readonly length: number;
  /** How many letters are sent as one word. */
  readonly wordLength: number;
  /** A text that occurs in `RARE` calls; other calls have only parts of it. */
  readonly rare: string;
}

const chinese = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => String.fromCodePoint(first + i));

const LANGUAGES: readonly Language[] = [
  { name: 'a word', said: vocabulary(seeded(3)), length: 1000, wordLength: 1, rare: 'quokka' },
  // Each of its letters occurs in every other call.
  { name: 'two letters', said: chinese(0x4e00, 3000), length: 1500, wordLength: 12, rare: '\u4e05\u4e04' },
];

const TWO_LETTERS = 'two letters that 10 of 30000 Chinese calls have';
const A_WORD = 'a word that 10 of 30000 English calls have';

/** A search for two letters of a script without spaces, compared with one for a word. */
export const search: Bench = {
  bars: [
    {
      name: 'two letters by a word',
      figure: (of) => of(TWO_LETTERS, 'ms') / of(A_WORD, 'ms'),
      atMost: 2,
    },
  ],
  async prepare(openSite, say) {
    const site = await openSite();
    const index = await site.pool.query(`select pg_get_indexdef('call_sections_words'::regclass) as made`);
    // Building the index once at the end takes minutes less, and the result is the same.
    await site.pool.query('drop index call_sections_words');
    for (const language of LANGUAGES) {
      say(`storing ${CALLS} calls for ${language.name}`);
      await store(site, language);
    }
    say('making their index');
    await site.pool.query(index.rows[0].made);
    await site.settled();
    const server = await startDebrief(site.databaseUrl);
    const generator = startLoadGenerator();
    const headers = { authorization: await site.authorization('unlimited') };
    const variant = (name: string, { rare }: Language): Variant => ({
      name,
      async run() {
        const path = `/api/v1/calls?limit=20&q=${encodeURIComponent(rare)}`;
        const answer = await fetch(new URL(path, server.url), { headers });
        const { items } = (await answer.json()) as { items: unknown[] };
        if (items.length !== RARE) throw new Error(`found ${items.length} calls for ${rare}, not ${RARE}`);
        const load = { paths: [path], connections: 1, until: { requests: REQUESTS } };
        const { ms } = await generator.load({ url: server.url, headers, ...load });
        return { ms: median(ms) };
      },
    });
    return {
      variants: [variant(A_WORD, LANGUAGES[0]!), variant(TWO_LETTERS, LANGUAGES[1]!)],
      async close() {
        await generator.close();
        await server.stop();
      },
    };
  },
};

/** Stores calls that are COMPLETE directly in their tables, with the data that searches read. */
async function store({ pool, accountId }: Site, language: Language): Promise<void> {
  const next = seeded(11);
  const mark = accountMark(accountId);
  const each = CALLS / TEXTS;
  for (let text = 0; text < TEXTS; text++) {
    // The last text belongs to the calls that contain the searched text; the one before it to as many more.
    const rare = Array.from({ length: text === TEXTS - 1 ? 2 : 1 }, (_, i) => i === 1);
    for (const isRare of rare) {
      const form = encodeForm(wordsOf(language, next, isRare));
      const { deflated, rawLength } = makeFragment(form);
      const count = isRare ? RARE : rare.length > 1 ? each - RARE : each;
      const first = text * each + (isRare ? each - RARE : 0);
      await pool.query(
        `with ids as (select $2 || lpad(n::text, 6, '0') as id, n from generate_series($3::int, $4::int) as n),
         calls as (insert into calls (account_id, call_id, call_time, duration, direction, state, topics_version, first_stamp,
             stamp)
           select $1, id, timestamptz '2025-12-01T09:00Z' + n * interval '60 s', 420, 'OUTBOUND', 'COMPLETE', 1, stamp, stamp
           from ids, nth_stamp($5::timestamptz, n) as stamp),
         forms as (insert into analysis_forms (account_id, call_id, raw_length, deflated, form_version)
           select $1, id, $6, $7, $8 from ids),
         sections as materialized (
           select place - 1 as place, section::tsvector as tsv from unnest($9::text[]) with ordinality as s (section, place))
         insert into call_sections (account_id, call_id, section_no, tsv) select $1, id, place, tsv from ids, sections`,
        [
          ...[
            accountId,
            `${language.name}-`,
            first,
            first + count - 1,
            language.wordLength === 1 ? '2026-01-01' : '2026-02-01',
          ],
          ...[rawLength, deflated, FORM_VERSION, sectionTexts(decodeForm(form), mark)],
        ],
      );
    }
  }
}

function wordsOf({ said, length, wordLength, rare }: Language, next: () => number, isRare: boolean): Words {
  const tokens: string[] = [];
  while (tokens.length < length) {
    const token = said[Math.floor(said.length * next() ** 3)]!;
    if (`${tokens.at(-1)}${token}` !== rare) tokens.push(token);
  }
  if (isRare) tokens.splice(length / 2, 0, ...(wordLength === 1 ? [rare] : rare));
  const text: string[] = [];
  for (let at = 0; at < tokens.length; at += wordLength) text.push(tokens.slice(at, at + wordLength).join(''));
  return {
    count: text.length,
    start: Float64Array.from(text, (_, i) => i * 0.4),
    end: Float64Array.from(text, (_, i) => i * 0.4 + 0.3),
    // Turns of forty words each.
    speaker: Uint16Array.from(text, (_, i) => Math.floor(i / 40) % 2),
    text,
    punctuation: text.map(() => ''),
  };
}
