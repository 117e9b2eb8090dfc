import { v1Routes } from '../../contract/routes.js';
import { readRematchProgress, startRematch } from '../../services/analysis/rematch.js';
import { createTopic, listTopics, readTopic, updateTopic } from '../../services/analysis/topics.js';
import {
  createDepartment,
  listDepartments,
  readDepartment,
  updateDepartment,
} from '../../services/people/departments.js';
import { createTeam, listTeams, readTeam, updateTeam } from '../../services/people/teams.js';
import { mergeUser } from '../../services/people/user-merges.js';
import { createUser, listUsers, readUser, updateUser } from '../../services/people/users.js';
import { jsonBody } from '../bodies.js';
import { ifMatchOf, pathId, type Register } from '../context.js';
import { byId, registerCollection } from '../crud.js';
import { answerOnce } from '../idempotency.js';
import { idAfter, numberAfter } from '../list-cursor.js';

/** Users, teams, departments, topics and re-matching: `/api/v1/…`. */
export function registerV1Settings(register: Register): void {
  registerCollection(register, v1Routes.users, {
    list: listUsers,
    after: idAfter,
    keyOf: byId,
    create: createUser,
    read: readUser,
    update: updateUser,
  });
  register(v1Routes.mergeUser, (context) => {
    const { caller, request } = context;
    const [id, body] = [pathId(request), jsonBody(request)];
    return answerOnce(context, async (deps) => ({
      status: 200,
      body: await mergeUser(deps, caller, id, body, ifMatchOf(request)),
    }));
  });
  registerCollection(register, v1Routes.teams, {
    list: listTeams,
    after: idAfter,
    keyOf: byId,
    create: createTeam,
    read: readTeam,
    update: updateTeam,
  });
  registerCollection(register, v1Routes.departments, {
    list: listDepartments,
    after: idAfter,
    keyOf: byId,
    create: createDepartment,
    read: readDepartment,
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
