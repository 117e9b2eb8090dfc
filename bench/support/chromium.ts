import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { ensureChromium } from '../../scripts/ensure-chromium.js';

/** Starts Chromium, without a window and without a graphics card. It may play sound by itself. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: ensureChromium(),
    // The bench stops what it started at Ctrl-C.
    handleSIGINT: false,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
    ],
  });
}

/** A server, and who somebody is there. */
export interface LogIn {
  readonly url: string;
  /** Null where nobody has to log in. */
  readonly sessionToken: string | null;
}

/** A browser of its own, with nothing in its cache, in which somebody has logged in. */
export async function openContext(browser: Browser, { url, sessionToken }: LogIn): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 720 } });
  if (sessionToken !== null) await context.addCookies([{ name: 'debrief_session', value: sessionToken, url }]);
  return context;
}

/** An event of Chromium's trace; times are microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** For how long the thread was on a core. */
  readonly tdur?: number;
  readonly args: { readonly data?: { readonly startTime?: number } };
}

/** A task of a page's main thread: script, style, layout and painting. In milliseconds, by the page's clock. */
export interface Task {
  readonly start: number;
  readonly ms: number;
  readonly cpuMs: number;
}

const CLOCK = 'bench clock';

/**
 * The tasks of a page's main thread while something runs, which may be going to another address. Loading and drawing go
 * on in other threads, and are not among them.
 */
export async function traceTasks(browser: Browser, page: Page, run: () => Promise<void>): Promise<readonly Task[]> {
  await browser.startTracing(page, { categories: ['blink.user_timing', 'disabled-by-default-devtools.timeline'] });
  let trace: Buffer;
  try {
    await run();
    // Names the page's thread in the trace, and tells its clock.
    await page.evaluate((name) => performance.mark(name), CLOCK);
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const clock = traceEvents.find(({ name }) => name === CLOCK)!;
  const timeOf = (ts: number) => clock.args.data!.startTime! + (ts - clock.ts) / 1000;
  return traceEvents
    .filter(
      ({ name, pid, tid, dur }) => name === 'RunTask' && dur !== undefined && pid === clock.pid && tid === clock.tid,
    )
    .map(({ ts, dur, tdur }) => ({ start: timeOf(ts), ms: dur! / 1000, cpuMs: (tdur ?? 0) / 1000 }));
}

/** The CPU time of tasks between two times; of one that goes beyond them, its part. */
export function cpuBetween(tasks: readonly Task[], from: number, to: number): number {
  const partOf = ({ start, ms }: Task) => Math.max(0, Math.min(start + ms, to) - Math.max(start, from)) / ms;
  return tasks.reduce((sum, task) => sum + (task.ms > 0 ? task.cpuMs * partOf(task) : 0), 0);
}

/** How long a page's scripts have run so far, in milliseconds of the time domain that was chosen. */
export async function scriptMs(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ScriptDuration')!.value * 1000;
}
