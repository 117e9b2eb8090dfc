import { v1Routes } from '../../contract/routes.js';
import { readRematchProgress, startRematch } from '../../services/analysis/rematch.js';
import { createTopic, listTopics, readTopic, updateTopic } from '../../services/analysis/topics.js';
import {
  createDepartment,
  createTeam,
  createUser,
  listPeople,
  readPerson,
  updateDepartment,
  updateTeam,
  updateUser,
} from '../../services/people/people.js';
import { mergeUser } from '../../services/people/user-merges.js';
import { jsonBody } from '../bodies.js';
import { ifMatchOf, pathId, type Register } from '../context.js';
import { byId, registerCollection } from '../crud.js';
import { idAfter, numberAfter } from '../cursor.js';
import { answerOnce } from '../idempotency.js';

/** Users, teams, departments and topics: `/api/v1/…`. */
export function registerV1Settings(register: Register): void {
  registerCollection(register, v1Routes.users, {
    list: (deps, actor, page) => listPeople(deps, actor, 'users', page),
    after: idAfter,
    keyOf: byId,
    create: createUser,
    read: ({ db }, actor, id) => readPerson(db, actor, 'users', id),
    update: updateUser,
  });
  register(v1Routes.mergeUser, (context) => {
    const { caller, request } = context;
    const [id, body] = [pathId(request), jsonBody(request)];
    return answerOnce(context, async ({ db }) => {
      return { status: 200, body: await mergeUser({ db }, caller, id, body, ifMatchOf(request)) };
    });
  });
  registerCollection(register, v1Routes.teams, {
    list: (deps, actor, page) => listPeople(deps, actor, 'teams', page),
    after: idAfter,
    keyOf: byId,
    create: createTeam,
    read: ({ db }, actor, id) => readPerson(db, actor, 'teams', id),
    update: updateTeam,
  });
  registerCollection(register, v1Routes.departments, {
    list: (deps, actor, page) => listPeople(deps, actor, 'departments', page),
    after: idAfter,
    keyOf: byId,
    create: createDepartment,
    read: ({ db }, actor, id) => readPerson(db, actor, 'departments', id),
    update: updateDepartment,
  });
  register(v1Routes.readRematch, ({ deps, caller }) => readRematchProgress(deps, caller));
  register(v1Routes.startRematch, (context) =>
    answerOnce(context, async (deps) => ({
      status: 200,
      body: await startRematch(deps, context.caller),
    })),
  );
  registerCollection(register, v1Routes.topics, {
    list: listTopics,
    after: numberAfter,
    keyOf: byId,
    create: createTopic,
    read: readTopic,
    update: updateTopic,
  });
}
