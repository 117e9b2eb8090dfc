import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { digestOf } from '../../services/tokens.js';
import { isFromThisMachine } from '../client-address.js';

/**
 * What whoever makes the first account must have. It is this process's own: the link that it printed leads to itself,
 * and holds as long as it runs.
 */
export interface SetupToken {
  /** The SHA-256 of the token. */
  readonly digest: Buffer;
  /** Whether it is taken from anywhere: the token of a setting is, a printed one works on this machine alone. */
  readonly isFromAnywhere: boolean;
}

/** Whether a request comes from where the first account may be made. */
export function maySetUp(setup: SetupToken | null, request: FastifyRequest): boolean {
  return setup !== null && (setup.isFromAnywhere || isFromThisMachine(request));
}

/** Whether a token is the one. */
export function isSetupToken({ digest }: SetupToken, token: string): boolean {
  return timingSafeEqual(digestOf(token), digest);
}
