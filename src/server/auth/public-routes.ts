import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteContract } from '../../contract/route.js';
import { type ServerDeps, sentQuery } from '../context.js';
import { inflateBody } from '../inflate-body.js';
import { type Query, readQuery } from '../query.js';
import { requireOwnOrigin } from './origin.js';

export interface OpenContext<R extends RouteContract> {
  readonly deps: ServerDeps;
  readonly query: Query<R>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export type RegisterOpen = ReturnType<typeof createOpenRegistrar>;

/** Registers routes for anyone: those by which somebody nobody knows yet logs in. */
export function createOpenRegistrar(app: FastifyInstance, deps: ServerDeps, publicUrl: string | null) {
  return function registerOpen<R extends RouteContract & { readonly audience: 'anyone' }>(
    route: R,
    handler: (context: OpenContext<R>) => Promise<unknown>,
  ): void {
    app.route({
      method: route.method,
      url: route.path,
      onRequest: async (request, reply) => {
        // Answers hold what is one person's, and some a secret.
        reply.header('cache-control', 'no-store');
        requireOwnOrigin(request, publicUrl);
      },
      ...(route.method !== 'GET' && { preParsing: inflateBody }),
      handler: async (request, reply) => {
        // Nobody's clock is known.
        const query = readQuery(route, sentQuery(request), 'UTC');
        return handler({ deps, query, request, reply });
      },
    });
  };
}
