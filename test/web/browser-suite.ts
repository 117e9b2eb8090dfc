import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from '../support/chromium.js';

/** A person's window, and what went wrong in it. */
export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page's policy refused, what was thrown in it, and requests to other servers. */
  readonly faults: string[];
}

/** A Chromium for a suite. Each window is somebody else's: it has cookies of its own. */
export function browserSuite(): { open(url: string, options?: { dark?: boolean }): Promise<Window> } {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());
  return {
    async open(url, { dark = false } = {}) {
      const context = await browser.newContext({ baseURL: url, colorScheme: dark ? 'dark' : 'light' });
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
