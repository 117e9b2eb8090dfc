import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { addPerson, browserOf } from '../support/browser.js';
import { giveSound } from '../support/played.js';
import { makeAccount, startService } from '../support/service.js';
import { browserSuite, type Window } from './browser-suite.js';

const service = await startService();
const account = await makeAccount(service);
const browser = browserSuite();
afterAll(() => service.close());

const email = 'rep@words.example.com';
const userId = await addPerson(service, account, email);
const client = await account.client();

/** A word a second, from a second on. */
const said = (from: number, count: number, v: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => ({
    start: String(from + i),
    end: String(from + i + 0.9),
    word: `word${from + i}`,
    p: i % 5 === 4 ? '.' : '',
    v: v(i),
  }));

const call = (externalId: string, transcript: object[]) => ({
  externalId,
  callerId: userId,
  callTime: '2026-03-01T10:00:00Z',
  direction: 'OUTBOUND',
  participants: [
    { speakerNumber: 0, email },
    { speakerNumber: 1, firstName: 'Ann', lastName: 'Customer', type: 'EXTERNAL' },
  ],
  transcript,
});

/** A call of two people who take turns, five words each. */
const callId = await client.upsertCall(
  call(
    'words',
    said(0, 400, (i) => Math.floor(i / 5) % 2),
  ),
);

async function openAsRep(): Promise<Window> {
  const window = await browser.open(service.url);
  const { cookies } = await browserOf(service, account, { id: userId, role: 'rep' });
  await window.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: service.url })));
  return window;
}

/** The texts that are painted by a name. */
const painted = (page: Page, name: string) =>
  page.evaluate(
    (key) =>
      [...((CSS.highlights.get(key) ?? []) as Iterable<AbstractRange>)].map(
        ({ startContainer, startOffset, endOffset }) => startContainer.textContent!.slice(startOffset, endOffset),
      ),
    name,
  );
const heard = async (page: Page) => (await painted(page, 'spoken')).join();
const blockTexts = (page: Page) => page.locator('.transcript section > p').allTextContents();
const storedText = async () => {
  const { transcript } = (await client.get(`/api/ev/2/transcript/${callId}`)).json();
  return (transcript as { text: string }[]).map(({ text }) => text);
};

test('words are searched, filtered and followed; a manual scroll stops that, and a button goes back', async () => {
  const { page, faults } = await openAsRep();
  await page.goto(`/calls/${callId}`);
  await page.locator('.transcript section').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('WORD12');
  await page.getByText('1 of 11').waitFor();
  expect((await painted(page, 'found')).length).toBe(11);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+Enter');
  await page.getByText('2 of 11').waitFor();
  expect(await painted(page, 'found-now')).toEqual(['word12']);
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  await page.getByText('11 of 11').waitFor();
  // Search goes away from what is heard.
  await page.getByRole('button', { name: 'Jump to what is heard' }).click();
  await page.getByRole('searchbox', { name: 'Search in this call' }).press('Escape');
  await expect.poll(() => painted(page, 'found')).toEqual([]);

  await page.locator('h1').first().click();
  for (let i = 0; i < 8; i++) await page.keyboard.press('l');
  await expect.poll(() => heard(page)).toBe('word120');
  const scrolled = () => page.evaluate(() => scrollY);
  await expect.poll(scrolled).toBeGreaterThan(500);
  await page.locator('.transcript section', { hasText: 'word120 ' }).hover();
  await page.mouse.wheel(0, -300);
  const jump = page.getByRole('button', { name: 'Jump to what is heard' });
  await jump.waitFor();
  const stayed = await scrolled();
  for (let i = 0; i < 8; i++) await page.keyboard.press('l');
  await expect.poll(() => heard(page)).toBe('word240');
  expect(await scrolled()).toBe(stayed);
  await jump.click();
  await expect.poll(scrolled).toBeGreaterThan(stayed + 300);
  expect(await jump.count()).toBe(0);

  await page.getByRole('combobox', { name: 'Whose words' }).click();
  await page.getByRole('option', { name: 'Ann Customer' }).click();
  await expect.poll(() => page.locator('.transcript section:visible').count()).toBe(40);
  expect(faults).toEqual([]);
});

test('words are edited by keyboard alone, whatever others changed elsewhere meanwhile', async () => {
  const { page, faults } = await openAsRep();
  await page.goto(`/calls/${callId}`);
  const times = page.locator('.transcript section > button');
  await times.first().waitFor();
  // All blocks together are one tab stop.
  expect(await page.locator('.transcript section > button[tabindex="0"]').count()).toBe(1);
  await page.getByRole('combobox', { name: 'Whose words' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('0:05');
  await page.keyboard.press('Enter');
  await expect.poll(() => heard(page)).toBe('word5');
  await page.keyboard.press('e');
  const field = page.getByRole('textbox', { name: 'Words' });
  await field.fill('word5 sixth word, word8 word9.');
  // Others change other words: that is in nobody's way.
  const patch = (from: number, to: number, ...words: string[]) =>
    client.send('PATCH', `/api/v1/calls/${callId}/transcript`, { from, to, words: words.map((word) => ({ word })) });
  expect((await patch(0, 1, 'Well', 'then')).status).toBe(200);
  await field.press('Control+Enter');
  await page.getByText('Saved.').waitFor();
  await expect.poll(async () => (await blockTexts(page))[1]).toBe('word5 sixth word, word8 word9.');
  expect((await blockTexts(page))[0]).toBe('Well then word1 word2 word3 word4.');
  expect((await storedText()).slice(0, 2)).toEqual([
    'Well then word1 word2 word3 word4.',
    'word5 sixth word, word8 word9.',
  ]);
  expect(faults).toEqual([]);
});

test('a speaker is named for all that they say, and API v2 has the name', async () => {
  const { page, faults } = await openAsRep();
  await page.goto(`/calls/${callId}`);
  await page.getByRole('button', { name: 'Who speaks' }).click();
  await page.getByRole('button', { name: 'Change Ann Customer' }).click();
  await page.getByRole('textbox', { name: 'First name' }).fill('Berta');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').getByText('Berta Customer').waitFor();
  await expect.poll(() => page.locator('.transcript section > span').nth(1).textContent()).toBe('Berta Customer');
  const { speakers } = (await client.get(`/api/ev/2/transcript/${callId}`)).json();
  expect(speakers).toMatchObject([{ firstName: 'Ada' }, { firstName: 'Berta', speakerType: 'EXTERNAL' }]);
  await page.getByRole('button', { name: 'Swap the two' }).click();
  await expect.poll(() => page.locator('.transcript section > span').nth(0).textContent()).toBe('Berta Customer');
  expect(faults).toEqual([]);
});

test('what is painted on words can be read in both themes, each of which has colours of its own', async () => {
  const { page } = await openAsRep();
  await page.goto(`/calls/${callId}`);
  await page.locator('.transcript section > p').first().waitFor();
  const colours = () =>
    page
      .locator('.transcript section > p')
      .first()
      .evaluate((words) =>
        ['spoken', 'found', 'found-now', 'highlight', 'marked'].map((name) => {
          const { backgroundColor, color } = getComputedStyle(words, `::highlight(${name})`);
          return [backgroundColor, color].map((each) => each.match(/[\d.]+/g)!.map(Number));
        }),
      );
  const themes: number[][][][] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    themes.push(await colours());
  }
  for (const [ground, text] of themes.flat()) expect(contrast(ground!, text!)).toBeGreaterThan(4.5);
  const [light, dark] = themes as [number[][][], number[][][]];
  for (const [i, each] of light.entries()) expect(each).not.toEqual(dark[i]);
});

/** The contrast of two colours of red, green and blue, as WCAG 2 counts it; one that shines through has none. */
function contrast(...colours: readonly number[][]): number {
  const [darker, lighter] = colours
    .map(([red, green, blue, alpha = 1]) => {
      const [r, g, b] = [red!, green!, blue!].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return alpha < 1 ? Number.NaN : 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    })
    .sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

test('selected words of two blocks are linked to', async () => {
  const { page, context, faults } = await openAsRep();
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service.url });
  await page.goto(`/calls/${callId}`);
  await page.locator('.transcript section > p').nth(21).waitFor();
  await page.evaluate(() => {
    const texts = document.querySelectorAll('.transcript section > p');
    const [from, to] = [texts[20]!.firstChild!, texts[21]!.firstChild!];
    texts[20]!.scrollIntoView({ block: 'center' });
    getSelection()!.setBaseAndExtent(from, from.textContent!.indexOf('word102') + 2, to, 7);
  });
  await page.getByRole('toolbar', { name: 'Selected words' }).getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('The link is copied.').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${service.url}/calls/${callId}?t=102`);
  expect(faults).toEqual([]);
});

test('silence is skipped while a call plays; where the sound breaks off, one goes on from there', async () => {
  const quiet = await client.upsertCall(call('quiet', [...said(0, 5, () => 0), ...said(45, 10, () => 1)]));
  const path = join(tmpdir(), `debrief-words-${process.pid}.m4a`);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=duration=60', '-c:a', 'aac', path]);
  await giveSound(service, account, quiet, readFileSync(path));
  rmSync(path);
  const { page, faults } = await openAsRep();
  await page.route('**/audio', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
  await page.goto(`/calls/${quiet}?t=11`);
  await page.getByText('The browser could not play on.').waitFor();
  await page.unroute('**/audio');
  await page.getByRole('button', { name: 'Go on from here' }).click();
  await page.getByRole('button', { name: 'Skip silence' }).click();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect.poll(() => heard(page), { timeout: 15_000 }).toMatch(/word4[5-9]/);
  await page.keyboard.press('k');
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Skip silence', pressed: true }).waitFor();
  expect(faults).toEqual([]);
});

test('a call without words shows them when they come', async () => {
  const { externalId, transcript, ...rest } = call(
    'later',
    said(0, 5, () => 0),
  );
  const { id } = (await client.send('POST', '/api/v1/calls', { ...rest, externalId })).json();
  const { page, faults } = await openAsRep();
  await page.goto(`/calls/${id}`);
  await page.getByRole('heading', { name: 'No words yet' }).waitFor();
  await client.send('PATCH', `/api/v1/calls/${id}`, { transcript });
  await page.locator('.transcript section', { hasText: 'word0 word1' }).waitFor();
  expect(faults).toEqual([]);
});
