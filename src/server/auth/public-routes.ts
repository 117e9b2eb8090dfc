import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteContract } from '../../contract/route.js';
import { type ServerDeps, sentQuery } from '../context.js';
import { inflateBody } from '../inflate-body.js';
import { type Query, readQuery } from '../query.js';
import { requireOwnOrigin } from './origin.js';

/** What a handler of a public route gets. */
export interface PublicContext<R extends RouteContract> {
  readonly deps: ServerDeps;
  readonly query: Query<R>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Registers a public route. */
export type RegisterPublic = ReturnType<typeof createPublicRegistrar>;

/** Makes the function that registers routes for anyone: those with which an unknown user logs in. */
export function createPublicRegistrar(app: FastifyInstance, deps: ServerDeps, publicUrl: string | null) {
  return function registerPublic<R extends RouteContract & { readonly audience: 'anyone' }>(
    route: R,
    handler: (context: PublicContext<R>) => Promise<unknown>,
  ): void {
    app.route({
      method: route.method,
      url: route.path,
      onRequest: async (request, reply) => {
        // Answers hold personal data, and some hold a secret.
        reply.header('cache-control', 'no-store');
        requireOwnOrigin(request, publicUrl);
      },
      ...(route.method !== 'GET' && { preParsing: inflateBody }),
      handler: async (request, reply) => {
        // The caller's time zone is unknown.
        const query = readQuery(route, sentQuery(request), 'UTC');
        return handler({ deps, query, request, reply });
      },
    });
  };
}
