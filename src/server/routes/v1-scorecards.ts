import { v1Routes } from '../../contract/routes.js';
import { AppError } from '../../errors.js';
import { findResult, listResults, readHistory } from '../../services/scorecards/result-views.js';
import {
  acknowledgeResult,
  createResult,
  deleteResult,
  disputeResult,
  resolveResult,
  updateResult,
} from '../../services/scorecards/results.js';
import {
  createScorecard,
  listScorecards,
  readScorecard,
  updateScorecard,
} from '../../services/scorecards/scorecards.js';
import { createSkill, listSkills, readSkill, updateSkill } from '../../services/scorecards/skills.js';
import { jsonBody, sendTagged } from '../bodies.js';
import { ifMatchOf, pathId, type Register } from '../context.js';
import { byId, INACTIVE, pageOf, registerCollection } from '../crud.js';
import type { Cursor } from '../cursor.js';
import { once } from '../idempotency.js';

function skillNumber(id: string): number {
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new AppError('not_found', 'There is no such skill.');
  return Number(id);
}

/** Skills, scorecards and results: `/api/v1/…`. */
export function registerV1Scorecards(register: Register): void {
  registerCollection(register, v1Routes.skills, {
    id: skillNumber,
    list: ({ db }, actor, { after, limit }) => {
      const last = Number(after?.[0] ?? 0);
      return listSkills(db, actor, { after: Number.isSafeInteger(last) ? last : 0, limit });
    },
    keyOf: byId,
    create: ({ db }, actor, body) => createSkill(db, actor, body),
    read: ({ db }, actor, id) => readSkill(db, actor, id),
    update: ({ db }, actor, id, body, ifMatch) => updateSkill(db, actor, id, body, ifMatch),
    remove: ({ db }, actor, id, ifMatch) => updateSkill(db, actor, id, INACTIVE, ifMatch),
  });
  registerCollection(register, v1Routes.scorecards, {
    id: (text) => text,
    list: ({ db }, actor, { after, limit }) => listScorecards(db, actor, { after: String(after?.[0] ?? ''), limit }),
    keyOf: byId,
    create: ({ db }, actor, body) => createScorecard(db, actor, body),
    read: ({ db }, actor, id) => readScorecard(db, actor, id),
    update: ({ db }, actor, id, body, ifMatch) => updateScorecard(db, actor, id, body, ifMatch),
    remove: ({ db }, actor, id, ifMatch) => updateScorecard(db, actor, id, INACTIVE, ifMatch),
  });
  registerResults(register);
}

function registerResults(register: Register): void {
  const { list, create, read, update, remove, history, ...moves } = v1Routes.results;
  register(list, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filters } = query;
    const found = await listResults(deps.db, caller, filters, { after: placeOf(cursor), limit: limit + 1 });
    const { items, next } = pageOf(found, limit, ({ createdAt, shown }) => [createdAt, shown.id]);
    return { items: items.map(({ shown }) => shown), next };
  });
  register(create, (context) => {
    const body = jsonBody(context.request);
    return once(context, async ({ db }) => ({ status: 201, body: await createResult(db, context.caller, body) }));
  });
  register(read, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, (await findResult(deps.db, caller, pathId(request))).shown),
  );
  register(update, async ({ deps, caller, request, reply }) => {
    const body = jsonBody(request);
    return sendTagged(reply, await updateResult(deps.db, caller, pathId(request), body, ifMatchOf(request)));
  });
  register(remove, async ({ deps, caller, request, reply }) => {
    await deleteResult(deps.db, caller, pathId(request), ifMatchOf(request));
    return reply.code(204).send();
  });
  register(history, async ({ deps, caller, request }) => ({
    items: await readHistory(deps.db, caller, pathId(request)),
  }));
  const services = { acknowledge: acknowledgeResult, dispute: disputeResult, resolve: resolveResult };
  for (const name of ['acknowledge', 'dispute', 'resolve'] as const) {
    register(moves[name], (context) => {
      const { caller, request } = context;
      const [id, body] = [pathId(request), jsonBody(request)];
      return once(context, async ({ db }) => {
        return { status: 200, body: await services[name](db, caller, id, body, ifMatchOf(request)) };
      });
    });
  }
}

/** Where a list of results goes on; from its beginning for a cursor that is another list's. */
function placeOf(cursor: Cursor | null): readonly [number, string] | null {
  if (cursor === null) return null;
  const [micros, id] = cursor;
  // Beyond these, no instant can be written.
  const isInstant = Number.isSafeInteger(micros) && Math.abs(micros as number) < 8e15;
  return isInstant && typeof id === 'string' ? [micros as number, id] : null;
}
