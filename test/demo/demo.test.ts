import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { renewCredential } from '#debrief/cli/demo.js';
import { createPool } from '#debrief/db/connection/pool.js';
import { selectCredentials } from '#debrief/db/credentials.js';
import type { Tables } from '#debrief/db/schema.js';
import { demoCompany } from '#debrief/demo/company.js';
import { demoAccount } from '#debrief/demo/seed/company.js';
import { createAccount } from '#debrief/services/accounts/accounts.js';
import { createCredential } from '#debrief/services/accounts/credentials.js';
import { commandActor } from '#debrief/services/actor.js';
import { createDepartment } from '#debrief/services/people/departments.js';
import { runCommand, type StartedCommand, startCommand } from '../support/command.js';
import { until } from '../support/service.js';

// The demo as a newcomer meets it: the command, the line it prints, and what every endpoint then answers.

let server: pg.Pool;
let databaseUrl: string;
let demo: StartedCommand;
let said: () => string;
let base: string;
let headers: Record<string, string>;

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function get(path: string): Promise<any> {
  const response = await fetch(base + path, { headers });
  expect(response.status, path).toBe(200);
  return response.json();
}

async function freshDatabase(name: string): Promise<string> {
  await server.query(`create database ${name}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  return url.href;
}

const names = ['demo', 'demo_again'].map((name) => `${name}_${process.pid}`);

interface Started {
  readonly command: StartedCommand;
  readonly said: () => string;
}

function startDemo(): Started {
  const command = startCommand(['demo'], { DATABASE_URL: databaseUrl });
  let said = '';
  command.process.stderr!.on('data', (text) => {
    said += text;
  });
  return { command, said: () => said };
}

/** The first row that a query finds in the demo's database. */
async function firstRow(query: string) {
  const pool = createPool({ connection: { connectionString: databaseUrl }, max: 1, onError: () => {} });
  try {
    return (await pool.query(query)).rows[0];
  } finally {
    await pool.end();
  }
}

const count = async (rows: string): Promise<number> =>
  (await firstRow(`select count(*)::int as count from ${rows}`)).count;

/** Interrupts one that is making the company's calls. */
async function interrupt(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
  const { command, said } = startDemo();
  const making = 'select 1 from pg_stat_activity where datname = $1 and query ~ $2';
  await until(async () => (await server.query(making, [names[0], 'insert into "?(calls|fragments)'])).rows.length > 0, {
    seconds: 100,
    left: async () => said(),
  });
  command.process.kill(signal);
  const { code } = await command.ended;
  expect([code, said()]).toEqual([signal === 'SIGINT' ? 0 : null, expect.not.stringContaining('Debrief runs at')]);
  // The server ends what the process had begun as soon as it notices that it is gone.
  const sessions = 'select 1 from pg_stat_activity where datname = $1';
  await until(async () => (await server.query(sessions, [names[0]])).rows.length === 0);
  expect(await count('accounts')).toBe(0);
}

/** Waits until it says where it runs; answers the credential that it printed. */
async function running({ said }: Started): Promise<{ credential: string; url: string }> {
  await until(async () => said().includes('Ctrl-C'), { seconds: 400, left: async () => said() });
  // The printed line, taken apart rather than run: a bare machine has no curl.
  const [, credential = '', url = ''] = /curl -u '([^']+)' '([^']+)'/.exec(said()) ?? [];
  return { credential, url };
}

const authorizationOf = (credential: string) => ({ authorization: `Basic ${btoa(credential)}` });

// All that is asked below is of a company that was interrupted twice while it was made.
beforeAll(async () => {
  server = createPool({ connection: { connectionString: inject('databaseUrl') }, max: 1, onError: () => {} });
  databaseUrl = await freshDatabase(names[0]!);
  await interrupt('SIGKILL');
  await interrupt('SIGINT');
  const started = startDemo();
  demo = started.command;
  said = started.said;
  const { credential, url } = await running(started);
  headers = authorizationOf(credential);
  base = `${new URL(url).origin}/api/ev/2`;
  const calls = (await (await fetch(url, { headers })).json()) as { state: string }[];
  expect(calls).toHaveLength(2);
  // On a busy machine the demo does not wait for all of them.
  await until(async () => (await count(`calls where state = 'ANALYZING'`)) === 0, { seconds: 200 });
}, 600_000);

afterAll(async () => {
  demo.process.kill('SIGINT');
  await demo.ended;
  for (const name of names) await server.query(`drop database if exists ${name} with (force)`);
  await server.end();
});

test('the links that it prints log in as an administrator, a manager and a rep, again and again', async () => {
  const links = [...said().matchAll(/^ +as (\w+) +(http\S+)\/demo#token=(\S+)$/gm)];
  expect(links.map(([, role]) => role)).toEqual(['admin', 'manager', 'rep']);
  for (const [, role, origin, token] of [...links, ...links]) {
    const headers = { 'content-type': 'application/json', origin: origin! };
    const body = JSON.stringify({ token });
    const answer = await fetch(`${origin}/api/v1/session/demo`, { method: 'POST', headers, body });
    expect(answer.status).toBe(201);
    expect(((await answer.json()) as { user: object }).user).toMatchObject({ role });
  }
});

interface DemoCall {
  readonly id: string;
  readonly state: string;
  readonly callerId: string | null;
  readonly callerEmail: string | null;
  readonly callTime: string;
  readonly duration: number | null;
  readonly stats: { talkRatio: number | null } | null;
  readonly metadata: { company: string };
}

describe('the demo company', () => {
  let calls: DemoCall[];
  beforeAll(async () => {
    calls = await get('/calls?since=2020-01-01T00:00Z&limit=1000');
  });

  test('its people, teams and departments refer to each other', async () => {
    const [users, teams, departments] = [await get('/users'), await get('/teams'), await get('/departments')];
    expect([departments.length, teams.length, users.length]).toEqual([3, 6, 25]);
    const ids = (items: Record<string, string>[], field: string) => new Set(items.map((item) => item[field]));
    for (const team of teams) {
      expect(ids(users, 'userId')).toContain(team.managerId);
      expect(ids(departments, 'id')).toContain(team.departmentId);
    }
    for (const user of users) expect(ids(teams, 'id')).toContain(user.teamId);
    const byId = new Map(users.map((user: { userId: string; email: string }) => [user.userId, user.email]));
    for (const call of calls) expect(byId.get(call.callerId)).toBe(call.callerEmail);
  });

  test('its calls are of every state, over ninety days, with talk ratios that differ by person', async () => {
    const states = new Map<string, number>();
    for (const { state } of calls) states.set(state, (states.get(state) ?? 0) + 1);
    expect(states.get('COMPLETE')).toBeGreaterThan(280);
    expect([states.get('PENDING'), states.get('ERROR')]).toEqual([2, 2]);
    const deleted = await get('/calls/deleted?since=2020-01-01T00:00Z');
    expect(calls.length + deleted.length).toBe(300);
    for (const { id } of deleted) expect((await fetch(`${base}/call/${id}`, { headers })).status).toBe(404);
    const days = calls.map((call) => (Date.now() - Date.parse(call.callTime)) / 86_400_000);
    expect(Math.min(...days)).toBeGreaterThan(0);
    expect(Math.max(...days)).toBeLessThan(91);
    expect(Math.max(...days)).toBeGreaterThan(75);
    const minutes = calls.flatMap(({ duration }) => (duration === null ? [] : [duration / 60]));
    expect(Math.min(...minutes)).toBeGreaterThan(2.5);
    expect(Math.max(...minutes)).toBeLessThan(41);
    const ratios = new Map<string, number[]>();
    for (const { callerEmail, stats } of calls) {
      if (callerEmail && stats?.talkRatio)
        ratios.set(callerEmail, [...(ratios.get(callerEmail) ?? []), stats.talkRatio]);
    }
    const means = [...ratios.values()].map((each) => each.reduce((a, b) => a + b) / each.length);
    expect(means.length).toBeGreaterThan(10);
    expect(Math.max(...means) - Math.min(...means)).toBeGreaterThan(0.2);
  });

  test('its topics match, and only what there is', async () => {
    const topics = await get('/topics');
    const known = new Map(topics.map((topic: { id: number; name: string }) => [String(topic.id), topic.name]));
    const entries = await get('/call_topics?since=2020-01-01T00:00Z&limit=1000');
    const complete = calls.filter(({ state }) => state === 'COMPLETE').map(({ id }) => id);
    expect(entries.map((entry: { callId: string }) => entry.callId).sort()).toEqual(complete.sort());
    const hits = new Map<string, number>();
    for (const { topicMatches } of entries) {
      for (const { topicsWithMatches } of topicMatches) {
        for (const { topicId, topicName } of topicsWithMatches) {
          expect(known.get(topicId)).toBe(topicName);
          hits.set(topicId, (hits.get(topicId) ?? 0) + 1);
        }
      }
    }
    for (const id of known.keys()) expect(hits.get(id as string), `topic ${id}`).toBeGreaterThan(10);
  });

  test('a call is the same wherever it is shown', async () => {
    const call = calls.find(({ state, callerId }) => state === 'COMPLETE' && callerId !== null)!;
    const whole = await get(`/call/${call.id}`);
    expect(whole).toMatchObject(call as object);
    expect(Object.keys(whole.metadata.callCardTemplates).length).toBeGreaterThan(0);
    const { speakers, transcript } = await get(`/transcript/${call.id}`);
    expect(
      transcript
        .map((row: { text: string }) => row.text)
        .join(' ')
        .split(/\s+/),
    ).toEqual(whole.transcript.map(({ word, p = '' }: { word: string; p?: string }) => word + p));
    const types = speakers.map((speaker: { speakerType: string }) => speaker.speakerType);
    expect(types).toContain('INTERNAL');
    const found = await get(
      `/calls/search?metadata.company=${encodeURIComponent(call.metadata.company.toLowerCase())}`,
    );
    expect(found.sort()).toEqual(
      calls
        .filter((each) => each.metadata.company === call.metadata.company)
        .map(({ id }) => id)
        .sort(),
    );
  });
});

describe('its coaching', () => {
  const all = (feed: string) => get(`/${feed}?since=2020-01-01T00:00Z&limit=1000`);
  let calls: Map<string, DemoCall>;
  let emails: Map<string, string>;
  beforeAll(async () => {
    calls = new Map((await all('calls')).map((call: DemoCall) => [call.id, call]));
    emails = new Map((await get('/users')).map((user: Record<string, string>) => [user.userId, user.email]));
  });

  /** The reference's table: what an answer is worth of 5. */
  const RAW: Record<string, readonly number[]> = {
    OneToFive: [0, 1, 2, 3, 4, 5],
    OneToThree: [0, 1, 3, 5],
    OneTwo: [0, 3, 5],
    YesNo: [0, 5],
    PassFail: [0, 5],
  };

  test('its scores are of its people, calls and scorecards', async () => {
    const scores = await all('scores');
    expect(scores.length).toBeGreaterThan(150);
    const scorecards = new Map<string, Record<string, string>[]>();
    for (const score of scores) {
      const call = calls.get(score.callId)!;
      expect(call.state).toBe('COMPLETE');
      expect(score.caller).toBe(call.callerEmail);
      expect([...emails.values()]).toContain(score.reviewer);
      expect(score.reviewer).not.toBe(score.caller);
      expect(score.reviewerTeam).toBe(score.callerTeam);
      expect(Date.parse(score.scoreTime)).toBeGreaterThan(Date.parse(call.callTime));
      expect(score.rawAnswer).toBe(RAW[score.scheme]![score.answer]);
      if (!scorecards.has(score.scorecardId)) {
        scorecards.set(score.scorecardId, await get(`/scorecard/${score.scorecardId}`));
      }
      const question = scorecards.get(score.scorecardId)!.find(({ questionId }) => questionId === score.questionId)!;
      expect(question).toMatchObject({
        scorecardName: score.scorecardName,
        scorecardScheme: score.scheme,
        questionText: score.question,
      });
    }
    expect(scorecards.size).toBe(5);
    const means = new Map<string, number[]>();
    for (const { caller, rawAnswer } of scores) means.set(caller, [...(means.get(caller) ?? []), rawAnswer]);
    const levels = [...means.values()]
      .filter((raws) => raws.length > 10)
      .map((raws) => raws.reduce((a, b) => a + b) / raws.length);
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(0.5);
  });

  test('its comments, highlights, shares and listens are of its calls', async () => {
    const feedback = await all('feedback');
    expect(feedback.length).toBeGreaterThan(80);
    for (const { callId, feedbackBy, isComment, isHighlight, startTime, endTime, text, feedbackAt } of feedback) {
      const call = calls.get(callId)!;
      expect(emails.has(feedbackBy)).toBe(true);
      expect(isComment).toBe(!isHighlight);
      expect(endTime === null).toBe(isComment);
      expect(startTime).toBeLessThan(endTime ?? call.duration! + 1);
      expect(endTime ?? 0).toBeLessThanOrEqual(call.duration!);
      expect(text).toMatch(/^<p>.+<\/p>$/);
      expect(Date.parse(feedbackAt)).toBeGreaterThan(Date.parse(call.callTime));
    }
    const shares = await all('shares');
    expect(shares.length).toBeGreaterThan(5);
    for (const { callId, sharedBy, recipientUserIds } of shares) {
      expect(calls.has(callId)).toBe(true);
      for (const userId of [sharedBy, ...recipientUserIds]) expect(emails.has(userId)).toBe(true);
    }
    const listens = await all('listens');
    expect(listens.length).toBeGreaterThan(100);
    for (const { callId, listener, caller, timeListened, date } of listens) {
      const call = calls.get(callId)!;
      expect([emails.has(listener), caller]).toEqual([true, call.callerId]);
      expect(timeListened).toBeLessThanOrEqual(call.duration!);
      expect(Date.parse(date)).toBeGreaterThan(Date.parse(call.callTime) - 86_400_000);
    }
    // Who comments or scores has listened.
    const heard = new Set(listens.map((one: Record<string, string>) => `${one.callId} ${one.listener}`));
    const replies = feedback.filter(
      (one: Record<string, string>) => one.feedbackBy === calls.get(one.callId!)!.callerId,
    );
    for (const one of feedback) {
      if (!replies.includes(one)) expect(heard).toContain(`${one.callId} ${one.feedbackBy}`);
    }
  });
});

test('its plans, meetings and KPIs agree with its scores', async () => {
  const all = (feed: string) => get(`/${feed}?since=2020-01-01T00:00Z&limit=1000`);
  const emails = new Map((await get('/users')).map((user: Record<string, string>) => [user.userId, user.email]));
  const [plans, meetings, scores, observations] = [
    await all('plans'),
    await all('meetings'),
    await all('scores'),
    await all('kpis'),
  ];
  expect(plans.length).toBeGreaterThan(4);
  const skills = new Set(
    scores.flatMap(({ skill1, skill2, skill3 }: Record<string, string>) => [skill1, skill2, skill3]),
  );
  for (const plan of plans) {
    for (const userId of [plan.coachId, plan.recipientId]) expect(emails.has(userId)).toBe(true);
    for (const { skillName } of plan.skill) expect(skills).toContain(skillName);
    const held = meetings.filter((one: Record<string, unknown>) => one.planId === plan.planId);
    expect(held).toHaveLength(plan.completedMeetings);
    expect(plan.completedMeetings + plan.estimatedMissedMeetings).toBeLessThanOrEqual(plan.plannedMeetings);
  }
  expect(meetings.length).toBeGreaterThan(15);
  for (const { callReviews, scores: bySkill, recipientId, coachId, startTime, endTime } of meetings) {
    expect(coachId).not.toBe(recipientId);
    expect(Date.parse(endTime)).toBeGreaterThan(Date.parse(startTime));
    // Its figures, from the scores of the calls that it reviewed.
    const sums = new Map<string, { actual: number; possible: number }>();
    for (const { callId, questions } of callReviews) {
      const ofCall = scores.filter((score: Record<string, string>) => score.callId === callId);
      for (const { question, actualScore, possibleScore } of questions) {
        const score = ofCall.find((one: Record<string, unknown>) => one.question === question);
        expect([score.rawAnswer, 5]).toEqual([actualScore, possibleScore]);
        expect(score.caller).toBe(emails.get(recipientId));
        for (const skill of [score.skill1, score.skill2, score.skill3]) {
          if (skill === null) continue;
          const sum = sums.get(skill) ?? { actual: 0, possible: 0 };
          sums.set(skill, { actual: sum.actual + actualScore, possible: sum.possible + 5 });
        }
      }
    }
    const expected = [...sums].map(([skill, { actual, possible }]) => [skill, Math.floor((100 * actual) / possible)]);
    expect(bySkill).toEqual(Object.fromEntries(expected));
  }
  expect(observations.length).toBeGreaterThan(200);
  const kpis = new Map<number, Record<string, unknown>>();
  for (const { kpiId, observerId, observedId } of observations) {
    if (!kpis.has(kpiId)) kpis.set(kpiId, await get(`/kpi/${kpiId}`));
    expect([emails.has(observerId), emails.has(observedId)]).toEqual([true, true]);
  }
  expect(kpis.size).toBe(4);
});

test('started again, it has one credential, which reads; the one before is revoked', async () => {
  demo.process.kill('SIGINT');
  expect((await demo.ended).code).toBe(0);
  const started = startDemo();
  demo = started.command;
  const { credential, url } = await running(started);
  base = `${new URL(url).origin}/api/ev/2`;
  expect((await fetch(`${base}/check`, { headers })).status).toBe(401);
  headers = authorizationOf(credential);
  const [call] = await get('/calls?since=2020-01-01T00:00Z&limit=1');
  expect((await fetch(`${base}/call/${call.id}`, { method: 'DELETE', headers })).status).toBe(403);
  const { stdout } = await runCommand(['account', 'list'], { DATABASE_URL: databaseUrl });
  const list = ['credential', 'list', '--account', JSON.parse(stdout).accounts[0].accountId];
  const { credentials } = JSON.parse((await runCommand(list, { DATABASE_URL: databaseUrl })).stdout);
  expect(credentials).toMatchObject([
    { scopes: ['read'], revokedAt: expect.any(String) },
    { scopes: ['read'], revokedAt: null, username: credential.split(':')[0] },
  ]);
}, 600_000);

test('the same seed and time make the same company', async () => {
  const now = Date.parse('2026-06-15T15:00:00Z');
  const picture = async (url: string, left: (db: Kysely<Tables>) => Promise<unknown>): Promise<string> => {
    expect(JSON.parse((await runCommand(['migrate'], { DATABASE_URL: url })).stdout).applied.length).toBeGreaterThan(0);
    const pool = createPool({ connection: { connectionString: url }, max: 2, onError: () => {} });
    try {
      const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
      await left(db);
      const accountId = await demoAccount(db, now, 60, () => undefined);
      const rows = await pool.query(`select md5(string_agg(row::text, '' order by call_id)) as picture from (
        select c.call_id, caller_id, call_time, duration, state, metadata::text, crm_matches::text, f.crc32
        from calls c left join fragments f on f.fragment_id = c.transcript_fragment_id) as row`);
      const coaching = await pool.query(`select md5(string_agg(row::text, '' order by id, question)) as picture from (
        select result_id as id, state, call_id, reviewer_id, question_id as question, answer, comment, moment_seconds
        from results join result_answers using (account_id, result_id)
        union all select feedback_id, kind, call_id, feedback_by, '', null, text, start_time from feedback) as row`);
      // It stays whole for somebody who deletes the KPIs, which are made last.
      await pool.query('truncate kpis cascade');
      expect(await demoAccount(db, now, 60, () => undefined)).toBe(accountId);
      return rows.rows[0].picture + coaching.rows[0].picture;
    } finally {
      await pool.end();
    }
  };
  const first = await picture(await freshDatabase(names[1]!), async () => {});
  await server.query(`drop database ${names[1]} with (force)`);
  // Version 0.1.0 was interrupted in this one, and had printed its credential when it was started again.
  const again = await picture(await freshDatabase(names[1]!), async (db) => {
    const accountId = await createAccount({ db }, { name: `${demoCompany('demo').name} (demo)`, timeZone: 'UTC' });
    await createDepartment({ db }, commandActor({ accountId }), { name: 'Half' });
    await createCredential({ db }, { accountId }, { scopes: ['read', 'write', 'delete'], rate: 'account' });
  });
  expect(again).toBe(first);
}, 180_000);

test('what version 0.1.0 gave more rights is revoked', async () => {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: server }) });
  const accountId = await createAccount({ db }, { name: 'As a demo', timeZone: 'UTC' });
  const former = await createCredential(
    { db },
    { accountId },
    { scopes: ['read', 'write', 'delete'], rate: 'account' },
  );
  const own = await createCredential({ db }, { accountId }, { scopes: ['admin'], rate: 'account' });
  const made = await renewCredential(db, { accountId });
  const inForce = async () =>
    (await selectCredentials(db, { accountId })).filter((each) => each.revokedAt === null).map((each) => each.username);
  expect(await inForce()).toEqual([own.username, made.username]);
  expect(former.username).not.toBe(made.username);
});

test('a database that holds other accounts is left alone', async () => {
  await runCommand(['account', 'create', '--name', 'Somebody else']);
  const refused = await runCommand(['demo'], { DATABASE_URL: inject('databaseUrl') });
  expect(refused.stderr).toContain('holds other accounts');
  expect([refused.code, refused.stdout]).toEqual([1, '']);
});

test('calls are given sound, in which the words are where the transcript says', async () => {
  await until(async () => (await count('renditions')) > 0, { seconds: 300, left: async () => 'no call has sound' });
  const { call_id: id } = await firstRow('select call_id from renditions limit 1');
  const v1 = `${new URL(base).origin}/api/v1/calls/${id}`;
  const shown = async (path: string) => (await fetch(`${v1}/${path}`, { headers })).json();
  const { peaks, durationSeconds, silentChannels } = await shown('peaks');
  const { words, speakers } = await shown('transcript');
  expect(silentChannels).toEqual([]);
  expect(peaks).toHaveLength(2);
  const isOurs = (one: { speakerType: string }) => one.speakerType === 'INTERNAL';
  const numbers = [speakers.find(isOurs), speakers.find((one: { speakerType: string }) => !isOurs(one))].map(
    ({ speakerNumber }) => speakerNumber,
  );
  for (const [channel, parts] of peaks.entries()) {
    const seconds = durationSeconds / parts.length;
    const own = words.filter(({ v }: { v: number }) => v === numbers[channel]);
    expect(own.length).toBeGreaterThan(50);
    const isNear = (at: number, by: number) =>
      own.some(({ start, end }: Record<string, string>) => at > Number(start) - by && at < Number(end) + by);
    let audible = 0;
    let said = 0;
    for (const [i, part] of parts.entries()) {
      const at = (i + 0.5) * seconds;
      if (!isNear(at, 0.1 + seconds)) expect(part, `channel ${channel} at ${at} s`).toBeLessThan(3);
      if (isNear(at, 0)) {
        said++;
        if (part > 10) audible++;
      }
    }
    expect(audible / said).toBeGreaterThan(0.95);
  }
  const part = await fetch(`${v1}/audio`, { headers: { ...headers, range: 'bytes=0-99' } });
  expect([part.status, part.headers.get('content-type'), (await part.arrayBuffer()).byteLength]).toEqual([
    206,
    'audio/mp4',
    100,
  ]);
}, 400_000);
