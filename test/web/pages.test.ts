import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { startService } from '../support/service.js';
import { browserSuite, expectAccessible } from './browser-suite.js';
import { makeDemo } from './demo-suite.js';
import { PAGE_STATES } from './pages/index.js';
import { openState, type PageState } from './pages/state.js';

/** In `npm run test:web`, all states are looked at in both themes by axe at each width. Else some are, in one of the themes. */
const isWhole = process.env.DEBRIEF_WEB === 'whole';
const states = PAGE_STATES.filter(({ isBrief }) => isWhole || isBrief);

const service = await startService();
const demo = await makeDemo(service);
const browser = browserSuite();
afterAll(() => service.close());

/** A phone; a window of 1280 pixels at a zoom of 200 %; a window. */
const WIDTHS = [390, 640, 1280];

/** The ground and the text of a page in each theme. */
const COLOURS = {
  light: ['rgb(255, 255, 255)', 'rgb(0, 0, 0)'],
  dark: ['rgb(36, 36, 36)', 'rgb(201, 201, 201)'],
};

const colours = (page: Page) =>
  page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.body);
    return [backgroundColor, color];
  });

/** What reaches beyond the right edge of the window. */
const tooWide = (page: Page) =>
  page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.querySelectorAll('body *')].filter(
      (each) => each.getBoundingClientRect().right > innerWidth,
    );
    return wide.slice(0, 5).map((each) => (each.cloneNode() as Element).outerHTML);
  });

/** What moves although motion is to be reduced. */
const moving = (page: Page) =>
  page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ playState, effect }) => playState === 'running' && Number(effect!.getComputedTiming().duration) > 10)
      .map(({ effect }) => ((effect as KeyframeEffect).target!.cloneNode() as Element).outerHTML),
  );

/** What the Tab key reaches first. */
async function firstReached(page: Page): Promise<string> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Tab');
  return page.evaluate(() => document.activeElement!.textContent ?? '');
}

async function look(state: PageState, dark: boolean): Promise<void> {
  const { page, context, faults } = await openState(demo, browser.open, state, { dark, reducedMotion: true });
  expect(await page.title(), 'its title').toMatch(/\S · Debrief$/);
  if (!state.isWaiting) expect(await page.getByRole('heading').count(), 'its headings').toBeGreaterThan(0);
  expect(await colours(page)).toEqual(COLOURS[dark ? 'dark' : 'light']);
  expect(await moving(page), 'moving although motion is reduced').toEqual([]);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    // The page is laid out anew in the next frame.
    await expect.poll(() => tooWide(page), { message: `at a width of ${width}` }).toEqual([]);
    if (isWhole || width === 1280) await expectAccessible(page);
  }
  // What is open over a page keeps the focus.
  const isOpen = (await page.locator('[role=dialog]:visible, [role=menu]:visible').count()) > 0;
  if (state.who !== 'nobody' && !isOpen) expect(await firstReached(page)).toBe('Skip to content');
  expect(faults).toEqual([]);
  await context.close();
}

for (const [number, state] of states.entries()) {
  for (const dark of isWhole ? [false, true] : [number % 2 === 1]) {
    test(`${state.name} is for everyone${dark ? ', dark' : ''}`, () => look(state, dark));
  }
}
