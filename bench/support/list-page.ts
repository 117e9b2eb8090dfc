import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page, Response, Route } from 'playwright-core';
import { LIBRARY } from './library.js';

// How soon the list of calls shows something, for each filter and order.

/** The filters and orders, as the address has them. `topics` are the numbers of the library's topics. */
export function filtersOf(topics: readonly number[]): ReadonlyMap<string, string> {
  const { repId, teamId, company, stage, rareWord, commonWord, absentWord, absentPhrase } = LIBRARY;
  const sorts = [
    'date',
    '-duration',
    'duration',
    '-talkRatio',
    'talkRatio',
    '-score',
    'score',
    '-comments',
    'comments',
  ];
  const filters: Record<string, Record<string, string>> = {
    'a person': { callerId: repId },
    'two people': { callerId: `${repId},rep-8` },
    'a team': { teamId },
    'a team, those below': { teamId, teams_below: 'true' },
    inbound: { direction: 'INBOUND' },
    'screen shares': { direction: 'SCREENSHARE' },
    ready: { state: 'COMPLETE' },
    failed: { state: 'ERROR' },
    'a topic of many': { topicId: String(topics[0]) },
    'a topic of few': { topicId: String(topics[1]) },
    'talk ratio 40 to 50 %': { minTalkRatio: '0.4', maxTalkRatio: '0.5' },
    'talk ratio from 99.9 %': { minTalkRatio: '0.999' },
    'score from 90': { minScore: '90' },
    'score 100': { minScore: '100' },
    'from 50 minutes': { minDuration: '3000' },
    'up to 30 seconds': { maxDuration: '30' },
    comments: { hasComments: 'true' },
    'no comments': { hasComments: 'false' },
    'metadata of many': { 'metadata.stage': stage },
    'metadata of few': { 'metadata.company': company },
    'a month': { from: '2025-01-01', to: '2025-01-31' },
    'a rare word': { q: rareWord },
    'a common word': { q: commonWord },
    'an absent word': { q: absentWord },
    'an absent phrase': { q: absentPhrase },
    'a common word, a person': { q: commonWord, callerId: repId },
    'an absent phrase, comments': { q: absentPhrase, hasComments: 'true' },
    'a common word, longest': { q: commonWord, sort: '-duration' },
    'a common word, oldest': { q: commonWord, sort: 'date' },
    ...Object.fromEntries(sorts.map((sort) => [`by ${sort}`, { sort }])),
    'a person, by -score': { callerId: repId, sort: '-score' },
    'inbound, by -talkRatio': { direction: 'INBOUND', sort: '-talkRatio' },
  };
  return new Map(Object.entries(filters).map(([name, filter]) => [name, `?${new URLSearchParams(filter)}`]));
}

/** When something was on the screen, in milliseconds since the navigation began. */
interface Seen {
  rows?: number;
  /** That the search goes on. */
  goesOn?: number;
  /** That nothing was found. */
  nothing?: number;
}

declare global {
  interface Window {
    benchListSeen: Seen;
  }
}

/** Runs in the page before its own scripts. */
function watchList(): void {
  const seen: Seen = {};
  window.benchListSeen = seen;
  const noteAfterFrame = (name: keyof Seen) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      seen[name] ??= performance.now();
    };
    port2.postMessage(null);
  };
  const has = (selector: string, text: RegExp) =>
    [...document.querySelectorAll(selector)].some((element) => text.test(element.textContent));
  const look = () => {
    if (seen.rows === undefined && document.querySelector('[data-call]') !== null) noteAfterFrame('rows');
    if (seen.goesOn === undefined && has('[role=status]', /going on…/)) noteAfterFrame('goesOn');
    if (seen.nothing === undefined && has('h2', /^(Nothing found|There are no calls yet)$/)) noteAfterFrame('nothing');
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** A page that lists are opened in, one after the other: its browser has the app's files. */
export async function openListPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(watchList);
  return page;
}

interface Answer {
  readonly items: readonly unknown[];
  readonly next: string | null;
}

/** An answer that the page was left before: nobody knows whether it was the last. */
const UNREAD: Answer = { items: [], next: '' };
/** How long a search may go on before the next list is opened. */
const MOST_MS = 5000;

/**
 * How long it takes from the navigation until the list shows calls, or that it goes on, or that there are none. Throws
 * if it says that there are none, and there may be.
 */
export async function timeOfList(page: Page, query: string): Promise<number> {
  const answers: Promise<Answer>[] = [];
  let counted = false;
  const take = (response: Response) => {
    const { pathname } = new URL(response.url());
    if (pathname === '/api/v1/calls') answers.push(response.json().catch(() => UNREAD));
    if (pathname === '/api/v1/call_count') counted = true;
  };
  page.on('response', take);
  try {
    await page.goto(`/calls${query}`, { waitUntil: 'commit' });
    await page.waitForFunction(() => Object.keys(window.benchListSeen).length > 0, null, { polling: 20 });
    const begun = performance.now();
    const isOver = async () => {
      const last = await answers.at(-1);
      const { rows } = await page.evaluate(() => window.benchListSeen);
      return counted && (rows !== undefined || last?.next === null);
    };
    while (!(await isOver()) && performance.now() - begun < MOST_MS) await sleep(50);
    const seen = await page.evaluate(() => window.benchListSeen);
    if (seen.nothing !== undefined) await requireNothing(page, query, seen, await Promise.all(answers));
    return Math.min(...(Object.values(seen) as number[]));
  } finally {
    page.off('response', take);
    // What the page still asks for would slow the next list down.
    await page.goto('about:blank');
  }
}

/** The same for a list whose first page is empty, though there are more: what a search of few calls may come to. */
export async function timeOfEmptyPage(page: Page, query: string): Promise<number> {
  const isList = ({ pathname }: URL) => pathname === '/api/v1/calls';
  const empty = async (route: Route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as Answer;
    if (answer.next === null) throw new Error(`${query} has one page.`);
    // The whole answer has been waited for: only its calls are left out.
    await route.fulfill({ response, json: { ...answer, items: [] } });
  };
  await page.route(isList, empty, { times: 1 });
  return timeOfList(page, query);
}

async function requireNothing(page: Page, query: string, seen: Seen, answers: readonly Answer[]): Promise<void> {
  const lastEnd = await page.evaluate(() =>
    Math.max(
      ...performance
        .getEntriesByType('resource')
        .filter(({ name }) => new URL(name).pathname === '/api/v1/calls')
        .map((entry) => (entry as PerformanceResourceTiming).responseEnd),
    ),
  );
  const isOver = answers.every(({ items }) => items.length === 0) && answers.at(-1)?.next === null;
  if (isOver && seen.nothing! >= lastEnd) return;
  throw new Error(`${query} said that nothing was found, with ${answers.length} answers: ${JSON.stringify(seen)}`);
}
