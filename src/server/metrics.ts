import type { FastifyReply, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { EVENT_STREAM } from '../contract/inbox.js';
import type { Db } from '../db/database.js';
import { newestStampSeconds } from '../db/stamps.js';
import { countJobs, type JobCount } from '../queue/queue-state.js';

/** The counts of a `pg` pool. */
export interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** In seconds: up to the longest wait under the rate limit. */
const WAIT_BUCKETS = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Makes the Prometheus metrics of this process, and of the queue and feeds that all processes share. */
export function createMetrics(db: Db, pool: PoolCounts | null): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({ name: 'debrief_process_info', help: 'What this process is', labelNames: ['role'], registers }).set(
    { role: 'api' },
    1,
  );
  if (pool) {
    new Gauge({
      name: 'debrief_database_pool',
      help: 'Database connections of this process (total, idle), and queries that wait for one (waiting)',
      labelNames: ['state'],
      registers,
      collect() {
        this.set({ state: 'total' }, pool.totalCount);
        this.set({ state: 'idle' }, pool.idleCount);
        this.set({ state: 'waiting' }, pool.waitingCount);
      },
    });
  }
  // The gauges of a scrape are collected at once and share one reading, which is null where the database does not
  // answer.
  let reading: Promise<Shared | null> | undefined;
  const read = () => {
    reading ??= readShared(db)
      .catch(() => null)
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  new Gauge({
    name: 'debrief_database_up',
    help: '1 if the database answered this scrape; otherwise the metrics read from it are missing',
    registers,
    async collect() {
      this.set((await read()) === null ? 0 : 1);
    },
  });
  new Gauge({
    name: 'debrief_jobs',
    help: 'Background jobs by kind and state',
    labelNames: ['kind', 'state'],
    registers,
    async collect() {
      const shared = await read();
      this.reset();
      for (const { kind, state, count } of shared?.counts ?? []) this.set({ kind, state }, count);
    },
  });
  const fromShared = (name: string, help: string, value: (shared: Shared) => number | null) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const shared = await read();
        const found = shared && value(shared);
        if (found === null) this.remove();
        else this.set(found);
      },
    });
  fromShared(
    'debrief_feed_lag_seconds',
    'Age of the oldest analysis that is not done, and so not in the feed; 0 if there is none',
    ({ lagSeconds }) => lagSeconds,
  );
  fromShared(
    'debrief_feed_newest_timestamp_seconds',
    'The newest stamp of all feeds',
    ({ newestSeconds }) => newestSeconds,
  );
  return registry;
}

/** What the metrics show of the queue and the feeds. */
interface Shared {
  readonly counts: readonly JobCount[];
  readonly lagSeconds: number;
  readonly newestSeconds: number | null;
}

/** Reads the queue and the feeds' heads, and no calls: there may be millions. An analysis that gave up is no lag. */
async function readShared(db: Db): Promise<Shared> {
  const counts = await countJobs(db);
  const newestSeconds = await newestStampSeconds(db);
  const ahead = counts.filter(({ kind, state }) => kind === 'analyze' && state !== 'failed');
  return { counts, lagSeconds: Math.max(0, ...ahead.map(({ oldestSeconds }) => oldestSeconds)), newestSeconds };
}

/** Makes the function to call with how long a request waited for its turn under the rate limit, in seconds. */
export function measureQueue(registry: Registry): (seconds: number) => void {
  const waits = new Histogram({
    name: 'debrief_queue_seconds',
    help: 'Time that a request waited for its turn under the rate limit',
    buckets: WAIT_BUCKETS,
    registers: [registry],
  });
  return (seconds) => waits.observe(seconds);
}

/**
 * Makes the function to call when a request's answer has ended, except for streams of events. Labels have the route, never the path, which holds ids.
 */
export function measureRequests(registry: Registry): (request: FastifyRequest, reply: FastifyReply) => void {
  const seconds = new Histogram({
    name: 'debrief_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    registers: [registry],
  });
  return (request, reply) => {
    // A stream is open as long as its page: that is no time to wait.
    if (reply.getHeader('content-type') === EVENT_STREAM) return;
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    seconds.observe(labels, reply.elapsedTime / 1000);
  };
}
