import { makeFragment } from '#debrief/wire/fragment.js';
import type { Site } from './site.js';

// The words of calls, made by a seeded generator: the same in every run, different in every call.

/** The generator mulberry32: numbers from 0 up to 1, always the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const CONSONANTS = 'b c d f g h k l m n p r s t v w'.split(' ');
const VOWELS = 'a e i o u ea ou'.split(' ');
const VOCABULARY = 12_000;

/** A vocabulary of words of one to three syllables. */
export function vocabulary(next: () => number): string[] {
  const one = (of: readonly string[]) => of[Math.floor(next() * of.length)]!;
  const word = () => Array.from({ length: 1 + Math.floor(next() * 3) }, () => one(CONSONANTS) + one(VOWELS)).join('');
  return Array.from({ length: VOCABULARY }, word);
}

/** A transcript as the wire has it, with realistic pauses, turns and sentence ends; a few words make up most of it. */
function transcriptJson(next: () => number, words: readonly string[], count: number): string {
  const entries: string[] = [];
  let time = 0;
  let speaker = 0;
  while (entries.length < count) {
    const word = words[Math.floor(words.length * next() ** 3)]!;
    const end = time + 0.08 + next() * 0.5;
    const stop = next() < 0.12;
    const p = stop ? (next() < 0.6 ? '.' : ',') : null;
    entries.push(
      `{"start":"${time.toFixed(3)}","end":"${end.toFixed(3)}","word":"${word}"${p ? `,"p":"${p}"` : ''},"v":${speaker}}`,
    );
    time = end + (stop ? next() : next() * 0.05);
    if (stop && next() < 0.3) speaker = 1 - speaker;
  }
  return `[${entries.join(',')}]`;
}

/** Transcripts of 3,500 to 5,500 words each: 4,500 on average. */
export function* transcripts(count: number, seed = 7): Generator<string, void, undefined> {
  const next = seeded(seed);
  const words = vocabulary(next);
  for (let n = 0; n < count; n++) yield transcriptJson(next, words, 3500 + Math.floor(next() * 2000));
}

/**
 * Stores calls that are COMPLETE, with transcripts as above, directly in their tables: ingesting them has its own
 * bench. They have no analysis forms and no topic matches. Their first stamp is from 2026-01-01.
 */
export async function giveCalls({ pool, accountId, settled }: Site, count: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    let n = 0;
    for (const json of transcripts(count)) {
      const id = `call-${String(n).padStart(7, '0')}`;
      const { rawLength, crc32, deflated } = makeFragment(Buffer.from(json));
      await client.query(
        `with fragment as (insert into fragments (account_id, call_id, raw_length, crc32, deflated)
           values ($1, $2, $3, $4, $5) returning fragment_id)
         insert into calls (account_id, call_id, call_time, duration, direction, state, stats, transcript_fragment_id,
           metadata, first_stamp, stamp)
         select $1, $2, timestamptz '2025-12-01T09:00Z' + $6 * interval '60 s', 1800, 'OUTBOUND', 'COMPLETE',
           '{"internalTalkTime":418.2,"externalTalkTime":238.4,"talkRatio":0.637}', fragment_id,
           '{"company":"Example","stage":"Proposal"}', stamp, stamp
         from fragment, nth_stamp('2026-01-01T00:00:00Z', $6::bigint) as stamp`,
        [accountId, id, rawLength, crc32, deflated, n],
      );
      n += 1;
    }
    await client.query('commit');
  } finally {
    client.release();
  }
  await settled();
}

/**
 * Stores the calls from number `first` up to `count`, without transcripts and with stamps about a millisecond apart.
 */
export async function giveLightCalls({ pool, accountId, settled }: Site, count: number, first = 0): Promise<void> {
  await pool.query(
    `insert into calls (account_id, call_id, call_time, duration, direction, state, stats, metadata, first_stamp, stamp)
     select $1, 'call-' || lpad(n::text, 9, '0'), timestamptz '2025-06-01T09:00Z' + n * interval '20 s', 300 + n % 3000,
       case n % 3 when 0 then 'INBOUND' else 'OUTBOUND' end, 'COMPLETE',
       '{"internalTalkTime":418.2,"externalTalkTime":238.4,"talkRatio":0.637}',
       json_build_object('company', 'Company ' || n % 5000, 'stage', 'Proposal', 'amount', n % 100000), stamp, stamp
     from (select n, nth_stamp('2026-01-01T00:00:00Z', n * 977) as stamp from generate_series($2::bigint, $3::bigint - 1) as n) as given`,
    [accountId, first, count],
  );
  await settled();
}
