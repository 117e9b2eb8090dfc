import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { addPerson, browserOf, PASSWORD } from '../support/browser.js';
import { makeAccount, startService } from '../support/service.js';
import { browserSuite, type Window } from './browser-suite.js';

// Coaching on the page of a call: comments, scores, statistics, topics and shares, read back through API v2.

const service = await startService();
const account = await makeAccount(service);
const browser = browserSuite();
afterAll(() => service.close());
/** Each flow goes through several windows. */
const TIMEOUT = { timeout: 180_000 };

const client = await account.client();
const SINCE = 'since=2020-01-01';
const managerId = await addPerson(service, account, 'mona@coach.example.com', {
  firstName: 'Mona',
  lastName: 'Manager',
  role: 'manager',
});
const team = (await client.send('POST', '/api/v1/teams', { name: 'East', managerId })).json();
const person = (name: string, more: object = {}) =>
  addPerson(service, account, `${name.toLowerCase()}@coach.example.com`, { firstName: name, lastName: 'Rep', ...more });
const repId = await person('Rita', { teamId: team.id });
const otherId = await person('Otto');
await client.send('POST', '/api/v1/topics', { name: 'Pricing', words: ['price'] });
const scorecard = (
  await client.send('POST', '/api/v1/scorecards', {
    name: 'Discovery',
    scheme: 'YesNo',
    questions: [
      { text: 'Did they listen?', required: true },
      { text: 'Was a next step agreed?', commentRequired: 'low' },
    ],
  })
).json();

const callId = await client.upsertCall({
  externalId: 'coached',
  callerId: repId,
  callTime: '2026-03-01T10:00:00Z',
  direction: 'OUTBOUND',
  participants: [
    { speakerNumber: 0, email: 'rita@coach.example.com' },
    { speakerNumber: 1, firstName: 'Ann', lastName: 'Customer', type: 'EXTERNAL' },
  ],
  transcript: Array.from({ length: 60 }, (_, i) => ({
    start: String(i),
    end: String(i + 0.9),
    word: i === 33 ? 'price' : `word${i}`,
    p: i % 10 === 9 ? '.' : '',
    v: Math.floor(i / 10) % 2,
  })),
});

async function openAs(id: string, role: 'rep' | 'manager', search = ''): Promise<Window> {
  const window = await browser.open(service.url);
  const { cookies } = await browserOf(service, account, { id, role });
  await window.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: service.url })));
  await window.page.goto(`/calls/${callId}${search}`);
  await window.page.getByRole('tab', { name: 'Comments' }).waitFor();
  return window;
}

const feed = async (name: string) => (await client.get(`/api/ev/2/${name}?${SINCE}`)).json();
const comes = (page: Page, text: string) => page.getByText(text).first().waitFor();

test('two people talk about a moment: a mention, a reply, a highlight; nothing typed is lost', TIMEOUT, async () => {
  const rep = await openAs(repId, 'rep', '?panel=comments');
  const manager = await openAs(managerId, 'manager', '?t=12');
  const { page } = manager;
  await page.getByRole('heading', { name: 'Rita Rep' }).waitFor();
  await comes(page, 'with Ann Customer');
  await page.keyboard.press('c');
  const field = page.getByRole('textbox', { name: 'Comment at this moment' });
  await field.waitFor();
  await page.keyboard.type('Well done @Ri');
  await page.getByRole('option', { name: /Rita Rep/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('x<y <b>stay</b>');
  await page.reload();
  expect(await field.inputValue()).toBe('Well done @Rita Rep x<y <b>stay</b>');
  await service.pool.query('delete from sessions where account_id = $1 and user_id = $2', [
    account.accountId,
    managerId,
  ]);
  // The dialog may be there by now, before the button: the page hears of the end by itself, too.
  await page.getByRole('button', { name: 'Comment', exact: true }).dispatchEvent('click');
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Log in' }).click();
  await page.locator('.mention', { hasText: '@Rita Rep' }).waitFor();
  const [comment] = await feed('feedback');
  expect(comment).toMatchObject({ callId, feedbackBy: managerId, isComment: true, startTime: 12 });
  expect(comment.text).toBe(
    `<p>Well done <span data-user-id="${repId}">@Rita Rep</span> x&lt;y &lt;b&gt;stay&lt;/b&gt;</p>`,
  );

  // The other one comes back to the page.
  await rep.page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await comes(rep.page, 'x<y <b>stay</b>');
  expect(await rep.page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
  await rep.page.getByRole('button', { name: 'Reply' }).click();
  await rep.page.getByRole('textbox', { name: 'Reply' }).fill('Thank you');
  await rep.page.getByRole('button', { name: 'Send reply' }).click();
  await rep.page.getByRole('button', { name: 'Change' }).click();
  await rep.page.getByRole('textbox', { name: 'Change the text' }).fill('Thank you!');
  await rep.page.getByRole('button', { name: 'Save' }).click();
  await comes(rep.page, 'Thank you!');
  await rep.page.goto(`/calls/${callId}?panel=comments&t=25`);
  await comes(rep.page, 'Thank you!');
  await rep.page.keyboard.press('h');
  await rep.page.getByRole('button', { name: 'Highlight', exact: true }).click();
  await rep.page.getByRole('button', { name: 'Highlight by Rita Rep: 0:20 to 0:29' }).waitFor();
  const entries = await feed('feedback');
  expect(entries.slice(1)).toMatchObject([
    { feedbackBy: repId, text: '<p>Thank you!</p>', startTime: 12 },
    { feedbackBy: repId, isHighlight: true, startTime: 20, endTime: 29.9 },
  ]);
  await rep.page.getByRole('button', { name: 'Delete' }).last().click();
  await rep.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect.poll(async () => (await feed('feedback')).length).toBe(2);
  expect([...rep.faults, ...manager.faults]).toEqual([]);
});

test('a call is scored, joined with what came from elsewhere, disputed and resolved', TIMEOUT, async () => {
  const { page, faults } = await openAs(managerId, 'manager', '?panel=scorecard&t=7');
  await page.getByRole('button', { name: 'Begin' }).click();
  const listened = page.getByRole('radiogroup', { name: /Did they listen/ });
  await listened.getByRole('radio', { name: 'Yes' }).check();
  await comes(page, 'So far: 100 %');
  await page.getByRole('button', { name: 'Cite the moment that is heard for: Did they listen?' }).click();
  await comes(page, '✓ Saved');
  const results = async () => (await client.get(`/api/v1/results?callId=${callId}`)).json().items;
  await expect.poll(async () => (await results())[0].answers[0]?.moment).toBe(7);
  await page.reload();
  await expect.poll(() => listened.getByRole('radio', { name: 'Yes' }).isChecked()).toBe(true);

  // Another window of the same reviewer answers the second question.
  const [draft] = await results();
  const [one, two] = scorecard.questions.map(({ questionId }: { questionId: string }) => questionId);
  const elsewhere = [...draft.answers, { questionId: two, answer: 0, comment: 'No date' }].map(
    ({ questionId, answer, comment, moment }) => ({ questionId, answer, comment, moment: moment ?? null }),
  );
  const patched = await client.send('PATCH', `/api/v1/results/${draft.id}`, { answers: elsewhere });
  expect(patched.status, patched.text).toBe(200);
  await page.getByRole('button', { name: 'Comment on: Did they listen?' }).click();
  await page.getByRole('textbox', { name: 'Comment on: Did they listen?' }).fill('Well');
  await comes(page, 'So far: 50 %');
  await page.getByRole('button', { name: 'Submit' }).click();
  await comes(page, 'To be acknowledged');
  expect(await feed('scores')).toMatchObject([
    { reviewer: 'mona@coach.example.com', questionId: one, answer: 1, comment: 'Well' },
    { questionId: two, answer: 0, comment: 'No date' },
  ]);

  const rep = await openAs(repId, 'rep', '?panel=scorecard');
  await rep.page.getByRole('button', { name: 'Dispute' }).click();
  expect(await rep.page.getByRole('button', { name: 'Amend' }).count()).toBe(0);
  await rep.page.getByRole('textbox', { name: 'What do you see differently?' }).fill('There was a date');
  await rep.page.reload();
  await rep.page.getByRole('button', { name: 'Dispute' }).click();
  await rep.page.getByRole('button', { name: 'Dispute the score' }).click();
  await comes(rep.page, 'Its reviewer or a manager resolves');
  await page.reload();
  await comes(page, 'There was a date');
  await page.getByRole('textbox', { name: 'How is it resolved?' }).fill('Looked again');
  await page.getByRole('button', { name: 'Resolve the dispute' }).click();
  await comes(page, 'Resolved by Mona Manager');
  await rep.page.reload();
  await rep.page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await comes(rep.page, '✓ Acknowledged');
  expect((await results())[0]).toMatchObject({ state: 'ACKNOWLEDGED', percentage: 50 });
  await rep.page.getByRole('button', { name: 'History' }).click();
  await comes(rep.page, 'Dispute resolved by Mona Manager');
  expect([...rep.faults, ...faults]).toEqual([]);
});

test('a call is shared with a colleague and an outsider, who opens it until it is revoked', TIMEOUT, async () => {
  const { page, faults } = await openAs(managerId, 'manager');
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this call' });
  await dialog.getByRole('combobox', { name: 'Colleagues' }).fill('Otto');
  await page.getByRole('option', { name: /Otto Rep/ }).click();
  await page.keyboard.press('Escape');
  await dialog.getByRole('textbox', { name: /Others/ }).fill('guest@example.org');
  await dialog.getByRole('textbox', { name: 'Message' }).fill('Listen to the end');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  const link = await dialog.getByRole('textbox', { name: 'guest@example.org' }).inputValue();
  expect(await feed('shares')).toMatchObject([
    { callId, sharedBy: managerId, recipientUserIds: [otherId], recipientEmails: ['guest@example.org'] },
  ]);
  await dialog.getByRole('button', { name: 'Done' }).click();

  const other = await openAs(otherId, 'rep', '?panel=scorecard');
  await comes(other.page, 'Acknowledged');
  for (const name of ['More to do with this call', 'Amend', 'Dispute', 'Acknowledge']) {
    expect([name, await other.page.getByRole('button', { name }).count()]).toEqual([name, 0]);
  }
  const guest = await browser.open(service.url);
  await guest.page.goto(link);
  await comes(guest.page, 'Listen to the end');

  await page.getByRole('button', { name: 'Share' }).click();
  await dialog.getByRole('button', { name: 'Who opened it' }).click();
  await comes(page, 'guest@example.org: once');
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog', { name: 'Revoke this share?' }).getByRole('button', { name: 'Revoke it' }).click();
  await dialog.getByText(/^Revoked/).waitFor();
  await guest.page.reload();
  await guest.page.getByRole('heading', { name: 'There is nothing at this link' }).waitFor();
  await other.page.reload();
  await other.page.getByRole('heading', { name: 'It is not here' }).waitFor();
  expect([...faults, ...other.faults, ...guest.faults]).toEqual([]);
});

test('statistics show what they count; topics lead to their words; the panel is in the address', TIMEOUT, async () => {
  const { page, faults } = await openAs(repId, 'rep', '?panel=stats');
  await comes(page, 'Longest monologue of Ann Customer: 0:09');
  const shown = page.getByRole('button', { name: 'Show in the call: They spoke' });
  await shown.click();
  expect(await shown.getAttribute('aria-pressed')).toBe('true');
  await comes(page, '0:10 / ');
  await page.getByText('How it is counted').first().click();
  await comes(page, 'How much of all talk time');
  await page.getByRole('tab', { name: 'Topics' }).click();
  expect(new URL(page.url()).searchParams.get('panel')).toBe('topics');
  await page.getByRole('button', { name: 'Next Pricing' }).click();
  await comes(page, '0:33 / ');
  await page.getByRole('tab', { name: 'More' }).click();
  await comes(page, 'coached');
  expect(faults).toEqual([]);
});
