import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Crawl, Load, Outcome, Probe, Reply, Task, Upload } from '../load/tasks.js';

/** A process that generates load. */
export interface LoadGenerator {
  load(task: Omit<Load, 'kind'>): Promise<Outcome>;
  crawl(task: Omit<Crawl, 'kind'>): Promise<Outcome>;
  upload(task: Omit<Upload, 'kind'>): Promise<Outcome>;
  /** Sends requests at a steady pace until stopped. */
  probe(task: Omit<Probe, 'kind'>): { stop(): Promise<Outcome> };
  close(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../load/main.js', import.meta.url));

/** Starts a load generator. */
export function startLoadGenerator(): LoadGenerator {
  const child = fork(MAIN);
  const send = (task: Task) => child.send(task);
  const gone = once(child, 'exit').then(() => ({ error: 'the load generator ended' }) as const);
  const answer = async () => {
    const reply = await Promise.race([once(child, 'message').then(([message]) => message as Reply), gone]);
    if ('error' in reply) throw new Error(reply.error);
    return reply.outcome;
  };
  const run = (task: Task) => {
    const answered = answer();
    // A probe's outcome is awaited when it is stopped; until then a rejection must not count as unhandled.
    answered.catch(() => {});
    send(task);
    return answered;
  };
  return {
    load: (task) => run({ kind: 'load', ...task }),
    crawl: (task) => run({ kind: 'crawl', ...task }),
    upload: (task) => run({ kind: 'upload', ...task }),
    probe(task) {
      const answered = run({ kind: 'probe', ...task });
      return {
        stop() {
          send({ kind: 'stop' });
          return answered;
        },
      };
    },
    async close() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
