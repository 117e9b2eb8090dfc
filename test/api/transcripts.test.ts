// Transcripts that others made come in as files, and go out again.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { atRest } from '../support/analysed.js';
import { browserOf } from '../support/browser.js';
import { makeAccount, startService, type TestAccount, type TestClient, type TestService } from '../support/service.js';

let service: TestService;
let account: TestAccount;
let client: TestClient;
let callId: string;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const call = { callTime: '2026-03-01T14:30:00Z', direction: 'OUTBOUND' };

beforeEach(async () => {
  account = await makeAccount(service);
  client = await account.client();
  callId = (await client.send('POST', '/api/v1/calls', call)).json().id;
});

const sample = (name: string) => readFileSync(`test/transcripts/samples/${name}`);
const path = (query = '', id = callId) => `/api/v1/calls/${id}/transcript${query}`;
const send = (body: Uint8Array | string, type = 'application/octet-stream', id = callId) =>
  client.send('POST', path('', id), body, { 'content-type': type });
async function sent(body: Uint8Array | string, id = callId) {
  const answer = await send(body, undefined, id);
  expect(answer.status, answer.text).toBe(200);
  return answer.json();
}
async function refused(status: number, detail: string, body: Uint8Array | string): Promise<void> {
  const answer = await send(body);
  expect([answer.status, answer.json().detail]).toEqual([status, expect.stringContaining(detail)]);
}
const shown = async (query = '', id = callId) => {
  const answer = await client.get(path(query, id));
  expect(answer.status, answer.text).toBe(200);
  return answer;
};
type Word = { word: string; p?: string; start: string; end: string; v: number; interpolated?: true };
const wordsOf = async (id = callId): Promise<Word[]> => (await shown('', id)).json().words;

describe('a file', () => {
  test('gives a call its words, participants and analysis', async () => {
    const ann = await account.addUser('ann@example.com', { firstName: 'Ann', lastName: 'Lee' });
    expect(await sent(sample('vcon-body.json'))).toEqual({
      id: callId,
      state: 'ANALYZING',
      changed: true,
      format: 'vCon',
      language: 'en',
      words: 3,
      interpolatedWords: 0,
      cues: null,
      notes: [],
    });
    await atRest(service, client.accountId);
    const { state, transcript, participants } = (await client.get(`/api/v1/calls/${callId}`)).json();
    expect(state).toBe('COMPLETE');
    expect(transcript).toEqual([
      { start: '0.5', end: '0.75', word: 'Hi', v: 0 },
      { start: '0.8', end: '1.25', word: 'there', p: '.', v: 1 },
      { start: '61', end: '61.5', word: 'Done', p: '.', v: 0 },
    ]);
    expect(participants.map((each: { email: string }) => each.email)).toEqual(['bob@example.net', 'ann@example.com']);
    const { origin, speakers } = (await shown()).json();
    expect(origin).toEqual({ kind: 'file', madeBy: 'vCon', language: 'en', notes: [] });
    expect(speakers.map((each: { userId: string; speakerType: string }) => [each.userId, each.speakerType])).toEqual([
      [null, 'UNKNOWN'],
      [ann, 'INTERNAL'],
    ]);
  });

  test('is told by its content, whatever it is sent as', async () => {
    for (const type of ['text/vtt', 'application/json', 'application/x-www-form-urlencoded', 'audio/wav']) {
      expect((await send(sample('zoom.vtt'), type)).status, type).toBe(200);
    }
    const receipt = await sent(sample('meet.vtt'));
    expect(receipt).toMatchObject({
      format: 'WebVTT',
      words: 8,
      interpolatedWords: 7,
      cues: { read: 4, kept: 3, dropped: [{ reason: 'has no text', count: 1 }] },
    });
    const words = await wordsOf();
    expect(words[0]).toEqual({ start: '0', end: '0.444', word: 'So', v: 0, interpolated: true });
    expect(words[3]).toEqual({ start: '3600', end: '3600', word: 'Blink', v: 0 });
  });

  test('sent again changes nothing', async () => {
    await sent(sample('zoom.vtt'));
    await atRest(service, client.accountId);
    const before = (await client.get(`/api/v1/calls/${callId}`)).json();
    expect(await sent(sample('zoom.vtt'))).toMatchObject({ changed: false, state: 'COMPLETE', words: 9 });
    expect((await client.get(`/api/v1/calls/${callId}`)).json()).toEqual(before);
    expect(await sent(sample('teams.vtt'))).toMatchObject({ changed: true });
  });

  test('keeps the participants that were sent, and adds the others behind them', async () => {
    const participants = [
      { speakerNumber: 0, firstName: 'Zoe' },
      { speakerNumber: 4, firstName: 'bob', lastName: 'ray' },
    ];
    await client.send('PATCH', `/api/v1/calls/${callId}`, { participants });
    await sent(sample('zoom.vtt'));
    const { participants: stored } = (await client.get(`/api/v1/calls/${callId}`)).json();
    expect(
      stored.map((each: { speakerNumber: number; firstName: string }) => [each.speakerNumber, each.firstName]),
    ).toEqual([
      [0, 'Zoe'],
      [1, 'Ann'],
      [4, 'bob'],
    ]);
    expect(new Set((await wordsOf()).map(({ v }) => v))).toEqual(new Set([1, 4]));
  });

  test('a correction of a speaker outlasts the next file', async () => {
    await sent(sample('zoom.vtt'));
    const kim = await account.addUser('kim@example.com', { firstName: 'Kim', lastName: 'Roe' });
    await client.send('PATCH', `/api/v1/calls/${callId}/speakers/0`, { userId: kim });
    // Its Ann Lee is the one who was corrected, though she comes second.
    await sent('WEBVTT\n\n00:01.000 --> 00:02.000\n<v Zoe>Hi\n\n00:03.000 --> 00:04.000\n<v Ann Lee>Hello\n');
    expect((await wordsOf()).map(({ word, v }) => [word, v])).toEqual([
      ['Hi', 2],
      ['Hello', 0],
    ]);
    const { speakers } = (await shown()).json();
    expect(speakers[0]).toMatchObject({ userId: kim, isCorrected: true });
  });

  test('of another encoding', async () => {
    const text = 'WEBVTT\n\n00:01.000 --> 00:02.000\nCafé\n';
    await sent(Buffer.from(`\ufeff${text}`, 'utf16le'));
    expect((await wordsOf())[0]!.word).toBe('Café');
    const { notes } = await sent(Buffer.from(text, 'latin1'));
    expect(notes).toEqual(['The file is not in UTF-8. It was read as Windows-1252.']);
    expect((await wordsOf())[0]!.word).toBe('Café');
  });

  test('of a large size goes through a thread', async () => {
    const cue = (i: number) =>
      `00:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`;
    const cues = Array.from({ length: 3_000 }, (_, i) => `${cue(i)}.000 --> ${cue(i)}.900\n<v Ann>word${i} and more\n`);
    expect(await sent(`WEBVTT\n\n${cues.join('\n')}`)).toMatchObject({ words: 9_000, cues: { kept: 3_000 } });
    expect(await wordsOf()).toHaveLength(9_000);
    await refused(400, 'it has JSON with the fields foo', `{"foo": "${'x'.repeat(100_000)}"}`);
  });
});

test('what cannot be read is refused, and changes nothing', async () => {
  await sent(sample('zoom.vtt'));
  const before = (await shown()).text;
  await refused(400, 'it has nothing', ' ');
  await refused(400, 'it has text that begins with "Hello"', 'Hello');
  await refused(400, 'not valid JSON', '{"a":');
  await refused(400, 'no text in UTF-8', Buffer.from([0x52, 0x49, 0x46, 0x46, 0, 0xff, 0xff]));
  await refused(400, 'monologues is not an array', '{"monologues": 1}');
  await refused(400, 'transcript[0].start', 'WEBVTT\n\n9999:01:00.000 --> 9999:01:02.000\nHi');
  expect((await shown()).text).toBe(before);
  const gone = await send(sample('zoom.vtt'), 'text/vtt', 'nope');
  expect(gone.status).toBe(404);
});

test.each(['vtt', 'srt', 'vcon'])('%s out and in again is equal', async (format) => {
  const newCall = async () => (await client.send('POST', '/api/v1/calls', call)).json().id;
  // SRT cannot say which of its times are interpolated.
  const comparable = (words: Word[]) => (format === 'srt' ? words.map(({ interpolated, ...word }) => word) : words);
  const names = (all: { speakerNumber: number; firstName: string; lastName: string }[]) =>
    all.map((each) => [each.speakerNumber, each.firstName, each.lastName]);
  for (const name of ['teams.vtt', 'rolling.vtt', 'named.srt', 'deepgram.json', 'google-v2.json', 'rev-ai.json']) {
    const [from, to] = [await newCall(), await newCall()];
    await sent(sample(name), from);
    await sent((await shown(`?format=${format}`, from)).text, to);
    const [before, after] = [(await shown('', from)).json(), (await shown('', to)).json()];
    expect(comparable(after.words), name).toEqual(comparable(before.words));
    expect(names(after.speakers), name).toEqual(names(before.speakers));
  }
});

test('the files have their types, and a tag that changes with them', async () => {
  await sent(sample('zoom.vtt'));
  const types = {
    json: 'application/json',
    vtt: 'text/vtt',
    srt: 'application/x-subrip',
    txt: 'text/plain',
    vcon: 'application/vcon',
  };
  for (const [format, type] of Object.entries(types)) {
    const { headers } = await shown(`?format=${format}`);
    expect(headers.get('content-type')).toContain(type);
    expect((await client.get(path(`?format=${format}`), { 'if-none-match': headers.get('etag')! })).status).toBe(304);
  }
  expect((await shown('?format=txt')).text).toBe(
    '[00:00:01] Ann Lee: Good morning, Bob.\n[00:00:02] Bob Ray: Morning! One thing: the price.\n[00:00:04] Ann Lee: Sure.\n',
  );
  const before = (await shown()).headers.get('etag');
  await sent(sample('teams.vtt'));
  expect((await shown()).headers.get('etag')).not.toBe(before);
});

test('a call without words has none to show, and one whose words were sent says so', async () => {
  expect((await shown()).json()).toEqual({ callId, origin: null, speakers: [], words: [] });
  expect((await shown('?format=vtt')).text).toBe('WEBVTT\n');
  const transcript = [{ start: '0', end: '1', word: 'hello', v: 0 }];
  await client.send('PATCH', `/api/v1/calls/${callId}`, { transcript });
  expect((await shown()).json()).toMatchObject({ origin: { kind: 'sent', madeBy: null }, words: transcript });
});

test('the caller, managers and admins may give one; another rep does not even see the call', async () => {
  const ids = {
    caller: await account.addUser('caller@example.com'),
    other: await account.addUser('other@example.com'),
  };
  const boss = await account.addUser('boss@example.com', { role: 'manager' });
  await client.send('PATCH', `/api/v1/calls/${callId}`, { callerId: ids.caller });
  const as = async (id: string, role: 'rep' | 'manager') => {
    const browser = await browserOf(service, account, { id, role });
    return (await browser.send('POST', path(), JSON.parse(sample('deepgram.json').toString()))).status;
  };
  expect(await as(ids.caller, 'rep')).toBe(200);
  expect(await as(ids.other, 'rep')).toBe(404);
  expect([200, 404]).toContain(await as(boss, 'manager'));
});

test('its audit entry goes with the call', async () => {
  await sent(sample('zoom.vtt'));
  const changes = (await client.get('/api/v1/audit?limit=5')).json().items;
  expect(changes[0]).toMatchObject({ action: 'update', kind: 'calls', thingId: callId });
  await client.send('DELETE', `/api/v1/calls/${callId}`);
  const left = await service.pool.query('select 1 from transcript_origins where account_id = $1', [client.accountId]);
  expect(left.rowCount).toBe(0);
});
