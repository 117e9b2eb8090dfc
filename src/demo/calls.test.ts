import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DemoCall, type DemoOptions, demoCalls } from './calls.js';
import { demoCompany } from './company.js';
import { DEMO_TOPICS } from './topics.js';

const NOW = Date.parse('2026-03-05T15:00:00Z');
const OPTIONS: DemoOptions = { seed: 'demo', now: NOW, count: 300, days: 90 };

let calls: DemoCall[];
let seconds: number;
beforeAll(() => {
  const started = performance.now();
  calls = [...demoCalls(OPTIONS)];
  seconds = (performance.now() - started) / 1000;
});

const spoken = () => calls.filter((call) => call.transcript !== null);
const wordsOf = (call: DemoCall) => call.transcript ?? [];
const internal = (call: DemoCall) => new Set(call.participants.filter((p) => p.email).map((p) => p.speakerNumber));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const hash = (list: readonly DemoCall[]) => createHash('sha256').update(JSON.stringify(list)).digest('hex');

const DECIMAL = /^\d+(\.\d{1,3})?$/;

/** Seconds talked and words spoken, by speaker. A silence under 1.5 s is part of talking. */
function talk(call: DemoCall): Map<number, { seconds: number; words: number }> {
  const by = new Map<number, { seconds: number; words: number; end: number }>();
  for (const word of wordsOf(call)) {
    const start = Number(word.start);
    const end = Number(word.end);
    const one = by.get(word.v) ?? { seconds: 0, words: 0, end: Number.NEGATIVE_INFINITY };
    const gap = start - one.end;
    one.seconds += end - start + (gap < 1.5 ? gap : 0);
    one.words++;
    one.end = end;
    by.set(word.v, one);
  }
  return by;
}

describe('determinism', () => {
  test('the same seed gives the same calls, another seed others', () => {
    expect(hash([...demoCalls(OPTIONS)])).toBe(hash(calls));
    expect(hash([...demoCalls({ ...OPTIONS, seed: 'other', count: 20 })])).not.toBe(hash(calls.slice(0, 20)));
  });

  test('yields lazily', () => {
    const started = performance.now();
    expect(demoCalls({ ...OPTIONS, count: 2000 }).next().done).toBe(false);
    expect(performance.now() - started).toBeLessThan(1500);
  });
});

describe('300 calls', () => {
  test('make about a million words in a few seconds', () => {
    const total = calls.reduce((sum, call) => sum + wordsOf(call).length, 0);
    expect(total).toBeGreaterThan(750_000);
    expect(total).toBeLessThan(1_200_000);
    // Under 3 s alone on two cores; other test files run at the same time.
    expect(seconds).toBeLessThan(20);
  });

  test('have more than 2,000 distinct words', () => {
    const vocabulary = new Set(calls.flatMap((call) => wordsOf(call).map((word) => word.word.toLowerCase())));
    expect(vocabulary.size).toBeGreaterThan(2500);
  });

  test('are no two alike: they share at most three in ten runs of eight words, and few on average', () => {
    const ids = new Map<string, number>();
    const shingles = spoken().map((call) => {
      const words = wordsOf(call).map((word) => word.word.toLowerCase());
      const runs = words.slice(7).map((_, i) => words.slice(i, i + 8).join(' '));
      return new Set(
        runs.map((run) => {
          const id = ids.get(run) ?? ids.size;
          ids.set(run, id);
          return id;
        }),
      );
    });
    const shares: number[] = [];
    for (const [i, one] of shingles.entries()) {
      for (const other of shingles.slice(i + 1)) {
        const [small, large] = one.size < other.size ? [one, other] : [other, one];
        let shared = 0;
        for (const shingle of small) if (large.has(shingle)) shared++;
        shares.push(shared / small.size);
      }
    }
    expect(shares.reduce((max, share) => Math.max(max, share), 0)).toBeLessThan(0.3);
    expect(mean(shares)).toBeLessThan(0.06);
  });

  test('last from 3 to 40 minutes, short and long ones', () => {
    const minutes = spoken().map((call) => call.duration! / 60);
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...minutes)).toBeLessThanOrEqual(40);
    expect(minutes.filter((one) => one < 8).length).toBeGreaterThan(20);
    expect(minutes.filter((one) => one > 30).length).toBeGreaterThan(20);
  });

  test('are spoken at a plausible pace, by people who differ in how much they talk', () => {
    const ratios = new Map<string, number[]>();
    for (const call of spoken()) {
      let inside = 0;
      let all = 0;
      for (const [speaker, { seconds: talked, words }] of talk(call)) {
        all += talked;
        if (internal(call).has(speaker)) inside += talked;
        if (words < 100) continue;
        const pace = words / (talked / 60);
        expect(pace).toBeGreaterThan(110);
        expect(pace).toBeLessThan(210);
      }
      ratios.set(call.callerEmail, [...(ratios.get(call.callerEmail) ?? []), inside / all]);
    }
    const means = [...ratios.values()].map(mean);
    expect(means.length).toBeGreaterThan(15);
    expect(Math.min(...means)).toBeLessThan(0.42);
    expect(Math.max(...means)).toBeGreaterThan(0.65);
    expect(Math.min(...[...ratios.values()].flat())).toBeLessThan(0.38);
  });

  test('each topic is talked about in many calls', () => {
    const tokens = (text: string) =>
      ` ${text
        .toLowerCase()
        .replace(/['’]/g, '')
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim()} `;
    const texts = spoken().map((call) =>
      tokens(
        wordsOf(call)
          .map((word) => word.word)
          .join(' '),
      ),
    );
    for (const topic of DEMO_TOPICS) {
      const hits = texts.filter((text) => topic.words.some((phrase) => text.includes(tokens(phrase)))).length;
      expect(hits, topic.name).toBeGreaterThan(60);
      for (const phrase of topic.words) {
        expect(
          texts.some((text) => text.includes(tokens(phrase))),
          `${topic.name}: ${phrase}`,
        ).toBe(true);
      }
    }
  });

  test('words are in order, nobody talks over themselves, some talk over others', () => {
    let overlaps = 0;
    for (const call of spoken()) {
      const ends = new Map<number, number>();
      let start = 0;
      let latest = 0;
      for (const word of wordsOf(call)) {
        const from = Number(word.start);
        const to = Number(word.end);
        // One expectation per call, not per word: there are a million words.
        const isDecimal = DECIMAL.test(word.start) && DECIMAL.test(word.end);
        if (!isDecimal || from < start || to < from || from < (ends.get(word.v) ?? 0))
          throw new Error(`${call.externalId} ${word.start}`);
        if (from < latest) overlaps++;
        ends.set(word.v, to);
        start = from;
        latest = Math.max(latest, to);
      }
      expect(latest).toBeLessThanOrEqual(call.duration!);
      expect([...ends.keys()].sort()).toEqual(call.participants.map((p) => p.speakerNumber));
    }
    expect(overlaps).toBeGreaterThan(1000);
  });

  test('no sentence of six words or more is said more than twice in a call', () => {
    for (const call of spoken()) {
      const said = new Map<string, number>();
      const open = new Map<number, string[]>();
      for (const word of wordsOf(call)) {
        const sentence = open.get(word.v) ?? [];
        open.set(word.v, sentence);
        sentence.push(word.word.toLowerCase());
        if (!/[.?!]/.test(word.p ?? '')) continue;
        if (sentence.length >= 6) said.set(sentence.join(' '), (said.get(sentence.join(' ')) ?? 0) + 1);
        open.set(word.v, []);
      }
      for (const [sentence, times] of said) expect(times, sentence).toBeLessThanOrEqual(2);
    }
  });

  test('no mark of the notation is left in what is said', () => {
    for (const call of spoken()) {
      expect(wordsOf(call).filter((word) => /[@{}|<>#\s]|undefined/.test(word.word))).toEqual([]);
    }
  });
});

describe('around the transcript', () => {
  test('callers are users, times are in working hours of the last 90 days, in order', () => {
    const people = new Set(demoCompany('demo').people.map((person) => person.email));
    let before = '';
    for (const call of calls) {
      expect(people.has(call.callerEmail)).toBe(true);
      expect(call.callTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(call.callTime > before).toBe(true);
      before = call.callTime;
      const age = NOW - Date.parse(call.callTime);
      expect(age).toBeGreaterThan(0);
      expect(age).toBeLessThan(90 * 86_400_000);
      expect(new Date(call.callTime).getUTCHours()).toBeGreaterThanOrEqual(13);
      expect(new Date(call.callTime).getUTCHours()).toBeLessThan(23);
    }
    const weekend = calls.filter((call) => [0, 6].includes(new Date(call.callTime).getUTCDay()));
    expect(weekend.length).toBeLessThan(20);
    expect(new Set(calls.map((call) => call.externalId)).size).toBe(300);
  });

  test('customers come back, and participants are named as their CRM contacts', () => {
    const accounts = new Map<string, number>();
    let named = 0;
    for (const call of calls) {
      const match = call.crmMatches[0];
      if (match?.account) accounts.set(match.account.crmId, (accounts.get(match.account.crmId) ?? 0) + 1);
      const contacts = match?.contacts.map((contact) => contact.name) ?? [];
      for (const person of call.participants) {
        if (person.firstName === undefined) continue;
        named++;
        expect(contacts).toContain(`${person.firstName} ${person.lastName}`);
      }
    }
    expect(accounts.size).toBe(60);
    expect(Math.max(...accounts.values())).toBeGreaterThanOrEqual(5);
    expect(named).toBeGreaterThan(230);
    expect(calls.filter((call) => call.participants.length === 3).length).toBeGreaterThan(40);
  });

  test('a few have no transcript, some a summary, and the competitor is marked where one is named', () => {
    expect(calls.filter((call) => call.transcript === null)).toHaveLength(4);
    const summaries = calls.filter((call) => call.callSummary !== null);
    expect(summaries.length).toBeGreaterThan(20);
    expect(summaries.length).toBeLessThan(80);
    for (const { callSummary } of summaries) {
      expect(callSummary!.summary).not.toMatch(/[@{}|<>]|undefined/);
      expect(callSummary!.nextSteps.length).toBeGreaterThan(0);
    }
    const marked = calls.filter((call) => call.metadata.competitor_mentioned).length;
    expect(marked).toBeGreaterThan(60);
    expect(marked).toBeLessThan(240);
  });
});

test('twelve short calls show a good part of what there is', () => {
  const few = [...demoCalls({ ...OPTIONS, count: 12, maxMinutes: 8 })];
  expect(few).toHaveLength(12);
  expect(new Set(few.map((call) => call.metadata.opportunity_stage)).size).toBeGreaterThanOrEqual(5);
  expect(new Set(few.map((call) => call.callerEmail)).size).toBeGreaterThanOrEqual(5);
  expect(few.filter((call) => call.transcript === null)).toHaveLength(1);
  for (const call of few) expect(call.duration ?? 0).toBeLessThan(9 * 60);
});

test('the company is the same for a seed, and complete', () => {
  const company = demoCompany('demo');
  expect(demoCompany('demo')).toEqual(company);
  expect(company.departments).toHaveLength(3);
  expect(company.teams).toHaveLength(6);
  expect(company.people).toHaveLength(25);
  expect(new Set(company.people.map((person) => person.email)).size).toBe(25);
  for (const team of company.teams) {
    expect(company.people.find((person) => person.key === team.managerKey)?.role).toBe('manager');
  }
  expect(company.people.filter((person) => person.role === 'admin')).toHaveLength(1);
});
