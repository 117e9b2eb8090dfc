// People correct transcripts: the words, and who speaks them.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { atRest } from '../support/analysed.js';
import { browserOf } from '../support/browser.js';
import { makeAccount, startService, type TestAccount, type TestClient, type TestService } from '../support/service.js';

let service: TestService;
let account: TestAccount;
let client: TestClient;
let ada: string;
let callId: string;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** a 0-1, b 1-2, … e 4-5, of speakers 0, 0, 0, 1, 1. */
const transcript = ['a', 'b', 'c', 'd', 'e'].map((word, i) => {
  return { start: String(i), end: String(i + 1), word, v: i < 3 ? 0 : 1 };
});

beforeEach(async () => {
  account = await makeAccount(service);
  client = await account.client();
  ada = await account.addUser('ada@x.example');
  const call = { callTime: '2026-03-01T14:30:00Z', direction: 'OUTBOUND', duration: 6, callerId: ada, transcript };
  callId = await client.upsertCall(call);
});

const path = (more = '') => `/api/v1/calls/${callId}/transcript${more}`;
async function edited(body: object, headers = {}) {
  const answer = await client.send('PATCH', path(), body, headers);
  expect(answer.status, answer.text).toBe(200);
  return answer.json();
}
async function refused(status: number, detail: string, body: unknown, headers = {}): Promise<void> {
  const before = (await client.get(path())).text;
  const answer = await client.send('PATCH', path(), body, headers);
  expect([answer.status, answer.json().detail]).toEqual([status, expect.stringContaining(detail)]);
  expect((await client.get(path())).text).toBe(before);
}
const undo = (number: number | string) => client.send('POST', path(`/edits/${number}/undo`));

type Word = { word: string; p?: string; start: string; end: string; v: number; interpolated?: true };
/** `speaker:word start-end`, with * for interpolated times. */
const lines = (words: Word[]) =>
  words.map(
    ({ word, p = '', start, end, v, interpolated }) => `${v}:${word}${p} ${start}-${end}${interpolated ? '*' : ''}`,
  );
const shown = async () => lines((await client.get(path())).json().words);
const START = ['0:a 0-1', '0:b 1-2', '0:c 2-3', '1:d 3-4', '1:e 4-5'];

describe('an edit', () => {
  test('replaces words, which share the time of the former ones', async () => {
    const edit = await edited({
      from: 1,
      to: 3,
      words: [{ word: 'bb', p: ',' }, { word: 'c', p: '.' }, { word: 'c' }],
    });
    expect(edit).toMatchObject({ number: 1, by: { kind: 'credential' }, from: 1, undoes: null });
    expect(lines(edit.removed)).toEqual(['0:b 1-2', '0:c 2-3']);
    expect(lines(edit.added)).toEqual(['0:bb, 1-2*', '0:c. 2-2.5*', '0:c 2.5-3*']);
    expect(await shown()).toEqual(['0:a 0-1', '0:bb, 1-2*', '0:c. 2-2.5*', '0:c 2.5-3*', '1:d 3-4', '1:e 4-5']);
    expect((await client.get(path())).json().origin).toMatchObject({ kind: 'edited', madeBy: 'source' });
    await atRest(service, client.accountId);
    const call = (await client.get(`/api/v1/calls/${callId}`)).json();
    expect([call.state, call.transcript.length]).toEqual(['COMPLETE', 6]);
    const { transcript: blocks } = (await client.get(`/api/ev/2/transcript/${callId}`)).json();
    expect(blocks[0].text).toBe('a bb, c. c');
  });

  test('corrects one word and keeps its time; other times stay as they were sent', async () => {
    await edited({ from: 4, to: 5, words: [{ word: 'E', p: '!' }] });
    expect(await shown()).toEqual([...START.slice(0, 4), '1:E! 4-5']);
  });

  test('puts words in and takes words out', async () => {
    await edited({ from: 5, to: 5, words: [{ word: 'f' }] });
    await edited({ from: 3, to: 3, words: [{ word: 'x', start: 2.5, end: 2.75, v: 7 }] });
    await edited({ from: 0, to: 2, words: [] });
    expect(await shown()).toEqual(['0:c 2-3', '7:x 2.5-2.75', '1:d 3-4', '1:e 4-5', '1:f 5-5.35*']);
  });

  test('changes who speaks, and the statistics with it', async () => {
    const talked = async () => {
      await atRest(service, client.accountId);
      const { stats } = (await client.get(`/api/ev/2/call/${callId}`)).json();
      return stats;
    };
    const before = await talked();
    await edited({ from: 3, to: 5, speaker: 0 });
    expect(await shown()).toEqual([...START.slice(0, 3), '0:d 3-4', '0:e 4-5']);
    expect(await talked()).not.toEqual(before);
  });

  test('takes times, as long as the words stay in order', async () => {
    await edited({ from: 1, to: 2, words: [{ word: 'b', start: 1.25, end: 1.5 }] });
    expect((await shown())[1]).toBe('0:b 1.25-1.5');
    await refused(400, 'words[0] would not stay in order: 0.5 comes after', {
      from: 2,
      to: 3,
      words: [{ word: 'c', start: 0.5 }],
    });
    await refused(400, 'words would not stay in order', { from: 1, to: 2, words: [{ word: 'b', start: 2.5, end: 3 }] });
  });

  test.each<[string, object]>([
    ['from (3) is behind to (2)', { from: 3, to: 2, words: [] }],
    ['to is 6, but the call has 5 words', { from: 5, to: 6, speaker: 1 }],
    ['not exactly one of words and speaker', { from: 0, to: 1 }],
    ['not exactly one of words and speaker', { from: 0, to: 1, words: [], speaker: 1 }],
    ['would change nothing', { from: 0, to: 1, speaker: 0 }],
    ['would change nothing', { from: 0, to: 1, words: [{ word: 'a' }] }],
    ['words[0].word', { from: 0, to: 1, words: [{ word: ' ' }] }],
    ['words[0].start', { from: 0, to: 1, words: [{ word: 'a', start: -1 }] }],
    ['words[0].q', { from: 0, to: 1, words: [{ word: 'a', q: 1 }] }],
  ])('is refused where %s', async (detail, body) => {
    await refused(400, detail, body);
  });

  test('needs the tag that was read, if it names one', async () => {
    const etag = (await client.get(path())).headers.get('etag')!;
    const answer = await client.send('PATCH', path(), { from: 0, to: 1, words: [{ word: 'A' }] }, { 'if-match': etag });
    expect(answer.headers.get('etag')).toBe((await client.get(path())).headers.get('etag'));
    await refused(412, 'changed meanwhile', { from: 0, to: 1, words: [{ word: 'B' }] }, { 'if-match': etag });
  });

  test('of ten people at once: none is lost', async () => {
    const words = Array.from({ length: 10 }, (_, i) => `w${i}`);
    await Promise.all(words.map((word) => edited({ from: 0, to: 0, words: [{ word }] })));
    const now = (await client.get(path())).json().words.map((each: Word) => each.word);
    expect(now.slice(0, 10).sort()).toEqual(words);
    expect((await client.get(path('/edits'))).json().items.map((each: { number: number }) => each.number)).toEqual([
      10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    ]);
  });

  test('is for those who may: the caller, and those above', async () => {
    const [other, boss] = [
      await account.addUser('other@x.example'),
      await account.addUser('boss@x.example', { role: 'admin' }),
    ];
    const as = async (id: string, role: 'rep' | 'admin', word: string) => {
      const browser = await browserOf(service, account, { id, role });
      return (await browser.send('PATCH', path(), { from: 0, to: 1, words: [{ word }] })).status;
    };
    expect(await as(ada, 'rep', 'x')).toBe(200);
    expect(await as(boss, 'admin', 'y')).toBe(200);
    expect(await as(other, 'rep', 'z')).toBe(404);
    await client.send('POST', '/api/v1/shares', { callId, sharedBy: ada, recipientUserIds: [other] });
    expect(await as(other, 'rep', 'z')).toBe(403);
    const { items } = (await client.get(path('/edits'))).json();
    expect(items.map((each: { by: object }) => each.by)).toEqual([
      { kind: 'user', id: boss },
      { kind: 'user', id: ada },
    ]);
  });

  test('of a call without a transcript is refused', async () => {
    await client.send('PATCH', `/api/v1/calls/${callId}`, { transcript: null });
    await refused(409, 'has no transcript to edit', { from: 0, to: 0, words: [{ word: 'a' }] });
  });
});

describe('undoing', () => {
  test('brings back words, speakers and times, also behind later edits of other words', async () => {
    await edited({ from: 1, to: 3, words: [{ word: 'x' }] });
    await edited({ from: 0, to: 0, words: [{ word: 'new' }] });
    await edited({ from: 3, to: 5, speaker: 0 });
    const answer = await undo(1);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json()).toMatchObject({ number: 4, from: 2, undoes: 1 });
    expect(await shown()).toEqual(['0:new 0-0*', '0:a 0-1', '0:b 1-2', '0:c 2-3', '0:d 3-4', '0:e 4-5']);
    for (const number of [3, 2]) expect((await undo(number)).status).toBe(200);
    expect(await shown()).toEqual(START);
    expect((await undo(4)).status).toBe(200);
    expect(await shown()).toEqual(['0:a 0-1', '0:x 1-3', '1:d 3-4', '1:e 4-5']);
  });

  test('is refused once the words, or all, were changed since', async () => {
    await edited({ from: 1, to: 3, words: [{ word: 'x' }] });
    await edited({ from: 1, to: 2, words: [{ word: 'y' }] });
    const fails = async (number: number | string, status: number, detail: string) => {
      const answer = await undo(number);
      expect([answer.status, answer.json().detail]).toEqual([status, expect.stringContaining(detail)]);
    };
    await fails(1, 409, 'Edit 2 changed the same words after edit 1; undo it first.');
    expect((await undo(2)).status).toBe(200);
    await fails(2, 409, 'Edit 2 is undone already.');
    expect((await undo(1)).status).toBe(200);
    expect(await shown()).toEqual(START);
    await fails(9, 404, 'no such edit');
    await fails('x', 404, 'no such edit');
    await client.send('PATCH', `/api/v1/calls/${callId}`, { transcript: [...transcript].slice(1) });
    await fails(4, 409, 'The transcript was replaced after edit 4');
  });
});

test('what cites the words moves with them', async () => {
  const add = async (body: object) =>
    (await client.send('POST', '/api/v1/feedback', { callId, feedbackBy: ada, ...body })).json().id;
  const comment = await add({ startTime: 3.5, text: 'here' });
  const highlight = await add({ startTime: 0.5, endTime: 4 });
  const still = await add({ startTime: 1, text: 'there' });
  const cited = {
    summary: [{ text: 'so', seconds: 3.5 }],
    nextSteps: [{ text: 'then', seconds: null }],
    questionsAndAnswers: [],
  };
  await service.pool.query(
    `insert into call_summaries (account_id, call_id, engine, content_version, cited) values ($1, $2, 'test', 1, $3)`,
    [client.accountId, callId, JSON.stringify(cited)],
  );
  const modified = async (id: string) => {
    const page = (await client.get('/api/ev/2/feedback?since=2020-01-01')).json();
    return page.find((each: { id: string }) => each.id === id);
  };
  const before = [await modified(comment), await modified(still)];
  await edited({
    from: 3,
    to: 5,
    words: [
      { word: 'd', start: 4, end: 4.5 },
      { word: 'e', start: 4.5, end: 5 },
    ],
  });
  const times = async (id: string) => {
    const { startTime, endTime } = (await client.get(`/api/v1/feedback/${id}`)).json();
    return [startTime, endTime];
  };
  // 3 to 5 became 4 to 5.
  expect(await times(comment)).toEqual([4.25, null]);
  expect(await times(highlight)).toEqual([0.5, 4.5]);
  expect(await times(still)).toEqual([1, null]);
  const after = [await modified(comment), await modified(still)];
  expect(after[0].modified > before[0].modified).toBe(true);
  expect(after[1].modified).toBe(before[1].modified);
  const summary = await service.pool.query('select cited from call_summaries where account_id = $1', [
    client.accountId,
  ]);
  expect(JSON.parse(summary.rows[0].cited).summary).toEqual([{ text: 'so', seconds: 4.25 }]);
});

test('the file that a transcript came from does not undo its edits', async () => {
  const file = 'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>One two\n';
  const send = () => client.send('POST', path(), file, { 'content-type': 'text/vtt' });
  await send();
  await edited({ from: 0, to: 1, words: [{ word: 'Won' }] });
  expect((await send()).json().changed).toBe(false);
  expect(await shown()).toEqual(['0:Won 1-1.5*', '0:two 1.5-2*']);
  expect((await client.get(path())).json().origin).toMatchObject({ kind: 'edited', madeBy: 'WebVTT' });
});

test('edits are erased with their call', async () => {
  await edited({ from: 0, to: 1, words: [{ word: 'secret' }] });
  await client.send('DELETE', `/api/v1/calls/${callId}`);
  expect((await client.get(path('/edits'))).status).toBe(404);
  const left = await service.pool.query('select 1 from transcript_edits where account_id = $1', [client.accountId]);
  expect(left.rowCount).toBe(0);
});
