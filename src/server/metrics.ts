import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Db } from '../db/schema.js';

/** Prometheus metrics of this process and of the queue that all processes share. */
export function createMetrics(db: Db): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'debrief_jobs',
    help: 'Background jobs by kind and state',
    labelNames: ['kind', 'state'],
    registers: [registry],
    async collect() {
      const found = await sql<{ kind: string; state: string; count: number }>`
        select task_identifier as kind, count(*) as count,
          case when locked_at is not null then 'running' when attempts >= max_attempts then 'failed'
            when attempts > 0 then 'retrying' else 'waiting' end as state
        from graphile_worker.jobs group by 1, 3`.execute(db);
      this.reset();
      for (const { kind, state, count } of found.rows) this.set({ kind, state }, count);
    },
  });
  return registry;
}

/** Measures every request, by the route's pattern and never by its path, which holds ids. */
export function measureRequests(app: FastifyInstance, registry: Registry): void {
  const seconds = new Histogram({
    name: 'debrief_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    seconds.observe(labels, reply.elapsedTime / 1000);
  });
}
