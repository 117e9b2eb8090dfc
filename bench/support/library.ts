import { decodeForm, FORM_VERSION } from '#debrief/analysis/form.js';
import { encodeForm } from '#debrief/analysis/form-encoder.js';
import { accountMark, sectionTexts } from '#debrief/analysis/search-text.js';
import type { Words } from '#debrief/analysis/words.js';
import { makeFragment } from '#debrief/wire/fragment.js';
import { metadataDigest } from '#debrief/wire/metadata.js';
import { seeded, vocabulary } from './calls.js';
import type { Site } from './site.js';

// A company with a library of calls of two years, most without words, stored directly in its tables: nothing of it is
// measured but lists.

/** Of so many calls, one after the other, one has words. */
const EACH_WORDED = 11;
const TEAMS = 20;
const REPS = 200;
const COMPANIES = 5000;
const STAGES = ['Prospect', 'Qualified', 'Demo', 'Proposal', 'Negotiation', 'Closed'];
const WORDS = 1000;
/** So many calls have the same words; the rare word is in one text. */
const CALLS_A_TEXT = 10;
const SAID = vocabulary(seeded(3));

/** What calls can be found by. */
export const LIBRARY = {
  adminId: 'admin',
  /** A rep with a call in two months. */
  fewId: 'rep-few',
  /** A rep without calls. */
  noneId: 'rep-none',
  repId: 'rep-7',
  teamId: 'team-3',
  /** By number: a topic of every fifth call, and one of few. */
  topics: [
    { name: 'Price', words: [SAID[3], SAID[40]] },
    { name: 'Legal', words: ['quokka'] },
  ],
  company: 'Company 77',
  stage: 'Proposal',
  /** In the words of ten calls; of all that have words; of none. */
  rareWord: 'quokka',
  commonWord: SAID[0]!,
  absentWord: 'zyzzyva',
  /** All calls with words have both, none has one after the other. */
  absentPhrase: `"${SAID[0]} ${SAID[1]}"`,
} as const;

/** Stores the people of the company. */
export async function storePeople({ pool, accountId }: Site): Promise<void> {
  await pool.query(
    `insert into teams (account_id, team_id, name) select $1, 'team-' || n, 'Team ' || n from generate_series(0, $2 - 1) n`,
    [accountId, TEAMS],
  );
  await pool.query(
    `insert into users (account_id, user_id, email, first_name, last_name, team_id, role)
     select $1, 'rep-' || n, 'rep-' || n || '@library.example', 'Rep', 'Number ' || n, 'team-' || n % $2, 'rep'
       from generate_series(0, $3 - 1) n
     union all select $1, 'lead-' || n, 'lead-' || n || '@library.example', 'Lead', 'Number ' || n, 'team-' || n, 'manager'
       from generate_series(0, $2 - 1) n
     union all values ($1, $4, 'admin@library.example', 'Ada', 'Admin', null, 'admin'),
       ($1, $5, 'few@library.example', 'Fay', 'Few', 'team-1', 'rep'),
       ($1, $6, 'none@library.example', 'Noa', 'None', 'team-1', 'rep')`,
    [accountId, TEAMS, REPS, LIBRARY.adminId, LIBRARY.fewId, LIBRARY.noneId],
  );
  await pool.query(`update teams set manager_id = 'lead-' || substr(team_id, 6) where account_id = $1`, [accountId]);
}

/** Stores calls without words, and one with words after each ten of them. */
export async function storeLibrary(site: Site, light: number): Promise<void> {
  const worded = Math.ceil(light / (EACH_WORDED - 1));
  await storeCalls(site, light + worded);
  // Otherwise PostgreSQL takes the table for an empty one, and compares each call with each value of the metadata.
  await site.pool.query('analyze calls');
  await storeMetadata(site);
  await storeWords(site, worded);
  await storeCoaching(site);
  await site.settled();
}

/** A number that looks random, from 0 to `below`, and differs with `salt`. */
const drawn = (below: number, salt: number) => `abs(hashint4(n * 16 + ${salt})) % ${below}`;

async function storeCalls({ pool, accountId }: Site, count: number): Promise<void> {
  await pool.query(
    `insert into calls (account_id, call_id, caller_id, call_time, duration, direction, state, error_reason, stats, metadata,
       topics_version, first_stamp, stamp)
     select $1, 'call-' || lpad(n::text, 9, '0'),
       case when n % ($2 / 12) = 0 then $3 else 'rep-' || ${drawn(REPS, 1)} end,
       timestamptz '2024-07-01T09:00Z' + n * (interval '790 days' / $2), 30 + ${drawn(3000, 2)},
       case when ${drawn(200, 3)} = 0 then 'SCREENSHARE' when ${drawn(3, 4)} = 0 then 'INBOUND' else 'OUTBOUND' end,
       state, case state when 'ERROR' then 'The recording holds no speech.' end,
       case when ${drawn(10, 5)} > 0 then json_build_object('internalTalkTime', 418.2, 'externalTalkTime', 238.4,
         'talkRatio', (${drawn(1000, 6)}) / 1000.0) end,
       json_build_object('company', 'Company ' || ${drawn(COMPANIES, 7)}, 'stage', ($4::text[])[1 + ${drawn(STAGES.length, 8)}]),
       1000, stamp, stamp
     from (select n::int, nth_stamp('2026-09-02T00:00:00Z', n) as stamp,
         case when n % $5 = 0 then 'COMPLETE' when ${drawn(1000, 9)} = 0 then 'ERROR'
           when ${drawn(1000, 9)} = 1 then 'PENDING' else 'COMPLETE' end as state
       from (select n::int from generate_series(0, $2 - 1) n) as numbers) as given`,
    [accountId, count, LIBRARY.fewId, STAGES, EACH_WORDED],
  );
}

/** Makes the calls be found by their metadata. */
async function storeMetadata({ pool, accountId }: Site): Promise<void> {
  const values = [
    ...STAGES.map((stage) => ['stage', stage] as const),
    ...Array.from({ length: COMPANIES }, (_, n) => ['company', `Company ${n}`] as const),
  ];
  await pool.query(
    `insert into metadata_values (account_id, digest, call_id)
     select $1, digest::uuid, call_id from calls, json_each_text(metadata) as has (field, value)
       join unnest($2::text[], $3::text[], $4::text[]) as known (field, value, digest) using (field, value)
     where account_id = $1 and call_id like 'call-%'`,
    [
      accountId,
      values.map(([field]) => field),
      values.map(([, value]) => value),
      values.map(([field, value]) => metadataDigest(field, value)),
    ],
  );
}

/** Gives the calls whose turn it is words to be searched. */
async function storeWords({ pool, accountId }: Site, count: number): Promise<void> {
  const index = await pool.query(`select pg_get_indexdef('call_sections_words'::regclass) as made`);
  // Building the index once at the end takes less time, and the result is the same.
  await pool.query('drop index call_sections_words');
  const next = seeded(23);
  const texts = Math.ceil(count / CALLS_A_TEXT);
  for (let text = 0; text < texts; text++) {
    const form = encodeForm(wordsOf(next, text === 0));
    const { deflated, rawLength } = makeFragment(form);
    await pool.query(
      // Calls of the same text lie far apart in time.
      `with ids as (select 'call-' || lpad((n * $3)::text, 9, '0') as id from generate_series($2::int, $4 - 1, $5) n),
       forms as (insert into analysis_forms (account_id, call_id, raw_length, deflated, form_version)
         select $1, id, $6, $7, $8 from ids),
       sections as materialized (
         select place - 1 as place, section::tsvector as tsv from unnest($9::text[]) with ordinality as s (section, place))
       insert into call_sections (account_id, call_id, section_no, tsv) select $1, id, place, tsv from ids, sections`,
      [
        ...[accountId, text, EACH_WORDED, count, texts],
        ...[rawLength, deflated, FORM_VERSION, sectionTexts(decodeForm(form), accountMark(accountId))],
      ],
    );
  }
  await pool.query(index.rows[0].made);
}

/** The words of a call, with turns of forty. */
function wordsOf(next: () => number, isRare: boolean): Words {
  const text: string[] = [];
  while (text.length < WORDS) {
    const word = SAID[Math.floor(SAID.length * next() ** 3)]!;
    if (text.at(-1) !== SAID[0] || word !== SAID[1]) text.push(word);
  }
  // Each call has both words of the phrase, apart from each other.
  [text[10], text[11], text[12]] = [SAID[0]!, SAID[50]!, SAID[1]!];
  if (isRare) text[500] = LIBRARY.rareWord;
  return {
    count: WORDS,
    start: Float64Array.from(text, (_, i) => i * 0.4),
    end: Float64Array.from(text, (_, i) => i * 0.4 + 0.3),
    speaker: Uint16Array.from(text, (_, i) => Math.floor(i / 40) % 2),
    text,
    punctuation: text.map(() => ''),
  };
}

/** Gives every eighteenth call a score, every twentieth comments, and some topics. */
async function storeCoaching({ pool, accountId }: Site): Promise<void> {
  await pool.query(
    `insert into scorecards (account_id, scorecard_id, line_id, version, name, scheme)
     values ($1, 'card', 'card', 1, 'Discovery', 'OneToFive')`,
    [accountId],
  );
  const some = (salt: number, each: number) =>
    `(select *, row_number() over (order by call_time)::int as n from calls
      where account_id = $1 and call_id like 'call-%' and state = 'COMPLETE'
        and abs(hashtext(call_id || '${salt}')) % ${each} = 0) as chosen`;
  await pool.query(
    `insert into results (account_id, result_id, scorecard_id, call_id, reviewer_id, state, score_time, answered, percentage,
       first_stamp, stamp)
     select $1, 'result-' || n, 'card', call_id, 'lead-1', 'SUBMITTED', call_time, 5, ${drawn(101, 1)}, stamp, stamp
     from ${some(1, 18)}`,
    [accountId],
  );
  await pool.query(
    `insert into feedback (account_id, feedback_id, call_id, kind, feedback_by, feedback_at, text, start_time, first_stamp,
       stamp)
     select $1, 'comment-' || n || '-' || nth, call_id, 'comment', 'lead-1', call_time, '<p>Well asked</p>', nth, stamp, stamp
     from ${some(2, 20)}, generate_series(0, ${drawn(3, 2)}) nth`,
    [accountId],
  );
  await pool.query(
    `insert into call_topic_hits (account_id, topic_id, call_id, matches)
     select $1, (select min(topic_id) from topics where account_id = $1 and name = $2), call_id, 3 from ${some(3, 5)}
     union all
     select $1, (select min(topic_id) from topics where account_id = $1 and name = $3), call_id, 1 from ${some(4, 5000)}`,
    [accountId, LIBRARY.topics[0].name, LIBRARY.topics[1].name],
  );
}
