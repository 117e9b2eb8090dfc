import { v1Routes } from '../../contract/routes.js';
import { acknowledgeResult, disputeResult, resolveResult } from '../../services/scorecards/result-moves.js';
import { listResults, readResult, readResultHistory, resultOf } from '../../services/scorecards/result-views.js';
import { createResult, deleteResult, updateResult } from '../../services/scorecards/results.js';
import {
  createScorecard,
  listScorecards,
  readScorecard,
  updateScorecard,
} from '../../services/scorecards/scorecards.js';
import { createSkill, listSkills, readSkill, updateSkill } from '../../services/scorecards/skills.js';
import { jsonBody } from '../bodies.js';
import { ifMatchOf, pathId, type Register } from '../context.js';
import { byId, pageOf, registerCollection, registerItems } from '../crud.js';
import { answerOnce } from '../idempotency.js';
import { idAfter, instantAfter, numberAfter } from '../list-cursor.js';

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
  const { list, history, acknowledge, dispute, resolve, ...items } = v1Routes.results;
  register(list, async ({ deps, caller, query }) => {
    const { limit, cursor, ...filters } = query;
    const found = await listResults(deps, caller, filters, { after: instantAfter(cursor), limit: limit + 1 });
    const { items, next } = pageOf(found, limit, ({ createdAt, id }) => [createdAt, id]);
    return { items: items.map(resultOf), next };
  });
  registerItems(register, items, {
    create: createResult,
    read: readResult,
    update: updateResult,
    remove: deleteResult,
  });
  register(history, ({ deps, caller, request }) => readResultHistory(deps, caller, pathId(request)));
  const moves = [
    [acknowledge, acknowledgeResult],
    [dispute, disputeResult],
    [resolve, resolveResult],
  ] as const;
  for (const [route, move] of moves) {
    register(route, (context) => {
      const { caller, request } = context;
      const [id, body] = [pathId(request), jsonBody(request)];
      return answerOnce(context, async (deps) => ({
        status: 200,
        body: await move(deps, caller, id, body, ifMatchOf(request)),
      }));
    });
  }
}
