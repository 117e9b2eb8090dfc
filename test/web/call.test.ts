import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addPerson, browserOf } from '../support/browser.js';
import { giveSound } from '../support/played.js';
import { makeAccount, startService } from '../support/service.js';
import { browserSuite, expectAccessible, type Window } from './browser-suite.js';

const service = await startService();
const account = await makeAccount(service);
const browser = browserSuite();
afterAll(() => service.close());

const email = 'rep@call.example.com';
const userId = await addPerson(service, account, email);
const client = await account.client();

/** Two people who take turns, five words each, a word a second. */
const words = Array.from({ length: 400 }, (_, i) => ({
  start: String(i),
  end: String(i + 0.9),
  word: `word${i}`,
  p: i % 5 === 4 ? '.' : '',
  v: Math.floor(i / 5) % 2,
}));
const callId = await client.upsertCall({
  externalId: 'call-page',
  callerId: userId,
  callTime: '2026-03-01T10:00:00Z',
  direction: 'OUTBOUND',
  participants: [
    { speakerNumber: 0, email },
    { speakerNumber: 1, firstName: 'Ann', lastName: 'Customer', type: 'EXTERNAL' },
  ],
  transcript: words,
});

/** A window in which the rep has logged in. */
async function openAsRep(): Promise<Window> {
  const window = await browser.open(service.url);
  const { cookies } = await browserOf(service, account, { id: userId, role: 'rep' });
  await window.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: service.url })));
  return window;
}

/** The text that is marked as being heard. */
const heard = ({ page }: Window) =>
  page.evaluate(() => [...((CSS.highlights.get('spoken') ?? []) as Iterable<Range>)].map(String).join());

test('a call is found in the list, and its words are read by who speaks', async () => {
  const window = await openAsRep();
  const { page, faults } = window;
  await page.goto('/calls?q=word123');
  await page.getByRole('link', { name: '2:03' }).click();
  await page.getByRole('heading', { name: 'Ada Byron' }).waitFor();
  expect(new URL(page.url()).search).toBe('?t=123');
  await expect.poll(() => heard(window)).toBe('word123');
  const blocks = page.locator('.transcript section');
  expect(await blocks.count()).toBe(80);
  expect(await blocks.nth(1).textContent()).toBe('0:05Ann Customerword5 word6 word7 word8 word9.');
  await expectAccessible(page);
  expect(faults).toEqual([]);
});

test('a word that is clicked is gone to, in a call without sound too', async () => {
  const window = await openAsRep();
  const { page } = window;
  await page.goto(`/calls/${callId}`);
  await page
    .locator('.transcript section p')
    .first()
    .click({ position: { x: 4, y: 8 } });
  await expect.poll(() => heard(window)).toBe('word0');
  await page.getByRole('button', { name: 'On 15 seconds' }).click();
  await expect.poll(() => heard(window)).toBe('word15');
  await page.keyboard.press('j');
  await expect.poll(() => heard(window)).toBe('word0');
});

test('a call is heard: the marked word follows, keys stop it, and how long it was heard is told', async () => {
  const path = join(tmpdir(), `debrief-web-${process.pid}.m4a`);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=duration=60', '-c:a', 'aac', path]);
  await giveSound(service, account, callId, readFileSync(path));
  rmSync(path);
  const window = await openAsRep();
  const { page, faults } = window;
  await page.goto(`/calls/${callId}?t=20`);
  await page.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => heard(window), { timeout: 20_000 }).toMatch(/word2[2-9]/);
  // The focus is on the button that was clicked: it must not count twice.
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Play' }).waitFor();
  const stopped = await heard(window);
  const isDrawn = await page.locator('.lane-bars').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value) => value > 0);
  });
  expect(isDrawn).toBe(true);
  const listens = async () => (await client.get('/api/ev/2/listens?since=2026-01-01')).json();
  await expect.poll(async () => (await listens()).length).toBe(1);
  expect(await listens()).toMatchObject([{ callId, listener: userId, caller: userId }]);
  expect((await listens())[0].timeListened).toBeGreaterThan(1);
  expect(await heard(window)).toBe(stopped);
  expect(faults).toEqual([]);
});

test('a comment is at the moment that is heard, and API v2 has it', async () => {
  const { page, faults } = await openAsRep();
  await page.goto(`/calls/${callId}?t=42.5`);
  await page.getByRole('tab', { name: 'Comments' }).click();
  await page.getByRole('textbox', { name: 'Comment at this moment' }).fill('x<y and <b>bold</b>\nsecond line');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.locator('.comment-text', { hasText: 'second line' }).waitFor();
  const feed = (await client.get('/api/ev/2/feedback?since=2026-01-01')).json();
  expect(feed).toMatchObject([{ callId, feedbackBy: userId, isComment: true, startTime: 42 }]);
  expect(faults).toEqual([]);
});

test('a call that one does not see is told to be nowhere', async () => {
  const { page } = await openAsRep();
  const others = await client.upsertCall({
    externalId: 'other',
    callTime: '2026-03-02T10:00:00Z',
    direction: 'INBOUND',
  });
  for (const id of [others, 'nothing']) {
    await page.goto(`/calls/${id}`);
    await page.getByRole('heading', { name: 'It is not here' }).waitFor();
  }
});

test('a link shows its call to people without an account, once as an opening; to programs as JSON', async () => {
  const share = await client.send('POST', '/api/v1/shares', {
    callId,
    sharedBy: userId,
    recipientEmails: ['guest@example.org'],
    message: 'Listen to the end',
  });
  const { id, links } = share.json();
  const { page, faults } = await browser.open(service.url);
  const answer = await page.goto(links[0].url);
  expect(answer!.headers()).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    vary: 'accept, accept-encoding',
  });
  await page.getByText('Listen to the end').waitFor();
  expect(await page.locator('.transcript section').count()).toBe(80);
  const { items } = (await client.get(`/api/v1/shares/${id}/accesses`)).json();
  expect(items).toMatchObject([{ email: 'guest@example.org', openings: 1 }]);
  expect((await fetch(links[0].url)).headers.get('content-type')).toMatch(/json/);
  await client.send('DELETE', `/api/v1/shares/${id}`);
  await page.reload();
  await page.getByRole('heading', { name: 'There is nothing at this link' }).waitFor();
  expect(faults).toEqual([]);
});
