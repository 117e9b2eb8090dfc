import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Db } from '../db/database.js';

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
  // All gauges of a scrape are collected at once and share one reading; null if the database does not answer.
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

/** What all processes share. */
interface Shared {
  readonly counts: readonly { readonly kind: string; readonly state: string; readonly count: number }[];
  readonly lagSeconds: number;
  readonly newestSeconds: number | null;
}

/**
 * Reads the queue and the feed heads, never the calls, however many are stored. Analyses that gave up do not count as
 * lag.
 */
async function readShared(db: Db): Promise<Shared> {
  const counts = await sql<{ kind: string; state: string; count: number; oldest: number | null }>`
    select task_identifier as kind, state, count(*) as count,
      extract(epoch from now() - min(created_at))::float8 as oldest
    from (select *, case when locked_at is not null then 'running' when attempts >= max_attempts then 'failed'
      when attempts > 0 then 'retrying' else 'waiting' end as state from graphile_worker.jobs) as jobs
    group by 1, 2`.execute(db);
  const newest = await sql<{ seconds: number | null }>`
    select extract(epoch from max(head))::float8 as seconds from feed_heads`.execute(db);
  const ages = counts.rows.filter(({ kind, state }) => kind === 'analyze' && state !== 'failed');
  return {
    counts: counts.rows,
    lagSeconds: Math.max(0, ...ages.map(({ oldest }) => oldest ?? 0)),
    newestSeconds: newest.rows[0]?.seconds ?? null,
  };
}

/**
 * Makes the function that is called with how long each request waited for its turn under the rate limit, in seconds.
 */
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
 * Makes the function that is called when a request's answer has ended. Labels have the route, never the path, which
 * holds ids.
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
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    seconds.observe(labels, reply.elapsedTime / 1000);
  };
}
