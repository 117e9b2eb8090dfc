import type { FastifyRequest } from 'fastify';
import { type CrudRoutes, v1Routes } from '../../contract/routes.js';
import type { Db, Scope } from '../../db/schema.js';
import { AppError } from '../../errors.js';
import { checkFields, parseJson } from '../../ingest/call-body.js';
import {
  createDepartment,
  createTeam,
  createUser,
  listPeople,
  readPerson,
  updateDepartment,
  updateTeam,
  updateUser,
} from '../../services/people.js';
import { createTopic, listTopics, readTopic, updateTopic } from '../../services/topics.js';
import { type createRegistrar, jsonBytes, pathId, type ServerDeps } from '../context.js';

interface Collection<Id> {
  id(text: string): Id;
  list(deps: ServerDeps, scope: Scope): Promise<readonly unknown[]>;
  create(deps: ServerDeps, scope: Scope, body: unknown, mayChooseId: boolean): Promise<unknown>;
  read(deps: ServerDeps, scope: Scope, id: Id): Promise<unknown>;
  update(deps: ServerDeps, scope: Scope, id: Id, body: unknown): Promise<unknown>;
}

/** What needs the database and nothing else. */
function onDb<Given extends unknown[], Result>(run: (db: Db, ...given: Given) => Result) {
  return (deps: ServerDeps, ...given: Given): Result => run(deps.db, ...given);
}

type Register = ReturnType<typeof createRegistrar>;

const text = (id: string) => id;

function topicNumber(id: string): number {
  if (!/^\d{1,15}$/.test(id)) throw new AppError('not_found', 'There is no such topic.');
  return Number(id);
}

/** Users, teams, departments and topics: `/api/v1/…`. */
export function registerV1Settings(register: Register): void {
  registerCollection(register, v1Routes.users, {
    id: text,
    list: ({ db }, scope) => listPeople(db, scope, 'users'),
    create: onDb(createUser),
    read: ({ db }, scope, id) => readPerson(db, scope, 'users', id),
    update: onDb(updateUser),
  });
  registerCollection(register, v1Routes.teams, {
    id: text,
    list: ({ db }, scope) => listPeople(db, scope, 'teams'),
    create: onDb(createTeam),
    read: ({ db }, scope, id) => readPerson(db, scope, 'teams', id),
    update: onDb(updateTeam),
  });
  registerCollection(register, v1Routes.departments, {
    id: text,
    list: ({ db }, scope) => listPeople(db, scope, 'departments'),
    create: onDb(createDepartment),
    read: ({ db }, scope, id) => readPerson(db, scope, 'departments', id),
    update: onDb(updateDepartment),
  });
  registerCollection(register, v1Routes.topics, {
    id: topicNumber,
    list: onDb(listTopics),
    create: onDb(createTopic),
    read: onDb(readTopic),
    update: onDb(updateTopic),
  });
}

/** The five routes of a collection. Removing deactivates: calls and history go on referring to what was removed. */
export function registerCollection<Id>(register: Register, routes: CrudRoutes, collection: Collection<Id>): void {
  const { id, list, create, read, update } = collection;
  register(routes.list, async ({ deps, caller }) => ({ items: await list(deps, caller) }));
  register(routes.create, async ({ deps, caller, request, reply }) => {
    const created = await create(deps, caller, jsonBody(request), caller.rights.has('admin'));
    return reply.code(201).send(created);
  });
  register(routes.read, ({ deps, caller, request }) => read(deps, caller, id(pathId(request))));
  register(routes.update, ({ deps, caller, request }) => update(deps, caller, id(pathId(request)), jsonBody(request)));
  register(routes.remove, async ({ deps, caller, request, reply }) => {
    await update(deps, caller, id(pathId(request)), { active: false });
    return reply.code(204).send();
  });
}

export function jsonBody(request: FastifyRequest): unknown {
  const value = parseJson(jsonBytes(request, 'a JSON object'));
  checkFields(value);
  return value;
}
