import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteContract } from '../contract/route.js';
import type { ServerDeps } from './context.js';
import { requireOwnOrigin } from './origin.js';

export interface OpenContext {
  readonly deps: ServerDeps;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export type RegisterOpen = ReturnType<typeof createOpenRegistrar>;

/** Registers routes for anyone: those by which somebody nobody knows yet logs in. */
export function createOpenRegistrar(app: FastifyInstance, deps: ServerDeps, publicUrl: string | null) {
  return function registerOpen(
    route: RouteContract & { readonly audience: 'anyone' },
    handler: (context: OpenContext) => Promise<unknown>,
  ): void {
    app.route({
      method: route.method,
      url: route.path,
      onRequest: async (request, reply) => {
        // Answers hold what is one person's, and some a secret.
        reply.header('cache-control', 'no-store');
        requireOwnOrigin(request, publicUrl);
      },
      handler: (request, reply) => handler({ deps, request, reply }),
    });
  };
}
