import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launchChromium } from '../support/chromium.js';

/** A person's window, and what went wrong in it. */
export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page's policy refused, what was thrown in it, and requests to other servers. */
  readonly faults: string[];
}

interface WindowOptions {
  readonly dark?: boolean;
  /** In CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
}

export type OpenWindow = (url: string, options?: WindowOptions) => Promise<Window>;

/** A Chromium for a suite. Each window is somebody else's: it has cookies of its own. */
export function browserSuite(): { readonly open: OpenWindow } {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());
  return {
    async open(url, { dark = false, width = 1280, height = 720, reducedMotion = false } = {}) {
      const context = await browser.newContext({
        baseURL: url,
        colorScheme: dark ? 'dark' : 'light',
        viewport: { width, height },
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (/Content.Security.Policy/i.test(message.text())) faults.push(message.text());
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:')) faults.push(request.url());
      });
      return { page, context, faults };
    },
  };
}

/** WCAG 2.2, levels A and AA, by the tags of axe's rules. */
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** How many elements are named of each rule. */
const NAMED = 3;

/** Fails with what axe finds wrong in a page as it stands: each rule, some elements, and what would mend them. */
export async function expectAccessible(page: Page): Promise<void> {
  // The app has no frames. Looking for them would open another window each time.
  const { violations } = await new AxeBuilder({ page }).withTags(LEVELS).setLegacyMode(true).analyze();
  const found = violations.map(({ id, help, nodes }) => {
    const named = nodes.slice(0, NAMED).map(({ html, failureSummary }) => `${html}\n${failureSummary}`);
    const more = nodes.length - named.length;
    return [`${id}: ${help}`, ...named, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  });
  expect(found.join('\n\n'), `what axe finds at ${page.url()}`).toBe('');
}
