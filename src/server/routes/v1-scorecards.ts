import { v1Routes } from '../../contract/routes.js';
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
import { byId, pageOf, registerCollection } from '../crud.js';
import { idAfter, instantAfter, numberAfter } from '../cursor.js';
import { once } from '../idempotency.js';

/** Skills, scorecards and results: `/api/v1/…`. */
export function registerV1Scorecards(register: Register): void {
  registerCollection(register, v1Routes.skills, {
    list: listSkills,
    after: numberAfter,
    keyOf: byId,
    create: createSkill,
    read: readSkill,
    update: updateSkill,
  });
  registerCollection(register, v1Routes.scorecards, {
    list: listScorecards,
    after: idAfter,
    keyOf: byId,
    create: createScorecard,
    read: readScorecard,
    update: updateScorecard,
  });
  registerResults(register);
}

function registerResults(register: Register): void {
  const { list, create, read, update, remove, history, ...moves } = v1Routes.results;
  register(list, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filters } = query;
    const found = await listResults(deps, caller, filters, { after: instantAfter(cursor), limit: limit + 1 });
    const { items, next } = pageOf(found, limit, ({ createdAt, shown }) => [createdAt, shown.id]);
    return { items: items.map(({ shown }) => shown), next };
  });
  register(create, (context) => {
    const body = jsonBody(context.request);
    return once(context, async ({ db }) => ({ status: 201, body: await createResult({ db }, context.caller, body) }));
  });
  register(read, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, (await findResult(deps.db, caller, pathId(request))).shown),
  );
  register(update, async ({ deps, caller, request, reply }) => {
    const body = jsonBody(request);
    return sendTagged(reply, await updateResult(deps, caller, pathId(request), body, ifMatchOf(request)));
  });
  register(remove, async ({ deps, caller, request, reply }) => {
    await deleteResult(deps, caller, pathId(request), ifMatchOf(request));
    return reply.code(204).send();
  });
  register(history, async ({ deps, caller, request }) => ({
    items: await readHistory(deps, caller, pathId(request)),
  }));
  const services = { acknowledge: acknowledgeResult, dispute: disputeResult, resolve: resolveResult };
  for (const name of ['acknowledge', 'dispute', 'resolve'] as const) {
    register(moves[name], (context) => {
      const { caller, request } = context;
      const [id, body] = [pathId(request), jsonBody(request)];
      return once(context, async (deps) => {
        return { status: 200, body: await services[name](deps, caller, id, body, ifMatchOf(request)) };
      });
    });
  }
}
