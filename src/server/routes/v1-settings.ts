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
import { type createRegistrar, jsonBytes, pathId } from '../context.js';

interface Collection<Id> {
  id(text: string): Id;
  list(db: Db, scope: Scope): Promise<readonly unknown[]>;
  create(db: Db, scope: Scope, body: unknown, mayChooseId: boolean): Promise<unknown>;
  read(db: Db, scope: Scope, id: Id): Promise<unknown>;
  update(db: Db, scope: Scope, id: Id, body: unknown): Promise<unknown>;
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
    list: (db, scope) => listPeople(db, scope, 'users'),
    create: createUser,
    read: (db, scope, id) => readPerson(db, scope, 'users', id),
    update: updateUser,
  });
  registerCollection(register, v1Routes.teams, {
    id: text,
    list: (db, scope) => listPeople(db, scope, 'teams'),
    create: createTeam,
    read: (db, scope, id) => readPerson(db, scope, 'teams', id),
    update: updateTeam,
  });
  registerCollection(register, v1Routes.departments, {
    id: text,
    list: (db, scope) => listPeople(db, scope, 'departments'),
    create: createDepartment,
    read: (db, scope, id) => readPerson(db, scope, 'departments', id),
    update: updateDepartment,
  });
  registerCollection(register, v1Routes.topics, {
    id: topicNumber,
    list: listTopics,
    create: createTopic,
    read: readTopic,
    update: updateTopic,
  });
}

/** The five routes of a collection. Removing deactivates: calls and history go on referring to what was removed. */
function registerCollection<Id>(register: Register, routes: CrudRoutes, collection: Collection<Id>): void {
  const { id, list, create, read, update } = collection;
  register(routes.list, async ({ deps, caller }) => ({ items: await list(deps.db, caller) }));
  register(routes.create, async ({ deps, caller, request, reply }) => {
    const created = await create(deps.db, caller, jsonBody(request), caller.rights.has('admin'));
    return reply.code(201).send(created);
  });
  register(routes.read, ({ deps, caller, request }) => read(deps.db, caller, id(pathId(request))));
  register(routes.update, ({ deps, caller, request }) =>
    update(deps.db, caller, id(pathId(request)), jsonBody(request)),
  );
  register(routes.remove, async ({ deps, caller, request, reply }) => {
    await update(deps.db, caller, id(pathId(request)), { active: false });
    return reply.code(204).send();
  });
}

function jsonBody(request: FastifyRequest): unknown {
  const value = parseJson(jsonBytes(request, 'a JSON object'));
  checkFields(value);
  return value;
}
