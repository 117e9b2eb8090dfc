import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountAtRest } from '../support/account-snapshot.js';
import { type Coached, makeCoached } from '../support/coached.js';
import { startService, type TestService } from '../support/service.js';
import { type Endpoint, endpoints, ReferenceClient } from './reference-client.js';

// Clients written from the reference alone, each way of paging with small and large pages, while people work on everything that
// the feeds show. At the end each has everything, and had nothing more often than docs/paging.md says.

const LIMITS = [1, 7, 1000];
const ROUNDS = 6;
/** Whole minutes, whole seconds and fractions, one that is still to come, and few enough to come again. */
const TIMES = ['2026-03-02T15:00:00Z', '2026-03-02T15:00:05Z', '2026-03-02T15:30:00.123456Z'];
const CALL_TIMES = [...TIMES, '2199-12-31T23:59:00Z'];

let service: TestService;
let coached: Coached;

beforeAll(async () => {
  service = await startService();
  coached = await makeCoached(service);
});
afterAll(() => service.close());

const at = (round: number, times = TIMES): string => times[round % times.length]!;

async function patch(path: string, body: object): Promise<void> {
  const answer = await coached.client.send('PATCH', `/api/v1/${path}`, body);
  expect(answer.status, answer.text).toBe(200);
}

/** What happens in a round, all at once: to each feed something comes, and something in it changes. */
class Work {
  readonly #made: Readonly<Record<string, string[]>> = {
    calls: [],
    erased: [],
    results: [],
    feedback: [],
    shares: [],
    plans: [],
    meetings: [],
    observations: [],
  };

  async round(n: number): Promise<void> {
    const { make, client, coachId, repId, callId, questionIds } = coached;
    const people = { coachId, recipientId: repId };
    const keep = async (kind: string, made: Promise<{ id: string }>) => {
      this.#made[kind]!.push(String((await made).id));
    };
    const before = (kind: string) => this.#made[kind]!.at(-1);
    const change = async (kind: string, body: object) => {
      const id = before(kind);
      if (id !== undefined) await patch(`${kind}/${id}`, body);
    };
    const call = (more = {}) =>
      make('calls', { callTime: at(n, CALL_TIMES), direction: 'INBOUND', callerId: repId, ...more });
    const words = [{ start: '0.5', end: '1', word: 'price', p: '?', v: 0 }];
    const held = { dateTime: at(n), startTime: at(n), endTime: at(n + 1) > at(n) ? at(n + 1) : at(n) };
    const kpi = await make('kpis', { description: `Dials ${n}`, frequency: 'DAILY', target: 50 });
    await Promise.all([
      change('calls', { originalPath: `take-${n}` }).then(() => keep('calls', call({ transcript: words }))),
      this.#erase().then(() => keep('erased', call())),
      change('results', { answers: [{ questionId: questionIds[0], answer: n % 5 }] }).then(() =>
        keep(
          'results',
          coached.scoredCall([1, 2, 3], { scoreTime: at(n) }).then(({ resultId }) => ({ id: resultId })),
        ),
      ),
      change('feedback', { text: `Take ${n}` }).then(() =>
        keep('feedback', make('feedback', { callId, feedbackBy: coachId, startTime: 1, text: 'A', feedbackAt: at(n) })),
      ),
      make('shares', { callId, sharedBy: coachId, recipientEmails: [`out-${n}@example.com`], sharedAt: at(n) }),
      client.send('POST', '/api/v1/listens', {
        callId: before('calls') ?? callId,
        listener: repId,
        session: `${n}`,
        spans: [[0, 0.5]],
      }),
      client.send('POST', '/api/v1/listens', { callId, listener: coachId, session: `${n}`, spans: [[n, n + 2]] }),
      change('plans', { name: `Plan ${n}` }).then(() =>
        keep('plans', make('plans', coached.planBody({ startDate: at(n, CALL_TIMES), plannedMeetings: 0 }))),
      ),
      change('meetings', { comments: `Take ${n}` }).then(() =>
        keep('meetings', make('meetings', { ...people, ...held })),
      ),
      change('observations', { value: n }).then(async () => {
        const observation = { kpiId: kpi.id, observerId: coachId, observedAt: at(n), value: 0 };
        await keep('observations', make('observations', { ...observation, observedId: coachId }));
        await keep('observations', make('observations', { ...observation, observedId: repId }));
      }),
    ]);
  }

  async #erase(): Promise<void> {
    const id = this.#made.erased!.shift();
    if (id !== undefined) expect((await coached.client.send('DELETE', `/api/ev/2/call/${id}`)).status).toBe(204);
  }
}

async function clientOf(endpoint: Endpoint, time: string, limit: number): Promise<ReferenceClient> {
  const { username, password } = await coached.account.client('read');
  return new ReferenceClient({ baseUrl: service.url, userId: username, password, endpoint, time, limit });
}

/** How often an object may come: once by its stamp, and else as often as a page that is followed by itself. */
const mostOften = (time: string): number => (time === 'modified' || time === 'deletedAt' ? 1 : 4);

test('while people work, every way of paging loses nothing and repeats what it may', { timeout: 120_000 }, async () => {
  const crawls: { client: ReferenceClient; endpoint: Endpoint; time: string }[] = [];
  for (const endpoint of endpoints) {
    for (const time of endpoint.times) {
      for (const limit of LIMITS) crawls.push({ client: await clientOf(endpoint, time, limit), endpoint, time });
    }
  }
  const work = new Work();
  for (let n = 0; n < ROUNDS; n++) {
    await Promise.all([work.round(n), ...crawls.map(({ client }) => client.fetchPage())]);
  }
  await accountAtRest(service, coached.account.accountId);
  for (const { client } of crawls) await client.fetchAll();

  for (const endpoint of endpoints) {
    const fresh = await coached.account.client('read');
    const page = await fresh.get(`/api/ev/2${endpoint.path}?since=2020-01-01T00:00Z&limit=1000`);
    const now: string[] = page.json().map((entry: object) => JSON.stringify(entry));
    expect(now.length, endpoint.path).toBeGreaterThanOrEqual(ROUNDS - 1);
    for (const { client, time } of crawls.filter((crawl) => crawl.endpoint === endpoint)) {
      expect(
        now.filter((entry) => !client.came.has(entry)),
        `${client.name} lost`,
      ).toEqual([]);
      const often = [...client.came].filter(([, times]) => times > mostOften(time));
      expect(often, `${client.name} repeats`).toEqual([]);
    }
  }
});
