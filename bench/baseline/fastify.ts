// Fastify with what any server in production has: a check of the password, a line of log, a metric and an id for each
// request. It has no rate limit, no feeds and no accounts.
//   /check   only the check of the password

import { randomUUID } from 'node:crypto';
import { fastify } from 'fastify';
import { Histogram, Registry } from 'prom-client';
import { createLog } from '#debrief/log.js';
import { isKnown } from './basic.js';

// Exits with its parent, so that an interrupted bench leaves no process running.
process.once('disconnect', () => process.exit());

const registry = new Registry();
const seconds = new Histogram({
  name: 'request_seconds',
  help: 'Time from a request to the end of its answer',
  labelNames: ['method', 'route', 'status'],
  registers: [registry],
});

const app = fastify({
  loggerInstance: createLog('info', 'stdout'),
  disableRequestLogging: true,
  genReqId: () => randomUUID(),
});
app.addHook('onRequest', async (request, reply) => {
  reply.header('x-request-id', request.id);
  if (!isKnown(request.headers.authorization)) return reply.code(401).send();
});
app.addHook('onResponse', async (request, reply) => {
  const { method, url, ip } = request;
  const route = request.routeOptions.url ?? 'none';
  const status = reply.statusCode;
  const ms = Math.round(reply.elapsedTime);
  seconds.observe({ method, route, status }, reply.elapsedTime / 1000);
  request.log.info({ method, route, path: url, status, ms, ip }, 'request');
});
app.get('/check', async (_request, reply) => reply.type('application/json; charset=utf-8').send(''));

console.error(`listens on ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
