import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Coached, makeCoached } from '../support/coached.js';
import { startService, type TestService } from '../support/service.js';

// What people type comes back as they typed it, wherever they do. Comments and highlights are HTML; all else is plain.

const TYPED =
  'x<y and y<0, Sam <sam@example.com>, List<String>, </ unit, <!x>, <?>, <b>bold</b>, AT&T &amp; <script>alert(1)</script>';

let service: TestService;
let coached: Coached;

beforeAll(async () => {
  service = await startService();
  coached = await makeCoached(service);
});
afterAll(() => service.close());

const read = async (path: string) => (await coached.client.get(path)).json();
const since = 'since=2020-01-01T00:00Z';

test('comments and highlights, in both APIs', async () => {
  const { make, callId, coachId } = coached;
  const text = 'x<y, Sam <sam@example.com>\n<!x> </ z';
  const html = '<p>x&lt;y, Sam &lt;sam@example.com&gt;<br />&lt;!x&gt; &lt;/ z</p>';
  for (const more of [{}, { endTime: 5 }]) {
    const given = await make('feedback', { callId, feedbackBy: coachId, startTime: 1, text, ...more });
    expect(given.text).toBe(html);
    expect(await read(`/api/v1/feedback/${given.id}`)).toMatchObject({ text: html });
    const [shown] = (await read(`/api/ev/2/feedback?${since}`)).filter(({ id }: { id: string }) => id === given.id);
    expect(shown.text).toBe(html);
    const again = await coached.client.send('PATCH', `/api/v1/feedback/${given.id}`, { text: `<p>${text}</p>` });
    expect(again.json().text).toBe('<p>x&lt;y, Sam &lt;sam@example.com&gt;\n&lt;!x&gt; &lt;/ z</p>');
  }
});

describe('plain text', () => {
  test('of scorecards and results', async () => {
    const { make, client, callId, coachId, repId } = coached;
    const questions = [{ text: TYPED, section: TYPED }];
    const sheet = await make('scorecards', { name: TYPED, scheme: 'YesNo', questions });
    expect(sheet).toMatchObject({ name: TYPED, questions });
    const { questionId } = sheet.questions[0];
    const answers = [{ questionId, answer: 1, reason: TYPED, comment: TYPED }];
    const { id } = await make('results', {
      callId,
      scorecardId: sheet.id,
      reviewerId: coachId,
      state: 'SUBMITTED',
      answers,
    });
    const scores = await read(`/api/ev/2/scores?${since}`);
    expect(scores.find(({ resultId }: { resultId: string }) => resultId === id)).toMatchObject({
      scorecardName: TYPED,
      question: TYPED,
      reason: TYPED,
      comment: TYPED,
    });
    const moved = async (move: string, body: object) => {
      const answer = await client.send('POST', `/api/v1/results/${id}/${move}`, body);
      expect(answer.status, answer.text).toBe(200);
      return answer.json();
    };
    expect(await moved('dispute', { reason: TYPED, disputedBy: repId })).toMatchObject({ disputeReason: TYPED });
    expect(await moved('resolve', { resolution: TYPED, resolvedBy: coachId })).toMatchObject({ resolution: TYPED });
    expect(await read(`/api/v1/results/${id}`)).toMatchObject({ answers });
  });

  test('of plans, meetings and KPIs', async () => {
    const { make, planBody, entry } = coached;
    const skill = await make('skills', { name: TYPED });
    const { id: planId } = await make('plans', planBody({ name: TYPED, objective: TYPED, skills: [skill.id] }));
    expect(await entry('plans', planId)).toMatchObject({
      name: TYPED,
      objective: TYPED,
      skill: [{ skillId: skill.id, skillName: TYPED }],
    });
    const { id } = await make('meetings', {
      planId,
      dateTime: '2026-03-02T10:00Z',
      startTime: '2026-03-02T10:00Z',
      endTime: '2026-03-02T11:00Z',
      questions: [{ question: TYPED, kind: 'text' }],
      comments: TYPED,
    });
    expect(await entry('meetings', id)).toMatchObject({ questions: [{ question: TYPED }], comments: TYPED });
    const kpi = await make('kpis', { description: TYPED, frequency: 'DAILY', target: 1 });
    expect(await read(`/api/ev/2/kpi/${kpi.id}`)).toMatchObject({ description: TYPED });
  });

  test('of the message of a share, also to whom it is sent', async () => {
    const { make, callId, coachId } = coached;
    const share = { callId, sharedBy: coachId, recipientEmails: ['out@example.com'], message: TYPED };
    const { id, links } = await make('shares', share);
    expect(await read(`/api/v1/shares/${id}`)).toMatchObject({ message: TYPED });
    const opened = await fetch(links[0].url);
    expect(opened.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await opened.json()).toMatchObject({ message: TYPED });
  });

  test('of calls, topics and templates', async () => {
    const { make, repId } = coached;
    const metadata = { note: TYPED };
    const call = { callTime: '2026-03-01T10:00Z', direction: 'OUTBOUND', callerId: repId, metadata };
    const { id } = await make('calls', { ...call, originalPath: TYPED });
    await make('templates', { name: TYPED, template: '{{ metadata.note }}' });
    const shown = await read(`/api/ev/2/call/${id}`);
    expect(shown).toMatchObject({ originalPath: TYPED, metadata });
    expect(shown.metadata.callCardTemplates[TYPED]).toBe(TYPED);
  });
});
