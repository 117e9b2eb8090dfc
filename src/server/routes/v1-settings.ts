import { v1Routes } from '../../contract/routes.js';
import type { Db } from '../../db/database.js';
import { AppError } from '../../errors.js';
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
import { ifMatchOf, pathId, type Register, type ServerDeps } from '../context.js';
import { byId, INACTIVE, registerCollection } from '../crud.js';
import { once } from '../idempotency.js';

/** What needs the database and nothing else. */
function onDb<Given extends unknown[], Result>(run: (db: Db, ...given: Given) => Result) {
  return (deps: Pick<ServerDeps, 'db'>, ...given: Given): Result => run(deps.db, ...given);
}

const text = (id: string) => id;

function topicNumber(id: string): number {
  if (!/^\d{1,15}$/.test(id)) throw new AppError('not_found', 'There is no such topic.');
  return Number(id);
}

/** Users, teams, departments and topics: `/api/v1/…`. */
export function registerV1Settings(register: Register): void {
  registerCollection(register, v1Routes.users, {
    id: text,
    list: ({ db }, actor, page) => listPeople(db, actor, 'users', page),
    keyOf: byId,
    create: onDb(createUser),
    read: ({ db }, actor, id) => readPerson(db, actor, 'users', id),
    update: onDb(updateUser),
    remove: ({ db }, actor, id, ifMatch) => updateUser(db, actor, id, INACTIVE, ifMatch),
  });
  register(v1Routes.mergeUser, (context) => {
    const { caller, request } = context;
    const [id, body] = [pathId(request), jsonBody(request)];
    return once(context, async ({ db }) => {
      return { status: 200, body: await mergeUser(db, caller, id, body, ifMatchOf(request)) };
    });
  });
  registerCollection(register, v1Routes.teams, {
    id: text,
    list: ({ db }, actor, page) => listPeople(db, actor, 'teams', page),
    keyOf: byId,
    create: onDb(createTeam),
    read: ({ db }, actor, id) => readPerson(db, actor, 'teams', id),
    update: onDb(updateTeam),
    remove: ({ db }, actor, id, ifMatch) => updateTeam(db, actor, id, INACTIVE, ifMatch),
  });
  registerCollection(register, v1Routes.departments, {
    id: text,
    list: ({ db }, actor, page) => listPeople(db, actor, 'departments', page),
    keyOf: byId,
    create: onDb(createDepartment),
    read: ({ db }, actor, id) => readPerson(db, actor, 'departments', id),
    update: onDb(updateDepartment),
    remove: ({ db }, actor, id, ifMatch) => updateDepartment(db, actor, id, INACTIVE, ifMatch),
  });
  register(v1Routes.readRematch, ({ deps, caller }) => readRematchProgress(deps.db, caller, deps.clock.now()));
  register(v1Routes.startRematch, (context) =>
    once(context, async ({ db, clock }) => ({
      status: 200,
      body: await startRematch(db, context.caller, clock.now()),
    })),
  );
  registerCollection(register, v1Routes.topics, {
    id: topicNumber,
    list: async ({ db }, actor, { after, limit }) => {
      const topics = await listTopics(db, actor);
      return topics.filter(({ id }) => after === null || id > Number(after[0])).slice(0, limit);
    },
    keyOf: byId,
    create: onDb(createTopic),
    read: onDb(readTopic),
    update: onDb(updateTopic),
    remove: ({ db }, actor, id, ifMatch) => updateTopic(db, actor, id, INACTIVE, ifMatch),
  });
}
