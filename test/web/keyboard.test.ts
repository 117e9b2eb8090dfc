import type { Locator, Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { addPerson, PASSWORD } from '../support/browser.js';
import { startService } from '../support/service.js';
import { toneWav } from '../support/wav.js';
import { browserSuite } from './browser-suite.js';
import { makeDemo, openAs } from './demo-suite.js';

// Every flow once by keyboard alone, over the demo company: nothing here clicks, or gives something the focus.

const service = await startService();
const demo = await makeDemo(service);
const { account, client, people, calls } = demo;
const browser = browserSuite();
afterAll(() => service.close());

const SINCE = 'since=2020-01-01';
const feed = async (name: string) => (await client.get(`/api/ev/2/${name}?${SINCE}`)).json();
const hasFocus = (target: Locator) => target.evaluate((element) => element.contains(document.activeElement));

/** The most stops between two things that somebody would put up with. */
const MOST_STOPS = 60;

/** Presses Tab until this has the focus, or something in it. */
async function tabTo(page: Page, target: Locator, { back = false } = {}): Promise<void> {
  await target.waitFor();
  for (let stops = 0; !(await hasFocus(target)); stops++) {
    if (stops === MOST_STOPS) throw new Error(`${target} is not reached in ${MOST_STOPS} stops`);
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
  }
}

async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true });
const openHeard = async (who: 'rep' | 'manager' | 'admin', search = '') => {
  const window = await openAs(demo, browser.open, who);
  await window.page.goto(`/calls/${calls.heard}${search}`);
  await window.page.locator('.transcript section').first().waitFor();
  return window;
};

test('log in, and out', async () => {
  const email = 'keys@quayline.example';
  await addPerson(service, account, email);
  const { page, faults } = await browser.open(service.url);
  await page.goto('/inbox');
  await tabTo(page, page.getByLabel('E-mail address'));
  await page.keyboard.type(email);
  await tabTo(page, page.getByRole('textbox', { name: 'Password' }));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Nothing waits for you' }).waitFor();
  await press(page, page.getByRole('banner').getByRole('button').last());
  await page.getByRole('menuitem', { name: 'Log out' }).waitFor();
  for (let i = 0; i < 5 && !(await hasFocus(page.getByRole('menuitem', { name: 'Log out' }))); i++) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Log in to Debrief' }).waitFor();
  expect(faults).toEqual([]);
});

test('calls are searched, filtered, gone through, selected and opened', async () => {
  const { page, faults } = await openAs(demo, browser.open, 'admin');
  await page.goto('/calls');
  await page.getByRole('row').nth(2).waitFor();
  await press(page, button(page, 'Filters'));
  const drawer = page.getByRole('dialog', { name: 'Filters' });
  await press(page, drawer.getByRole('combobox', { name: 'Direction' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('direction')).toMatch(/BOUND|SCREENSHARE/);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
  await press(page, button(page, 'Clear all'));
  await expect.poll(() => new URL(page.url()).search).toBe('');
  await page.keyboard.press('/');
  await page.keyboard.type('price');
  await page.keyboard.press('Enter');
  await page
    .getByRole('link', { name: /^\d+:\d\d$/ })
    .first()
    .waitFor();
  await tabTo(page, page.getByRole('row').nth(1));
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('1 call selected').waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/calls\/[^/?]+$/);
  expect(faults).toEqual([]);
});

test('a call is heard, commented on and highlighted', async () => {
  const { page, faults } = await openHeard('manager', '?t=20');
  await button(page, 'Play').waitFor();
  await page.keyboard.press('Space');
  await button(page, 'Pause').waitFor();
  await page.keyboard.press('k');
  await page.keyboard.press('l');
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  const field = page.getByRole('textbox', { name: 'Comment at this moment' });
  await expect.poll(() => hasFocus(field)).toBe(true);
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Control+Enter');
  await expect
    .poll(async () => (await feed('feedback')).map(({ text }: { text: string }) => text))
    .toContain('<p>By keyboard</p>');
  // The blocks are one stop, and the arrows go from one to the next.
  await tabTo(page, page.locator('.transcript-blocks'), { back: true });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('h');
  await press(page, button(page, 'Highlight'));
  const highlights = async () => (await feed('feedback')).filter((each: { isHighlight: boolean }) => each.isHighlight);
  const made = { callId: calls.heard, feedbackBy: people.manager.id };
  await expect.poll(highlights).toContainEqual(expect.objectContaining(made));
  expect(faults).toEqual([]);
});

test('words become a clip, which is found in the library and shared', async () => {
  const { page, faults } = await openHeard('manager', '?t=60');
  await page.keyboard.press('x');
  const dialog = page.getByRole('dialog', { name: 'Make a clip' });
  await tabTo(page, dialog.getByLabel('Title'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Made by keys');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await press(page, page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Library' }));
  await tabTo(page, page.getByRole('tab', { name: 'Playlists' }));
  await page.keyboard.press('ArrowRight');
  await press(page, page.getByRole('link', { name: 'Made by keys' }));
  await page.getByRole('heading', { name: 'Made by keys' }).waitFor();
  await press(page, button(page, 'Share'));
  const share = page.getByRole('dialog', { name: 'Share this clip' });
  await tabTo(page, share.getByLabel('Others, by e-mail address'));
  await page.keyboard.type('keys@example.org');
  await press(page, button(share, 'Share'));
  await share.getByRole('textbox', { name: 'keys@example.org' }).waitFor();
  const { items } = (await client.get('/api/v1/clip-shares?limit=100')).json();
  expect(items.at(-1)).toMatchObject({ recipientEmails: ['keys@example.org'], sharedBy: people.manager.id });
  await press(page, button(page, 'Done'));
  expect(faults).toEqual([]);
});

test('a call is scored', async () => {
  const { page, faults } = await openHeard('admin', '?panel=scorecard');
  const questions = page.getByRole('radiogroup');
  await questions.first().waitFor();
  for (let i = 0; i < (await questions.count()); i++) {
    await tabTo(page, questions.nth(i));
    await page.keyboard.press('Space');
  }
  await page.getByText('✓ Saved').waitFor();
  await press(page, button(page, 'Submit'));
  const own = async () =>
    (await feed('scores')).filter((each: { reviewer: string }) => each.reviewer === people.admin.email);
  await expect.poll(async () => (await own()).length).toBe(await questionsOf());
  expect(faults).toEqual([]);

  async function questionsOf(): Promise<number> {
    const { items } = (await client.get(`/api/v1/results?callId=${calls.heard}`)).json();
    return items.find((each: { reviewerId: string }) => each.reviewerId === people.admin.id).answers.length;
  }
});

test('a result is gone to from the inbox, and acknowledged', async () => {
  const { page, faults } = await openAs(demo, browser.open, 'rep');
  await page.goto('/inbox');
  await press(page, page.getByRole('link', { name: /scored your call$/ }).last());
  await page.waitForURL(/panel=scorecard/);
  await press(page, button(page, 'Acknowledge').first());
  await page.getByText('✓ Acknowledged').first().waitFor();
  const { items } = (await client.get(`/api/v1/results?callId=${calls.heard}`)).json();
  expect(items.map(({ state }: { state: string }) => state)).toContain('ACKNOWLEDGED');
  expect(faults).toEqual([]);
});

test('a call is shared with an outsider, and the share is revoked', async () => {
  const { page, faults } = await openHeard('manager');
  await press(page, button(page, 'Share'));
  const dialog = page.getByRole('dialog', { name: 'Share this call' });
  await tabTo(page, dialog.getByRole('textbox', { name: /Others/ }));
  await page.keyboard.type('keys@example.net');
  await press(page, button(dialog, 'Share'));
  await dialog.getByRole('textbox', { name: 'keys@example.net' }).waitFor();
  const emails = async () =>
    (await feed('shares')).flatMap((each: { recipientEmails: string[] }) => each.recipientEmails);
  await expect.poll(emails).toContain('keys@example.net');
  await press(page, button(dialog, 'Done'));
  await press(page, button(page, 'Share'));
  await press(page, button(dialog, 'Revoke').first());
  await press(page, button(page.getByRole('dialog', { name: 'Revoke this share?' }), 'Revoke it'));
  await dialog.getByText(/^Revoked/).waitFor();
  expect(faults).toEqual([]);
});

test('a playlist is made, played and left', async () => {
  const { page, faults } = await openAs(demo, browser.open, 'rep');
  await page.goto('/library');
  await press(page, page.getByRole('link', { name: 'How to open a call' }));
  await page.getByRole('heading', { name: 'A good answer' }).waitFor();
  await press(page, button(page, 'Next'));
  await page.getByText('2 of 2').waitFor();
  await press(page, page.getByRole('main').getByRole('link', { name: 'Library' }));
  await press(page, button(page, 'New playlist'));
  await tabTo(page, page.getByRole('dialog').getByLabel('Title'));
  await page.keyboard.type('My own');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing in it yet').waitFor();
  expect(faults).toEqual([]);
});

test('a recording is sent', async () => {
  const { page, faults } = await openAs(demo, browser.open, 'rep');
  await page.goto('/calls');
  await press(page, page.getByRole('link', { name: 'Upload' }).first());
  const choosing = page.waitForEvent('filechooser');
  await press(page, button(page, 'Choose files'));
  const sound = toneWav([{ channel: 0, start: 0.5, end: 1.1, pitch: 440 }], { seconds: 3, channels: 1 });
  const file = { name: '2026-03-01 10-15 outbound.wav', mimeType: 'audio/wav', buffer: Buffer.from(sound) };
  await (await choosing).setFiles(file);
  await press(page, button(page, 'Send 1 file'));
  await page.getByText('1 of 1 sent').waitFor();
  expect(faults).toEqual([]);
});

test('colours are chosen, and words are edited', async () => {
  const { page, faults } = await openAs(demo, browser.open, 'manager');
  await page.goto('/profile');
  await tabTo(page, page.getByRole('radiogroup', { name: 'Colours' }));
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(36, 36, 36)');
  await page.goto(`/calls/${calls.heard}?t=60`);
  await page.locator('.transcript section').first().waitFor();
  await page.keyboard.press('e');
  const words = page.getByRole('textbox', { name: 'Words' });
  await expect.poll(() => hasFocus(words)).toBe(true);
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' indeed');
  await page.keyboard.press('Control+Enter');
  const spoken = async () => (await client.get(`/api/v1/calls/${calls.heard}`)).json().transcript;
  await expect.poll(spoken).toContainEqual(expect.objectContaining({ word: 'indeed' }));
  expect(faults).toEqual([]);
});
