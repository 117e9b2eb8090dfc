import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Figures } from './bench.js';
import { cpuBetween, type LogIn, openContext, scriptMs, type Task, traceTasks } from './chromium.js';
import { FAR_WORD, WORD_SECONDS } from './long-call.js';

// What is measured of a call's page. All but what is asked of our own page alone works for `baseline/spans-page.ts`, too.

/** A page of a call, to be opened by somebody. */
export interface CallPage {
  readonly browser: Browser;
  readonly logIn: LogIn;
  readonly path: string;
  /** The request that has the words, by the end of its path. */
  readonly wordsPath: string;
}

/** When something was on the screen, in milliseconds since the navigation began. */
interface Seen {
  words?: number;
  ready?: number;
}

declare global {
  interface Window {
    benchSeen: Seen;
    benchLongestFrame: number;
  }
}

/** Runs in the page before its own scripts, and notes when words can be read, and when the sound can be played, too. */
function watchCall(): void {
  const seen: Seen = {};
  window.benchSeen = seen;
  // What is there when a frame begins is drawn in it: the task after it is the first that comes later.
  const noteAfterFrame = (name: keyof Seen) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      seen[name] ??= performance.now();
    };
    port2.postMessage(null);
  };
  const look = () => {
    const hasWords = document.querySelector('.transcript section p')?.hasChildNodes();
    if (hasWords && seen.words === undefined) noteAfterFrame('words');
    const audio = document.querySelector('audio');
    const isPlayable = audio !== null && audio.readyState >= HTMLMediaElement.HAVE_METADATA;
    const button = document.querySelector('button[aria-label=Play]:enabled');
    if (hasWords && isPlayable && button !== null) noteAfterFrame('ready');
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Opens the page in a browser with an empty cache, and closes it after `run`. */
async function inPage<T>({ browser, logIn }: CallPage, run: (page: Page) => Promise<T>): Promise<T> {
  const context = await openContext(browser, logIn);
  try {
    const page = await context.newPage();
    await page.addInitScript(watchCall);
    // As fast as our own player goes.
    await page.addInitScript(() => localStorage.setItem('debrief-speed', '3'));
    return await run(page);
  } finally {
    await context.close();
  }
}

async function openReady(page: Page, path: string): Promise<Required<Seen>> {
  await page.goto(path, { waitUntil: 'commit' });
  await page.waitForFunction(() => window.benchSeen.ready !== undefined, null, { polling: 50 });
  return (await page.evaluate(() => window.benchSeen)) as Required<Seen>;
}

/** From the navigation until words can be read, and until the sound can be played as well. */
export function measureOpening(call: CallPage): Promise<Figures> {
  return inPage(call, async (page) => {
    const { words, ready } = await openReady(page, call.path);
    return { ms: ready, 'words ms': words };
  });
}

/** The longest of tasks, and of the times between frames. */
async function longest(page: Page, tasks: readonly Task[]): Promise<Figures> {
  const task = tasks.reduce((longest, task) => (task.ms > longest.ms ? task : longest));
  return {
    'frame ms': await page.evaluate(() => window.benchLongestFrame),
    'task ms': task.ms,
    'its CPU ms': task.cpuMs,
  };
}

/** Measures the time from frame to frame from now on. */
function watchFrames(): void {
  window.benchLongestFrame = 0;
  let last = performance.now();
  const look = (now: number) => {
    window.benchLongestFrame = Math.max(window.benchLongestFrame, now - last);
    last = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Tasks and frames from when the page is ready: while the rest of it is made, and while it is heard. */
export function measureHearing(call: CallPage, seconds: number): Promise<Figures> {
  return inPage(call, async (page) => {
    let ready = 0;
    const tasks = await traceTasks(call.browser, page, async () => {
      ready = (await openReady(page, call.path)).ready;
      await page.evaluate(watchFrames);
      await sleep(1000);
      await play(page);
      await sleep(seconds * 1000);
    });
    await requireMarked(page);
    return longest(
      page,
      tasks.filter(({ start }) => start >= ready),
    );
  });
}

const heardSeconds = (page: Page) => page.evaluate(() => document.querySelector('audio')!.currentTime);

async function play(page: Page): Promise<void> {
  const begun = await heardSeconds(page);
  // Not by Playwright's locators: they look at each of a thousand buttons in a task that the page would be blamed for.
  await page.evaluate(() => {
    document.querySelector<HTMLElement>('button[aria-label=Play]')!.click();
    document.querySelector('audio')!.playbackRate = 3;
  });
  await page.waitForFunction((begun) => document.querySelector('audio')!.currentTime > begun + 1, begun, {
    polling: 50,
  });
}

/** Throws unless the word that is heard is marked, by our highlight or by the other page's class. */
async function requireMarked(page: Page): Promise<void> {
  const [word, next] = await page.evaluate(async () => {
    const marked = () => {
      const [range] = CSS.highlights.get('spoken') ?? [];
      return range instanceof Range ? range.toString() : (document.querySelector('.heard')?.textContent ?? '');
    };
    const word = marked();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return [word, marked()] as const;
  });
  if (word === '' || word === next) throw new Error(`"${word}" is marked, and "${next}" a second later.`);
}

/** How far the wheel goes at once, in pixels, and how often, in milliseconds. */
const WHEEL = 1200;
const WHEEL_MS = 16;

/** Tasks and frames while somebody scrolls from the top to the bottom. */
export function measureScrolling(call: CallPage): Promise<Figures> {
  return inPage(call, async (page) => {
    await openReady(page, call.path);
    await allBlocks(page);
    await page.mouse.move(400, 600);
    const tasks = await traceTasks(call.browser, page, async () => {
      await page.evaluate(watchFrames);
      const isAtEnd = () => page.evaluate(() => scrollY + innerHeight >= document.documentElement.scrollHeight - 2);
      while (!(await isAtEnd())) {
        for (let i = 0; i < 20; i++) {
          await page.mouse.wheel(0, WHEEL);
          await sleep(WHEEL_MS);
        }
      }
    });
    return longest(page, tasks);
  });
}

/** Waits until all of the transcript has been made: its last block does not move away any more. */
async function allBlocks(page: Page): Promise<void> {
  const count = () => page.evaluate(() => document.querySelectorAll('.transcript section').length);
  for (let before = -1, now = await count(); before !== now; now = await count()) {
    before = now;
    await sleep(500);
  }
}

/** Looks for a word far below, as the browser's own search does. */
export function measureFinding(call: CallPage): Promise<Figures> {
  return inPage(call, async (page) => {
    await openReady(page, call.path);
    await allBlocks(page);
    const found = await page.evaluate(async (word) => {
      const begun = performance.now();
      // Not in TypeScript's list: no standard has it.
      const isFound = (window as unknown as { find(text: string): boolean }).find(word);
      await new Promise(requestAnimationFrame);
      const ms = performance.now() - begun;
      await new Promise((resolve) => setTimeout(resolve, 500));
      const selection = getSelection()!;
      const { top, bottom, left } = selection.getRangeAt(0).getBoundingClientRect();
      const above = document.elementFromPoint(left + 2, (top + bottom) / 2);
      return { isFound, ms, text: selection.toString(), top, isSeen: above?.closest('.transcript section p') != null };
    }, FAR_WORD);
    if (!found.isFound || found.text !== FAR_WORD || !found.isSeen) {
      throw new Error(`The search for ${FAR_WORD} ends with ${JSON.stringify(found)}.`);
    }
    return { ms: found.ms };
  });
}

/**
 * The page's CPU time from when the words have arrived until the first can be read; and how long its scripts run for each
 * word while it is heard.
 */
export function measureWords(call: CallPage, seconds: number): Promise<Figures> {
  return inPage(call, async (page) => {
    let seen: Required<Seen> = { words: 0, ready: 0 };
    const tasks = await traceTasks(call.browser, page, async () => {
      seen = await openReady(page, call.path);
    });
    const arrived = await page.evaluate(
      (path) =>
        performance
          .getEntriesByType('resource')
          .filter(({ name }) => new URL(name).pathname === path)
          .map((entry) => (entry as PerformanceResourceTiming).responseEnd)
          .at(-1)!,
      call.wordsPath,
    );
    await allBlocks(page);
    await play(page);
    const devtools = await page.context().newCDPSession(page);
    // By the thread's time on a core: other programs do not count.
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const [scriptBefore, heardBefore] = [await scriptMs(devtools), await heardSeconds(page)];
    await sleep(seconds * 1000);
    const [script, heard] = [(await scriptMs(devtools)) - scriptBefore, (await heardSeconds(page)) - heardBefore];
    await requireMarked(page);
    return {
      'CPU ms': cpuBetween(tasks, arrived, seen.words),
      'script ms': script / (heard / WORD_SECONDS),
    };
  });
}
