import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import type { Role } from '#debrief/contract/access.js';
import { addPerson, browserOf } from '../support/browser.js';
import { makeAccount, startService, until } from '../support/service.js';
import { toneWav } from '../support/wav.js';
import { browserSuite, type Window } from './browser-suite.js';

const service = await startService();
const account = await makeAccount(service, 'Europe/London');
const browser = browserSuite();
const folder = mkdtempSync(join(tmpdir(), 'debrief-upload-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
  return service.close();
});

const client = await account.client();
const repId = await addPerson(service, account, `rep-${process.pid}@upload.example.com`);
const adminId = await addPerson(service, account, `admin-${process.pid}@upload.example.com`, { role: 'admin' });

async function openAs(id: string, role: Role): Promise<Window> {
  const window = await browser.open(service.url);
  const { cookies } = await browserOf(service, account, { id, role });
  await window.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: service.url })));
  return window;
}

function fileOf(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const wav = (pitch: number) =>
  Buffer.from(toneWav([{ channel: 0, start: 0.5, end: 1.1, pitch }], { seconds: 3, channels: 1 }));
const VTT = 'WEBVTT\n\n00:01.000 --> 00:02.000\nAnn: Good morning\n\n00:02.000 --> 00:03.000\nKit: Who is there?\n';

const choose = (page: Page, paths: string[]) => page.locator('input[type=file]').setInputFiles(paths);
const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name }).first();
const isReady = (page: Page, name: string) =>
  row(page, name).getByText('The call is ready').waitFor({ timeout: 150_000 });
const callIdOf = async (page: Page, name: string) =>
  (await page.getByRole('link', { name: `Open the call of ${name}` }).getAttribute('href'))!.split('/').at(-1)!;
const callOf = async (id: string) => (await client.get(`/api/v1/calls/${id}`)).json();

/** The first part of an upload of these bytes gets half way; then its connection breaks. Answers the offsets of all parts. */
async function breakHalfWay({ page, context }: Window, bytes: Buffer, isForGood = false): Promise<number[]> {
  const offsets: number[] = [];
  await page.route('**/api/v1/uploads/*', async (route) => {
    const request = route.request();
    if (request.method() !== 'PATCH') return route.continue();
    const upload = await context.request.get(request.url()).then((answer) => answer.json());
    if (upload.size !== bytes.length) return route.continue();
    offsets.push(Number(request.headers()['upload-offset']));
    if (offsets.length > 1) return isForGood ? route.abort('connectionreset') : route.continue();
    const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream', origin: service.url };
    await context.request.patch(request.url(), { headers, data: bytes.subarray(0, bytes.length / 2) });
    await route.abort('connectionreset');
  });
  return offsets;
}

test('recordings and a transcript are sent through a lost connection, and their calls become ready', async () => {
  const window = await openAs(repId, 'rep');
  const { page, faults } = window;
  const lost = Buffer.concat([wav(400), Buffer.alloc(2)]);
  const first = fileOf('inbound-20260701-143000.wav', lost);
  const second = [fileOf('demo.wav', wav(600)), fileOf('demo.vtt', VTT)];
  const broken = fileOf('broken.wav', 'this is no sound');
  const offsets = await breakHalfWay(window, lost);

  // Dropped on the page of calls, it leads to that of uploads.
  await page.goto('/calls');
  await page.getByRole('link', { name: 'Upload' }).waitFor();
  const dropped = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['a few words'], 'alone.srt'));
    return transfer;
  });
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: dropped });
  await page.getByText('Drop recordings or transcripts to upload them').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
  await page.getByRole('heading', { name: 'Upload calls' }).waitFor();
  await row(page, 'alone.srt').getByText('A transcript alone is for administrators').waitFor();
  await page.getByRole('button', { name: 'Remove: alone.srt' }).click();

  await choose(page, [first, ...second, broken]);
  expect(await row(page, 'inbound').getByLabel(/^When/).inputValue()).toBe('2026-07-01T14:30');
  expect(
    await row(page, 'inbound')
      .getByLabel(/^Direction/)
      .inputValue(),
  ).toBe('INBOUND');
  await row(page, 'demo.wav').getByText('with demo.vtt').waitFor();
  await row(page, 'demo.wav').getByLabel(/^When/).fill('2026-01-05T09:15');

  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  const leaving = page.getByRole('dialog', { name: 'Files are not sent yet' });
  await leaving.getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('button', { name: 'Send 3 files' }).click();
  await isReady(page, 'inbound');
  await isReady(page, 'demo.wav');
  expect(offsets).toEqual([0, lost.length / 2]);
  // Summer time in the account's zone, which is the person's.
  const call = await callOf(await callIdOf(page, 'inbound-20260701-143000.wav'));
  expect(call).toMatchObject({ callTime: '2026-07-01T13:30:00Z', direction: 'INBOUND', callerId: repId });
  expect(call.transcript.map(({ word }: { word: string }) => word)).toEqual(['tone400']);
  const withWords = await callOf(await callIdOf(page, 'demo.wav'));
  expect(withWords).toMatchObject({ callTime: '2026-01-05T09:15:00Z', direction: 'OUTBOUND', callerId: repId });
  expect(withWords.transcript.map(({ word }: { word: string }) => word)).toEqual([
    'Good',
    'morning',
    'Who',
    'is',
    'there',
  ]);

  const failed = row(page, 'broken.wav');
  await failed.getByRole('alert').filter({ hasText: 'no recording' }).waitFor();
  const startedAt = async () => {
    const id = await callIdOf(page, 'broken.wav');
    return (await client.get(`/api/v1/calls/${id}/processing`)).json().steps[0].startedAt;
  };
  const before = await startedAt();
  await failed.getByRole('button', { name: 'Retry' }).click();
  await until(async () => ![null, before].includes(await startedAt()));
  await page.getByText('3 of 3 sent').waitFor();
  await page.getByRole('link', { name: 'Open the call of demo.wav' }).click();
  await page.locator('.transcript section').first().waitFor();
  expect(faults).toEqual([]);
}, 400_000);

test('after a reload, the same file goes on where it was; an administrator sends a transcript alone', async () => {
  const window = await openAs(adminId, 'admin');
  const { page, faults } = window;
  page.on('dialog', (dialog) => dialog.accept());
  const bytes = Buffer.concat([wav(800), Buffer.alloc(4)]);
  const path = fileOf('again.wav', bytes);
  const offsets = await breakHalfWay(window, bytes, true);
  await page.goto('/calls/upload');
  await choose(page, [path]);
  await row(page, 'again.wav').getByLabel(/^When/).fill('2026-02-03T04:05');
  await page.getByRole('button', { name: 'Send 1 file' }).click();
  await row(page, 'again.wav').getByText('The connection is lost').waitFor();
  await expect.poll(() => offsets.length).toBeGreaterThan(1);
  await page.reload();
  await page.unroute('**/api/v1/uploads/*');
  const sent: number[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PATCH') sent.push(Number(request.headers()['upload-offset']));
  });
  await choose(page, [path, fileOf('words.vtt', VTT)]);
  // What was said about it is remembered, too.
  expect(await row(page, 'again.wav').getByLabel(/^When/).inputValue()).toBe('2026-02-03T04:05');
  await row(page, 'words.vtt').getByLabel('Whose call').fill('Ada');
  await page.getByRole('option', { name: /rep-/ }).click();
  await page.getByRole('button', { name: 'Send 2 files' }).click();
  await isReady(page, 'again.wav');
  await isReady(page, 'words.vtt');
  expect(sent).toEqual([bytes.length / 2]);
  expect((await callOf(await callIdOf(page, 'again.wav'))).callerId).toBe(adminId);
  const words = await callOf(await callIdOf(page, 'words.vtt'));
  expect([words.callerId, words.state, words.transcript.length]).toEqual([repId, 'COMPLETE', 5]);

  // One that cannot be read is refused, with its reason, and leaves no call.
  await choose(page, [fileOf('wrong.vtt', 'nothing of this kind')]);
  await page.getByRole('button', { name: 'Send 1 file' }).click();
  await row(page, 'wrong.vtt').getByText('Not sent:').waitFor();
  const { items } = (await client.get('/api/v1/calls?limit=100')).json();
  expect(items.filter(({ originalPath }: { originalPath: string }) => originalPath === 'wrong.vtt')).toEqual([]);
  expect(faults).toEqual([]);
}, 400_000);
