import { Worker } from 'node:worker_threads';
import { AppError } from '../errors.js';
import type { Rendering } from './engine.js';

/** What a thread is asked: to render each template for one call, or to check a template's syntax. */
export interface ThreadRequest {
  readonly sources: readonly string[];
  /** JSON text of the variables; null to check the syntax only. */
  readonly variablesJson: string | null;
  readonly timeZone: string;
  /** Where the thread notes which of `sources` it is rendering, in case it has to be terminated. */
  readonly at: Int32Array;
}

/** A rendering and its duration in milliseconds. */
export interface TimedRendering {
  readonly rendering: Rendering;
  readonly ms: number;
}

/** What a thread says: that it has started, or its renderings in the order of `sources`. */
export type ThreadMessage = { readonly ready: true } | { readonly renderings: readonly TimedRendering[] };

interface RenderRequest {
  readonly sources: readonly string[];
  /** JSON text of an object: the variables of the templates. */
  readonly variablesJson: string;
  /** The zone in which the `date` filter writes instants. */
  readonly timeZone: string;
}

/** Renders templates in threads of its own, never on the event loop that serves requests. */
export interface TemplateRenderer {
  /** Renders each source, in order. A template that fails affects only its own rendering. */
  render(request: RenderRequest): Promise<TimedRendering[]>;
  /** What is wrong with a template's syntax, in Liquid's words; null if nothing is. */
  problemOf(source: string): Promise<string | null>;
  /** Ends the threads. Work under way is refused with `unavailable`. */
  close(): Promise<void>;
}

/** Settings of a renderer. */
export interface RendererOptions {
  readonly threads: number;
  /**
   * A template that takes longer than this, in milliseconds, is terminated with its thread, after twice as long at
   * most.
   */
  readonly hardMs?: number;
}

/** Liquid checks the time only between tags; whatever hangs inside a filter is terminated from outside. */
const HARD_MS = 2_000;
const START_MS = 30_000;
/** A unit of memory (engine.ts) takes up to some 64 bytes; this is four times what a template can take. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };
/** The most characters of variables as JSON: more would crowd the heap. */
const MAX_VARIABLES = 4_000_000;

interface Task {
  readonly request: Omit<ThreadRequest, 'at'>;
  /** Renderings that ended a thread, by index in `sources`: these are not tried again. */
  readonly fatal: Map<number, TimedRendering>;
  readonly resolve: (renderings: TimedRendering[]) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly at: Int32Array;
  isReady: boolean;
  task: Task | null;
  /** Starts the timer for the thread's task. */
  readonly watch: () => void;
}

const NOT_BEGUN = -1;

/** Makes a renderer with up to `threads` threads, each started when there is work for it. */
export function createTemplateRenderer({ threads, hardMs = HARD_MS }: RendererOptions): TemplateRenderer {
  const running = new Set<Thread>();
  // First come, first served, one call at a time: a page of a hundred calls does not hold up another page.
  const queue: Task[] = [];
  let closed = false;

  function start(): Thread {
    const at = new Int32Array(new SharedArrayBuffer(4));
    // Templates cannot read the environment, and neither can their thread.
    const worker = new Worker(new URL('./thread.js', import.meta.url), { resourceLimits: HEAP, env: {} });
    worker.unref();
    const thread: Thread = { worker, at, isReady: false, task: null, watch: () => follow(NOT_BEGUN, Date.now()) };
    running.add(thread);
    let timer = setTimeout(() => lose('its thread did not start'), START_MS).unref();

    const follow = (seen: number, since: number) => {
      timer = setTimeout(() => {
        const now = Atomics.load(at, 0);
        if (now === seen) lose(`it was stopped after ${Math.round((Date.now() - since) / 100) / 10} s`);
        else follow(now, Date.now());
      }, hardMs).unref();
    };
    let isLost = false;
    const lose = (why: string) => {
      if (isLost) return;
      isLost = true;
      clearTimeout(timer);
      running.delete(thread);
      void worker.terminate();
      const { task } = thread;
      thread.task = null;
      if (task !== null) retry(task, Atomics.load(at, 0), why);
      next();
    };
    worker.on('message', (message: ThreadMessage) => {
      if (isLost) return;
      clearTimeout(timer);
      if ('ready' in message) {
        thread.isReady = true;
        if (thread.task !== null) thread.watch();
        return;
      }
      const { task } = thread;
      thread.task = null;
      worker.unref();
      if (task !== null) finish(task, message.renderings);
      next();
    });
    worker.on('error', (error: NodeJS.ErrnoException) =>
      lose(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it took too much memory' : `its thread failed: ${error.message}`,
      ),
    );
    worker.on('exit', () => lose('its thread ended'));
    return thread;
  }

  function next(): void {
    while (queue.length > 0 && !closed) {
      const idle = [...running].find((thread) => thread.task === null);
      const thread = idle ?? (running.size < threads ? start() : undefined);
      if (thread === undefined) return;
      const task = queue.shift()!;
      const wanted = task.request.sources.filter((_, index) => !task.fatal.has(index));
      thread.task = task;
      Atomics.store(thread.at, 0, NOT_BEGUN);
      // While the thread has work, it keeps the process alive.
      thread.worker.ref();
      thread.worker.postMessage({ ...task.request, sources: wanted, at: thread.at } satisfies ThreadRequest);
      if (thread.isReady) thread.watch();
    }
  }

  function finish(task: Task, renderings: readonly TimedRendering[]): void {
    const made = renderings[Symbol.iterator]();
    task.resolve(task.request.sources.map((_, index) => task.fatal.get(index) ?? made.next().value!));
  }

  /** Gives up the template that was being rendered; another thread renders the others. */
  function retry(task: Task, at: number, why: string): void {
    const wanted = task.request.sources.map((_, index) => index).filter((index) => !task.fatal.has(index));
    const culprit = wanted[at];
    if (closed || culprit === undefined) {
      task.reject(closed ? shuttingDown() : new Error(`a template thread was lost: ${why}`));
      return;
    }
    task.fatal.set(culprit, { rendering: { error: why }, ms: 2 * hardMs });
    if (wanted.length === 1) finish(task, []);
    else queue.unshift(task);
  }

  function run(request: Omit<ThreadRequest, 'at'>): Promise<TimedRendering[]> {
    if (closed) return Promise.reject(shuttingDown());
    return new Promise((resolve, reject) => {
      queue.push({ request, fatal: new Map(), resolve, reject });
      next();
    });
  }

  return {
    async render(request) {
      if (request.sources.length === 0) return [];
      if (request.variablesJson.length > MAX_VARIABLES) {
        return request.sources.map(() => ({ rendering: { error: 'the call has too much data' }, ms: 0 }));
      }
      return run(request);
    },
    async problemOf(source) {
      const [checked] = await run({ sources: [source], variablesJson: null, timeZone: 'UTC' });
      const { rendering } = checked!;
      return 'error' in rendering ? rendering.error : null;
    },
    async close() {
      closed = true;
      for (const task of queue.splice(0)) task.reject(shuttingDown());
      await Promise.all([...running].map((thread) => thread.worker.terminate()));
    },
  };
}

function shuttingDown(): AppError {
  return new AppError('unavailable', 'The server is shutting down.');
}
