import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRoutes } from '#debrief/contract/routes.js';
import { type Coached, makeCoached } from '../support/coached.js';
import { CALL } from '../support/scored.js';
import { startService, type TestService, until } from '../support/service.js';
import { forPrograms, nameOf } from './target.js';

// The audit records what /api/v1 shows: of every kind of object, for every route that changes something.

let service: TestService;
let coached: Coached;
beforeAll(async () => {
  service = await startService();
  coached = await makeCoached(service);
});
afterAll(() => service.close());

type Shown = Record<string, unknown>;

async function send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Shown> {
  const answer = await coached.client.send(method, `/api/v1/${path}`, body);
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.text === '' ? {} : answer.json();
}

/** What a GET shows; null where there is nothing. */
async function shown(path: string): Promise<Shown | null> {
  const answer = await coached.client.get(`/api/v1/${path}`);
  return answer.status === 404 ? null : answer.json();
}

/** The newest change in the audit. */
async function newest(): Promise<Shown> {
  const { items } = (await coached.client.get('/api/v1/audit?limit=1')).json();
  return items[0];
}

/** Expects that a change of something is recorded as a GET shows the thing before and after. */
async function recorded(kind: string, id: string | number, change: () => Promise<unknown>): Promise<void> {
  const before = await shown(`${kind}/${id}`);
  await change();
  const after = await shown(`${kind}/${id}`);
  expect(after).not.toEqual(before);
  expect(await newest()).toMatchObject({ kind, thingId: String(id), before, after });
}

/** The same of something that a POST makes. */
async function made(path: string, body: object): Promise<string> {
  const kind = path.split('/')[0]!;
  const { id } = await send('POST', path, body);
  expect(await newest()).toMatchObject({
    kind,
    thingId: String(id),
    before: null,
    after: await shown(`${kind}/${id}`),
  });
  return String(id);
}

/** A collection is made, changed and removed. */
const collection = (kind: string, body: () => object, patch: object) => ({
  [`POST /api/v1/${kind}`]: () => made(kind, body()).then(() => undefined),
  [`PATCH /api/v1/${kind}/:id`]: async () => {
    const { id } = await send('POST', kind, body());
    await recorded(kind, id as string, () => send('PATCH', `${kind}/${id}`, patch));
  },
  [`DELETE /api/v1/${kind}/:id`]: async () => {
    const { id } = await send('POST', kind, body());
    await recorded(kind, id as string, () => send('DELETE', `${kind}/${id}`));
  },
});

let count = 0;
const unique = (name: string) => {
  count += 1;
  return `${name} ${count}`;
};

const feedbackBody = () => ({ callId: coached.callId, feedbackBy: coached.repId, startTime: 1, text: 'Well said' });
const shareBody = () => ({ callId: coached.callId, sharedBy: coached.repId, recipientEmails: ['out@example.com'] });
const kpiBody = () => ({ description: unique('Dials'), frequency: 'DAILY', target: 50 });
const userBody = () => ({ email: `${unique('user').replace(' ', '')}@example.com`, firstName: 'A', lastName: 'B' });

const clipBody = () => ({
  callId: coached.callId,
  createdBy: coached.repId,
  startSeconds: 0,
  endSeconds: 1,
  title: unique('Clip'),
});
const playlistBody = () => ({ title: unique('Playlist'), ownerId: coached.repId });

async function clipShareBody(): Promise<object> {
  const { id: clipId } = await send('POST', 'clips', clipBody());
  return { clipId, sharedBy: coached.repId, recipientEmails: ['out@example.com'] };
}

async function observationBody(): Promise<object> {
  const kpiId = Number((await send('POST', 'kpis', kpiBody())).id);
  return { observedAt: '2026-03-02T10:00Z', observerId: coached.repId, observedId: coached.repId, kpiId, value: 3 };
}

async function meetingBody(): Promise<object> {
  const { callId } = await coached.scoredCall([4, 3, 2]);
  const planId = Number((await send('POST', 'plans', coached.planBody())).id);
  return { planId, dateTime: '2026-03-02T10:00Z', callReviews: [{ callId }] };
}

async function resultId(state: 'DRAFT' | 'SUBMITTED' = 'SUBMITTED'): Promise<string> {
  const { scorecard, coachId } = coached;
  // A reviewer has one result of a scorecard on a call.
  const { id: callId } = await send('POST', 'calls', { ...CALL, callerId: coached.repId });
  const questions = scorecard.questions as { questionId: string }[];
  const answers = questions.map(({ questionId }) => ({ questionId, answer: 3 }));
  const body = { callId, scorecardId: scorecard.id, reviewerId: coachId, state, answers };
  return String((await send('POST', 'results', body)).id);
}

/** A call as the audit shows it: its transcript by size and checksum, and without `modified`. */
function audited(call: Shown | null): Shown | null {
  if (call === null) return null;
  const { modified, transcript, ...rest } = call;
  const bytes = Buffer.from(JSON.stringify(transcript));
  const sum = crc32(bytes).toString(16).padStart(8, '0');
  return { ...rest, transcript: transcript === null ? null : { sizeBytes: bytes.length, crc32: sum } };
}

const TRANSCRIPT = [
  { start: '0.5', end: '1', word: 'hello', p: ',', v: 0 },
  { start: '1', end: '2', word: 'there', p: '.', v: 1 },
];

const callBody = () => ({
  ...CALL,
  callerId: coached.repId,
  externalId: unique('external'),
  metadata: { stage: 'won' },
  crmMatches: [{ crmName: 'crm', activityCrmId: null, account: null, contacts: [], engagement: null }],
  callSummary: { nextSteps: [], questionsAndAnswers: [], summary: 'Short' },
  participants: [{ speakerNumber: 0, email: 'rep@example.com', type: 'INTERNAL' }],
});

const changes: Record<string, () => Promise<unknown>> = {
  ...collection('users', userBody, { firstName: 'Ada', systemIds: ['7'] }),
  ...collection('teams', () => ({ name: unique('Team') }), { managerId: null, name: 'Other team' }),
  ...collection('departments', () => ({ name: unique('Department') }), { name: 'Other department' }),
  ...collection('topics', () => ({ name: unique('Topic'), words: ['hello'] }), { words: ['hello', 'there'] }),
  ...collection('templates', () => ({ name: unique('Card'), template: '{{ call.id }}' }), { template: 'x' }),
  ...collection('skills', () => ({ name: unique('Skill') }), { name: 'Other skill' }),
  ...collection('feedback', feedbackBody, { text: 'Better said' }),
  ...collection('plans', () => coached.planBody(), { objective: 'More', skills: [] }),
  ...collection('kpis', kpiBody, { target: 51 }),
  async 'POST /api/v1/scorecards'() {
    await made('scorecards', { name: unique('Sheet'), scheme: 'YesNo', questions: [{ text: 'Asked?' }] });
  },
  async 'PATCH /api/v1/scorecards/:id'() {
    const body = { name: unique('Sheet'), scheme: 'YesNo', questions: [{ text: 'Asked?' }] };
    const { id } = await send('POST', 'scorecards', body);
    await recorded('scorecards', id as string, () => send('PATCH', `scorecards/${id}`, { name: unique('Sheet') }));
  },
  async 'DELETE /api/v1/scorecards/:id'() {
    const body = { name: unique('Sheet'), scheme: 'YesNo', questions: [{ text: 'Asked?' }] };
    const { id } = await send('POST', 'scorecards', body);
    await recorded('scorecards', id as string, () => send('DELETE', `scorecards/${id}`));
  },
  async 'POST /api/v1/observations'() {
    await made('observations', await observationBody());
  },
  async 'PATCH /api/v1/observations/:id'() {
    const { id } = await send('POST', 'observations', await observationBody());
    await recorded('observations', id as string, () => send('PATCH', `observations/${id}`, { value: 4 }));
  },
  async 'DELETE /api/v1/observations/:id'() {
    const { id } = await send('POST', 'observations', await observationBody());
    await recorded('observations', id as string, () => send('DELETE', `observations/${id}`));
  },
  async 'POST /api/v1/observations/import'() {
    const { kpiId } = (await observationBody()) as { kpiId: number };
    const csv = `observedAt,observerId,observedId,kpiId,value\n2026-03-03,${coached.repId},${coached.repId},${kpiId},9\n`;
    const headers = { 'content-type': 'text/csv' };
    const answer = await coached.client.send('POST', '/api/v1/observations/import', Buffer.from(csv), headers);
    expect(answer.status, answer.text).toBe(200);
    const entry = await newest();
    expect(entry).toMatchObject({ kind: 'observations', before: null });
    expect(entry.after).toEqual(await shown(`observations/${entry.thingId}`));
  },
  async 'POST /api/v1/results'() {
    const id = await resultId();
    expect(await newest()).toMatchObject({ kind: 'results', before: null, after: await shown(`results/${id}`) });
  },
  async 'PATCH /api/v1/results/:id'() {
    const id = await resultId();
    const [question] = coached.scorecard.questions as { questionId: string }[];
    const answers = [{ questionId: question!.questionId, answer: 5 }];
    await recorded('results', id, () => send('PATCH', `results/${id}`, { answers }));
  },
  async 'DELETE /api/v1/results/:id'() {
    const id = await resultId('DRAFT');
    await recorded('results', id, () => send('DELETE', `results/${id}`));
  },
  async 'POST /api/v1/results/:id/acknowledge'() {
    const id = await resultId();
    const by = { acknowledgedBy: coached.repId };
    await recorded('results', id, () => send('POST', `results/${id}/acknowledge`, by));
  },
  async 'POST /api/v1/results/:id/dispute'() {
    const id = await resultId();
    await recorded('results', id, () =>
      send('POST', `results/${id}/dispute`, { reason: 'Not so', disputedBy: coached.repId }),
    );
  },
  async 'POST /api/v1/results/:id/resolve'() {
    const id = await resultId();
    await send('POST', `results/${id}/dispute`, { reason: 'Not so', disputedBy: coached.repId });
    const body = { resolution: 'It is', resolvedBy: coached.coachId };
    await recorded('results', id, () => send('POST', `results/${id}/resolve`, body));
  },
  async 'POST /api/v1/meetings'() {
    await made('meetings', await meetingBody());
  },
  async 'PATCH /api/v1/meetings/:id'() {
    const { id } = await send('POST', 'meetings', await meetingBody());
    await recorded('meetings', id as number, () => send('PATCH', `meetings/${id}`, { comments: 'Good' }));
  },
  async 'DELETE /api/v1/meetings/:id'() {
    const { id } = await send('POST', 'meetings', await meetingBody());
    await recorded('meetings', id as number, () => send('DELETE', `meetings/${id}`));
  },
  async 'POST /api/v1/meetings/:id/start'() {
    const { id } = await send('POST', 'meetings', await meetingBody());
    await recorded('meetings', id as number, () => send('POST', `meetings/${id}/start`, {}));
  },
  async 'POST /api/v1/meetings/:id/end'() {
    const { id } = await send('POST', 'meetings', await meetingBody());
    await send('POST', `meetings/${id}/start`, {});
    await recorded('meetings', id as number, () => send('POST', `meetings/${id}/end`, {}));
  },
  async 'POST /api/v1/shares'() {
    const { id, links, ...share } = await send('POST', 'shares', shareBody());
    const entry = await newest();
    expect(entry).toMatchObject({ kind: 'shares', thingId: id, before: null, after: await shown(`shares/${id}`) });
    expect(share).not.toEqual({});
  },
  async 'DELETE /api/v1/shares/:id'() {
    const { id } = await send('POST', 'shares', shareBody());
    await recorded('shares', id as string, () => send('DELETE', `shares/${id}`));
  },
  async 'POST /api/v1/shares/:id/links'() {
    const { id } = await send('POST', 'shares', shareBody());
    await recorded('shares', id as string, () => send('POST', `shares/${id}/links`, { email: 'out@example.com' }));
  },
  ...collection('clips', clipBody, { title: 'Other title' }),
  async 'POST /api/v1/clip-shares'() {
    const { id } = await send('POST', 'clip-shares', await clipShareBody());
    const after = await shown(`clip-shares/${id}`);
    expect(await newest()).toMatchObject({ kind: 'clip-shares', thingId: id, before: null, after });
  },
  async 'DELETE /api/v1/clip-shares/:id'() {
    const { id } = await send('POST', 'clip-shares', await clipShareBody());
    await recorded('clip-shares', id as string, () => send('DELETE', `clip-shares/${id}`));
  },
  async 'POST /api/v1/clip-shares/:id/links'() {
    const body = { email: 'out@example.com' };
    const { id } = await send('POST', 'clip-shares', await clipShareBody());
    await recorded('clip-shares', id as string, () => send('POST', `clip-shares/${id}/links`, body));
  },
  ...collection('playlists', playlistBody, { note: 'Hear these' }),
  async 'POST /api/v1/playlists/:id/items'() {
    const { id } = await send('POST', 'playlists', playlistBody());
    const body = { callIds: [coached.callId] };
    await recorded('playlists', id as string, () => send('POST', `playlists/${id}/items`, body));
  },
  async 'POST /api/v1/listens/history'() {
    const body = { callId: coached.callId, listener: coached.repId, date: '2026-03-05', timeListened: 60 };
    const listen = await send('POST', 'listens/history', body);
    expect(await newest()).toMatchObject({ kind: 'listens', thingId: listen.id, before: null, after: listen });
  },
  async 'PATCH /api/v1/account'() {
    const before = await shown('account');
    await send('PATCH', 'account', { name: unique('Account') });
    expect(await newest()).toMatchObject({ kind: 'account', before, after: await shown('account') });
  },
  async 'POST /api/v1/users/:id/merge'() {
    const [from, into] = [await send('POST', 'users', userBody()), await send('POST', 'users', userBody())];
    const before = await shown(`users/${from.id}`);
    await send('POST', `users/${from.id}/merge`, { into: into.id });
    const { items } = (await coached.client.get(`/api/v1/audit?kind=users&id=${from.id}&limit=1`)).json();
    expect(items[0]).toMatchObject({ action: 'update', before, after: await shown(`users/${from.id}`) });
  },
  async 'POST /api/v1/topics/rematch'() {
    await send('POST', 'topics/rematch');
    expect(await newest()).toMatchObject({ kind: 'topics', thingId: 'rematch' });
  },
  async 'POST /api/v1/calls'() {
    const { id } = await send('POST', 'calls', callBody());
    expect(await newest()).toMatchObject({ kind: 'calls', before: null, after: audited(await shown(`calls/${id}`)) });
  },
  async 'PATCH /api/v1/calls/:id'() {
    const { id } = await send('POST', 'calls', callBody());
    const patches = [
      { metadata: { stage: 'lost' }, duration: 61.5, callTime: '2026-03-01T10:00:00.000001Z' },
      { callerId: null, participants: null, externalId: null },
      { transcript: TRANSCRIPT },
      { transcript: null, crmMatches: null, callSummary: null, originalPath: 'a/b.wav' },
    ];
    for (const patch of patches) {
      // The worker completes a call with a transcript in its own time: before the next change, or after it is read here.
      await until(async () => (await shown(`calls/${id}`))!.state !== 'ANALYZING');
      const before = audited(await shown(`calls/${id}`));
      await send('PATCH', `calls/${id}`, patch);
      const read = audited(await shown(`calls/${id}`));
      const after = patch.transcript ? { ...read, state: 'ANALYZING', stats: null } : read;
      expect(after).not.toEqual(before);
      expect(await newest()).toMatchObject({ kind: 'calls', thingId: id, action: 'update', before, after });
    }
    // What changes nothing leaves no entry.
    const last = await newest();
    await send('PATCH', `calls/${id}`, { originalPath: 'a/b.wav', transcript: null });
    expect(await newest()).toEqual(last);
  },
  async 'DELETE /api/v1/calls/:id'() {
    const { id, state } = await send('POST', 'calls', callBody());
    await send('DELETE', `calls/${id}`);
    // What the call held is erased, from this entry too.
    expect(await newest()).toMatchObject({ kind: 'calls', action: 'delete', before: { state }, after: null });
    const { items } = (await coached.client.get(`/api/v1/audit?kind=calls&id=${id}`)).json();
    expect(items.at(-1)).toMatchObject({ action: 'create', before: null, after: null });
  },
  async 'POST /api/v1/calls/:id/summary'() {
    const transcript = [{ start: '0', end: '1', word: 'Hello', v: 0 }];
    const id = await coached.client.upsertCall({ ...callBody(), callSummary: null, transcript });
    const { step } = await send('POST', `calls/${id}/summary`);
    expect(await newest()).toMatchObject({ kind: 'summaries', thingId: id, before: { step: null }, after: { step } });
  },
  async 'POST /api/v1/recordings'() {
    const query = 'callTime=2026-03-01T10:00Z&direction=INBOUND';
    const headers = { 'content-type': 'audio/wav' };
    const answer = await coached.client.send(
      'POST',
      `/api/v1/recordings?${query}`,
      Buffer.from(unique('no wav')),
      headers,
    );
    expect(answer.status, answer.text).toBe(201);
    const { items } = (await coached.client.get(`/api/v1/audit?id=${answer.json().id}`)).json();
    const { legs } = (await shown(`calls/${answer.json().id}/recording`))!;
    expect(items.at(-1)).toMatchObject({ kind: 'recordings', action: 'create', before: null, after: { legs } });
    expect(items.at(-2)).toMatchObject({ kind: 'calls', action: 'create', before: null });
  },
  async 'POST /api/v1/calls/:id/recording'() {
    const { id } = await send('POST', 'calls', { ...callBody(), transcript: TRANSCRIPT });
    const headers = { 'content-type': 'audio/wav' };
    const path = `/api/v1/calls/${id}/recording`;
    for (const [body, more] of [
      ['one', ''],
      ['two', '?replace=true'],
    ]) {
      const before = (await shown(`calls/${id}/recording`))!.legs as object[];
      const answer = await coached.client.send('POST', `${path}${more}`, Buffer.from(unique(body!)), headers);
      expect(answer.status, answer.text).toBe(201);
      const { legs } = (await shown(`calls/${id}/recording`))!;
      const { items } = (await coached.client.get(`/api/v1/audit?kind=recordings&id=${id}&limit=1`)).json();
      expect(items[0]).toMatchObject({ before: before.length === 0 ? null : { legs: before }, after: { legs } });
    }
  },
  async 'PATCH /api/v1/calls/:id/speakers/:number'() {
    const { id } = await send('POST', 'calls', callBody());
    const before = await shown(`calls/${id}/speakers/0`);
    await send('PATCH', `calls/${id}/speakers/0`, { userId: coached.coachId });
    const entry = { kind: 'speakers', thingId: `${id}/0`, before, after: await shown(`calls/${id}/speakers/0`) };
    expect(await newest()).toMatchObject(entry);
  },
};

/** Routes that change nothing that /api/v1 shows as an object of its own. */
const others: Record<string, string> = {
  'POST /api/v1/calls/import': 'each line is a POST of a call',
  'POST /api/v1/templates/preview': 'changes nothing',
  'POST /api/v1/uploads': 'what is sent in parts is no recording yet',
  'PATCH /api/v1/uploads/:id': 'the last part is recorded as a recording: uploads.test.ts',
  'DELETE /api/v1/uploads/:id': 'what is sent in parts is no recording yet',
  'POST /api/v1/calls/:id/processing/retry': 'asks for steps that were asked for before',
  'POST /api/v1/calls/:id/transcript': 'recorded as a call: transcripts.test.ts',
  'PATCH /api/v1/calls/:id/transcript': 'recorded as a call, and shown by its edits: transcript-edits.test.ts',
  'POST /api/v1/calls/:id/transcript/edits/:number/undo': 'as an edit: transcript-edits.test.ts',
  'POST /api/v1/listens': 'heartbeats of a player come every few seconds',
  'POST /api/v1/users/:id/invite': 'recorded as a password link: sessions.test.ts',
  'DELETE /api/v1/users/:id/sessions': 'recorded as sessions: sessions.test.ts',
};

test('every route that changes something has a line here', () => {
  const changing = allRoutes.filter(({ method, path }) => path.startsWith('/api/v1/') && method !== 'GET');
  const names = changing.filter(forPrograms).map(nameOf);
  expect([...Object.keys(changes), ...Object.keys(others)].sort()).toEqual([...names].sort());
});

test.each(Object.keys(changes))('%s', async (name) => {
  await changes[name]!();
});
