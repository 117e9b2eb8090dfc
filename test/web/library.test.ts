import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addPerson, browserOf } from '../support/browser.js';
import { giveSound } from '../support/played.js';
import { makeAccount, startService } from '../support/service.js';
import { browserSuite, type Window } from './browser-suite.js';

const service = await startService();
const account = await makeAccount(service);
const browser = browserSuite();
afterAll(() => service.close());

const rita = await addPerson(service, account, 'rita@library.example.com');
const rob = await addPerson(service, account, 'rob@library.example.com');
const client = await account.client();
await client.send('PATCH', '/api/v1/account', { callVisibility: 'own' });
const words = Array.from({ length: 60 }, (_, i) => {
  return {
    start: String(i),
    end: String(i + 0.9),
    word: `word${i}`,
    p: i % 5 === 4 ? '.' : '',
    v: Math.floor(i / 5) % 2,
  };
});
const newCall = () =>
  client.upsertCall({
    callerId: rita,
    callTime: '2026-03-01T10:00:00Z',
    direction: 'OUTBOUND',
    duration: 60,
    transcript: words,
  });
const callId = await newCall();
const path = join(tmpdir(), `debrief-library-${process.pid}.m4a`);
execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=duration=60', '-c:a', 'aac', path]);
await giveSound(service, account, callId, readFileSync(path));
rmSync(path);

async function openAs(id: string): Promise<Window> {
  const window = await browser.open(service.url);
  const { cookies } = await browserOf(service, account, { id, role: 'rep' });
  await window.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: service.url })));
  return window;
}

async function newClip(startSeconds: number, title: string): Promise<string> {
  const body = { callId, startSeconds, endSeconds: startSeconds + 1, title, createdBy: rita };
  return (await client.send('POST', '/api/v1/clips', body)).json().id;
}

test('words become a clip, which is shared with an outsider, opened, and revoked', async () => {
  const { page, faults } = await openAs(rita);
  await page.goto(`/calls/${callId}`);
  await page
    .locator('.transcript section p')
    .nth(2)
    .dblclick({ position: { x: 8, y: 8 } });
  await page.getByRole('toolbar').getByRole('button', { name: 'Clip' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a clip' });
  await dialog.getByLabel('Title').fill('The price');
  await dialog.getByLabel('To').fill('0:14');
  await dialog.getByRole('button', { name: 'Make the clip' }).click();
  await dialog.waitFor({ state: 'detached' });

  await page.goto('/library?tab=clips');
  await page.getByRole('link', { name: 'The price' }).click();
  await page.getByRole('heading', { name: 'The price' }).waitFor();
  await page.getByText(/word10 word11 word12 word13$/).waitFor();
  expect(await page.locator('.transcript section').count()).toBe(1);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByLabel('Others, by e-mail address').fill('out@example.com');
  await page.getByRole('dialog').getByRole('button', { name: 'Share', exact: true }).click();
  const url = await page.getByRole('textbox', { name: 'out@example.com' }).inputValue();

  const outsider = await browser.open(service.url);
  await outsider.page.goto(new URL(url).pathname);
  await outsider.page.getByRole('heading', { name: 'The price' }).waitFor();
  expect(await outsider.page.locator('.transcript').textContent()).toContain('word13');
  expect(await outsider.page.content()).not.toContain('word14');
  expect(await outsider.page.getByRole('button', { name: 'Play' }).count()).toBe(0);

  await page.getByRole('button', { name: 'Who opened it' }).click();
  await page.getByText('out@example.com: once').waitFor();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText(/^Revoked/).waitFor();
  await outsider.page.reload();
  await outsider.page.getByText('There is nothing at this link').waitFor();
  const { items } = (await client.get('/api/v1/clip-shares')).json();
  expect(items).toMatchObject([{ recipientEmails: ['out@example.com'], audio: false, revokedAt: expect.any(String) }]);
  expect([...faults, ...outsider.faults]).toEqual([]);
});

test('a playlist is ordered by keyboard and played through; who may not see an item is told of it', async () => {
  const clips = [await newClip(20, 'First'), await newClip(30, 'Second'), await newClip(40, 'Third')];
  const { page, faults } = await openAs(rita);
  await page.goto('/library');
  await page.getByRole('button', { name: 'New playlist' }).click();
  await page.getByRole('dialog').getByLabel('Title').fill('Openings');
  await page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click();
  await page.getByText('Nothing in it yet').waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1)!;
  await client.send('POST', `/api/v1/playlists/${id}/items`, { clipIds: clips });
  await page.reload();
  const queue = page.getByRole('region', { name: 'In this playlist' });
  // The same button again and again: the focus goes with the item.
  await queue.getByRole('button', { name: 'Move First down' }).focus();
  await page.keyboard.press('Enter');
  await queue.getByText('First is now 2 of 3.').waitFor();
  await page.keyboard.press('Enter');
  await queue.getByText('First is now 3 of 3.').waitFor();
  const order = async () =>
    (await client.get(`/api/v1/playlists/${id}/items`)).json().items.map(({ title }: { title: string }) => title);
  await expect.poll(order).toEqual(['Second', 'Third', 'First']);

  await page
    .getByRole('button', { name: /Second/, exact: false })
    .first()
    .click();
  const now = page.getByRole('region', { name: 'Now playing' });
  // Each is a second long: from the first on, they follow each other by themselves.
  await now.getByRole('heading', { name: 'First' }).waitFor({ timeout: 30_000 });
  await now.getByText('3 of 3').waitFor();
  await now.getByRole('button', { name: 'Previous' }).click();
  await now.getByRole('heading', { name: 'Third' }).waitFor();

  await client.send('PATCH', `/api/v1/playlists/${id}`, { sharedWithUserIds: [rob] });
  await client.send('POST', '/api/v1/clip-shares', { clipId: clips[1], sharedBy: rita, recipientUserIds: [rob] });
  const robs = await openAs(rob);
  await robs.page.goto(`/library/playlists/${id}`);
  await robs.page.getByText('2 more items are in this playlist').waitFor();
  expect(await robs.page.getByRole('listitem').count()).toBe(1);
  expect(await robs.page.getByRole('button', { name: /^Move/ }).count()).toBe(0);
  expect([...faults, ...robs.faults]).toEqual([]);
});
