import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { RouteContract } from '../contract/route.js';
import { atomic } from '../db/atomic.js';
import { findAnswer, insertKey, type StoredAnswer, writeAnswer } from '../db/idempotency-keys.js';
import { AppError, invalid } from '../errors.js';
import { etagOf } from '../services/etag.js';
import type { RouteContext, ServerDeps } from './context.js';

/** The answer of a POST. */
export interface PostAnswer {
  readonly status: 200 | 201;
  readonly body: object;
  /** What only the first answer shows, such as a secret. It is not stored, so a repeated answer lacks it. */
  readonly shownOnce?: object;
}

/**
 * Answers a POST. With an Idempotency-Key it runs only once: the key and the answer are committed together with what
 * was done. A repeated request, at the same time or later, gets the same answer and does nothing. A request that was
 * refused leaves no key.
 * @throws AppError `invalid` for a malformed key, `key_reused` if the key belongs to another request.
 */
export async function answerOnce<R extends RouteContract & { readonly idempotent: true }>(
  { route, deps, caller, request, reply }: RouteContext<R>,
  run: (deps: ServerDeps) => Promise<PostAnswer>,
): Promise<FastifyReply> {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return answer(route, reply, await run(deps));
  if (Array.isArray(key) || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw invalid('Idempotency-Key', 'is malformed', '1 to 255 printable ASCII characters without blanks');
  }
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const digest = createHash('sha256').update(`${request.method} ${request.url}\n`).update(body).digest();
  const sender = caller.by.kind === 'command' ? 'command' : `${caller.by.kind}:${caller.by.id}`;
  const holder = { accountId: caller.accountId, sender, key };
  const found = await atomic(deps.db, async (tx): Promise<StoredAnswer | PostAnswer> => {
    if (!(await insertKey(tx, holder, digest))) return requireAnswer(await findAnswer(tx, holder));
    const made = await run({ ...deps, db: tx });
    const etag = tagOf(route, made);
    const answered = { status: made.status, answer: JSON.stringify(made.body), etag };
    const { callId } = made.body as { callId?: unknown };
    await writeAnswer(tx, holder, answered, typeof callId === 'string' ? callId : null);
    return made;
  });
  if ('body' in found) return answer(route, reply, found);
  if (!found.digest.equals(digest)) {
    throw new AppError('key_reused', 'This Idempotency-Key belongs to another request; it takes a new one for each.', {
      field: 'Idempotency-Key',
    });
  }
  if (found.etag !== null) reply.header('etag', found.etag);
  return reply
    .code(found.status)
    .header('idempotency-replayed', 'true')
    .type('application/json; charset=utf-8')
    .send(found.answer);
}

function answer(route: RouteContract, reply: FastifyReply, made: PostAnswer): FastifyReply {
  const etag = tagOf(route, made);
  if (etag !== null) reply.header('etag', etag);
  return reply.code(made.status).send({ ...made.body, ...made.shownOnce });
}

/** The ETag of an answer, if its thing can be read and changed; otherwise null. */
function tagOf(route: RouteContract, { body }: PostAnswer): string | null {
  return route.etag ? etagOf(body) : null;
}

function requireAnswer(stored: StoredAnswer | null): StoredAnswer {
  if (stored !== null) return stored;
  throw new AppError('unavailable', 'A request with this Idempotency-Key was just forgotten; send it again.');
}
