import type { Page } from 'playwright-core';
import type { OpenWindow, Window } from '../browser-suite.js';
import { type Demo, openAs } from '../demo-suite.js';

/** A page of the app in one of its states. */
export interface PageState {
  /** Of letters, digits and hyphens: screenshots have it in their names. */
  readonly name: string;
  readonly who: keyof Demo['people'] | 'nobody';
  readonly path: (demo: Demo) => string;
  /** A text that is seen once the state is there. */
  readonly shows: string | RegExp;
  /** What is in the way before the page is opened. */
  readonly before?: (page: Page) => Promise<unknown>;
  /** What is done after the page was opened, before `shows` is there. */
  readonly act?: (page: Page, demo: Demo) => Promise<unknown>;
  /** Where it waits for an answer that does not come: there is no heading yet. */
  readonly isWaiting?: true;
  /** One of the few that are looked at each time; the others are when all are. */
  readonly isBrief?: true;
}

/** Requests for these paths are never answered. */
export const unanswered = (path: string) => (page: Page) => page.route(path, () => {});

/** They are answered that the server is at fault. */
export const broken = (path: string) => (page: Page) =>
  page.route(path, (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      json: { type: 'about:blank', title: 'Internal Server Error', status: 500, detail: 'Something went wrong here.' },
    }),
  );

/** They do not get through. */
export const cutOff = (path: string) => (page: Page) =>
  page.route(path, (route) => route.abort('internetdisconnected'));

/** Opens a page and brings it into a state. */
export async function openState(
  demo: Demo,
  open: OpenWindow,
  { who, path, shows, before, act }: PageState,
  options: Parameters<OpenWindow>[1],
): Promise<Window> {
  const window = await openAs(demo, open, who, options);
  const { page } = window;
  await before?.(page);
  await page.goto(path(demo));
  await act?.(page, demo);
  await page.getByText(shows).first().waitFor();
  return window;
}
