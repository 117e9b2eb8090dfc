import { beforeAll, describe, expect, test } from 'vitest';
import { FeedbackEntry } from '#debrief/contract/feedback.js';
import { ListenEntry } from '#debrief/contract/listens.js';
import { ShareEntry } from '#debrief/contract/shares.js';
import { expectOk } from '../support/analysed.js';
import { conforms } from '../support/conforms.js';
import { drivenClock } from '../support/service.js';
import { openSuite } from '../support/suite.js';

// The feeds of feedback, shares and listens: an entry each as the reference shows it, and pages of one.

const clock = drivenClock();
const { account, client } = await openSuite({ clock });
let coach: string;
let rep: string;

const CALL = '10466b71-61dc-4f96-9b12-871004b1ccbc';
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const SINCE = 'since=2020-01-01T00:00Z';

beforeAll(async () => {
  coach = await account.addUser('coach@example.com');
  rep = await account.addUser('rep@example.com');
  await client.upsertCall({
    id: CALL,
    callTime: '2018-04-20T10:00Z',
    direction: 'INBOUND',
    callerEmail: 'rep@example.com',
  });
});

async function post(path: string, body: object): Promise<void> {
  await expectOk(client.send('POST', `/api/v1/${path}`, body));
}

describe('feedback', () => {
  test('a comment and a highlight', async () => {
    const history = { callId: CALL, feedbackBy: coach, feedbackAt: '2018-04-22T16:23:58.097101Z', startTime: 10 };
    await post('feedback', { ...history, id: 'c-1', text: 'enim adipisci vitae' });
    await post('feedback', { ...history, id: 'h-1', endTime: 12.25 });
    const answer = await client.get(`/api/ev/2/feedback?${SINCE}`);
    const [comment, highlight] = answer.json();
    for (const entry of [comment, highlight]) {
      conforms(FeedbackEntry, entry);
      expect(entry.modified).toMatch(STAMP);
    }
    expect(answer.text).toBe(
      JSON.stringify([
        {
          feedbackAt: '2018-04-22T16:23:58.097101Z',
          modified: comment.modified,
          callId: CALL,
          feedbackBy: coach,
          isComment: true,
          isHighlight: false,
          text: '<p>enim adipisci vitae</p>',
          startTime: 10,
          endTime: null,
          id: 'c-1',
        },
        {
          feedbackAt: '2018-04-22T16:23:58.097101Z',
          modified: highlight.modified,
          callId: CALL,
          feedbackBy: coach,
          isComment: false,
          isHighlight: true,
          text: null,
          startTime: 10,
          endTime: 12.25,
          id: 'h-1',
        },
      ]),
    );
  });
});

test('a share', async () => {
  await post('shares', {
    id: 's-1',
    callId: CALL,
    sharedBy: coach,
    sharedAt: '2018-04-27T10:10:00Z',
    recipientUserIds: [rep, coach],
    recipientEmails: ['foo@bah.com'],
  });
  const answer = await client.get(`/api/ev/2/shares?${SINCE}`);
  const [share] = answer.json();
  conforms(ShareEntry, share);
  expect(share.modified).toMatch(STAMP);
  expect(answer.text).toBe(
    JSON.stringify([
      {
        sharedAt: '2018-04-27T10:10:00Z',
        callId: CALL,
        sharedBy: coach,
        recipientUserIds: [rep, coach],
        recipientEmails: ['foo@bah.com'],
        id: 's-1',
        modified: share.modified,
      },
    ]),
  );
});

test('a listen', async () => {
  await post('listens/history', { callId: CALL, listener: coach, date: '1950-05-03', timeListened: 10 });
  const answer = await client.get(`/api/ev/2/listens?${SINCE}`);
  const [listen] = answer.json();
  conforms(ListenEntry, listen);
  expect(listen.modified).toMatch(STAMP);
  expect(answer.text).toBe(
    JSON.stringify([
      {
        date: '1950-05-03',
        modified: listen.modified,
        callId: CALL,
        listener: coach,
        caller: rep,
        timeListened: 10,
        id: listen.id,
      },
    ]),
  );
});

describe('pages of one entry', () => {
  /** What is in each feed, by its own field that tells entries apart. */
  const feeds = {
    feedback: async (n: number) =>
      post('feedback', {
        callId: CALL,
        feedbackBy: coach,
        startTime: n,
        text: `${n}`,
        feedbackAt: '2019-01-01T00:00:00.5Z',
      }),
    shares: async (n: number) =>
      post('shares', {
        callId: CALL,
        sharedBy: coach,
        recipientUserIds: [rep],
        sharedAt: `2019-01-0${9 - n}T00:00:00.25Z`,
      }),
    listens: async (n: number) =>
      post('listens/history', { callId: CALL, listener: rep, date: `2019-01-0${n}`, timeListened: n }),
  };
  const COUNT = 5;

  beforeAll(async () => {
    for (const give of Object.values(feeds)) for (let n = 1; n <= COUNT; n++) await give(n);
  });

  async function idsOf(feed: string): Promise<string[]> {
    const all = await client.get(`/api/ev/2/${feed}?${SINCE}&limit=1000`);
    return all.json().map(({ id }: { id: string }) => id);
  }

  /** Each with a credential of its own: ends are remembered for one. */
  async function crawl(feed: string, next: (entry: Record<string, string>, link: string | null) => string | null) {
    const reader = await account.client('read');
    const ids: string[] = [];
    for (let path: string | null = `/api/ev/2/${feed}?${SINCE}&limit=1`; path !== null; ) {
      const answer = await reader.get(path);
      expect(answer.status, answer.text).toBe(200);
      const [entry] = answer.json();
      if (entry === undefined) break;
      ids.push(entry.id);
      expect(ids.length).toBeLessThan(20);
      const link = /^<([^>]*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
      path = next(entry, link);
    }
    return ids;
  }

  test.each(Object.keys(feeds))('%s, by full stamp and last_id, by Link, and by stamp alone', async (feed) => {
    const all = await idsOf(feed);
    expect(all.length).toBeGreaterThan(COUNT);
    const path = (since: string, id?: string) =>
      `/api/ev/2/${feed}?since=${since}&limit=1${id === undefined ? '' : `&last_id=${id}`}`;
    expect(await crawl(feed, ({ modified, id }) => path(modified!, id))).toEqual(all);
    expect(await crawl(feed, (_, link) => link)).toEqual(all);
    expect(await crawl(feed, ({ modified }) => path(modified!))).toEqual(all);
  });

  test('shares, by sharedAt: with last_id, and where it has fractions, alone', async () => {
    const all = await idsOf('shares');
    const path = (since: string, more = '') => `/api/ev/2/shares?since=${since}&limit=1${more}`;
    expect(await crawl('shares', ({ sharedAt, id }) => path(sharedAt!, `&last_id=${id}`))).toEqual(all);
    // The first has none: seconds are ignored, so that one is passed by its stamp.
    expect(
      await crawl('shares', ({ sharedAt, modified }) => path(sharedAt!.includes('.') ? sharedAt! : modified!)),
    ).toEqual(all);
  });

  test('feedback, by feedbackAt and last_id', async () => {
    const next = ({ feedbackAt, id }: Record<string, string>) =>
      `/api/ev/2/feedback?since=${feedbackAt}&limit=1&last_id=${id}`;
    expect(await crawl('feedback', next)).toEqual(await idsOf('feedback'));
  });

  test('a page that ended at feedback which was deleted since goes on behind it', async () => {
    const entries = (await client.get(`/api/ev/2/feedback?${SINCE}&limit=1000`)).json();
    const [{ id, modified }, ...rest] = entries.slice(2);
    expect((await client.send('DELETE', `/api/v1/feedback/${id}`)).status).toBe(204);
    const fresh = await account.client('read');
    const after = await fresh.get(`/api/ev/2/feedback?since=${modified}&last_id=${id}`);
    expect(after.json()).toEqual(rest);
    expect(await idsOf('feedback')).not.toContain(id);
  });

  test('a change comes again behind all others', async () => {
    const [first] = (await client.get(`/api/ev/2/listens?${SINCE}&limit=1`)).json();
    await post('listens/history', { callId: CALL, listener: coach, date: '1950-05-03', timeListened: 11.5 });
    const last = (await client.get(`/api/ev/2/listens?${SINCE}&limit=1000`)).json().at(-1);
    expect(last).toEqual({ ...first, timeListened: 11.5, modified: last.modified });
    expect(last.modified > first.modified).toBe(true);
  });
});
