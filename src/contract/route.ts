import type { TSchema } from 'typebox';
import type { Role, Scope } from './access.js';
import { cursor, lastId, limit, type QueryParam, since } from './params.js';

export interface RouteContract {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With path parameters as `:name`. */
  readonly path: string;
  readonly scope: Scope;
  /** The least that a person with a session must be; null where only credentials are taken. */
  readonly role: Role | null;
  /** Where it is not for whoever has the scope or the role: for `anyone` without either, or for `people` with a session. */
  readonly audience?: 'anyone' | 'people';
  readonly summary: string;
  readonly query: Readonly<Record<string, QueryParam>>;
  /** Any other query parameter is an error, instead of being ignored. */
  readonly strictQuery?: true;
  /** What the JSON body must be. */
  readonly body?: TSchema;
}

export const V2 = '/api/ev/2';
const V1 = '/api/v1';
const NO_QUERY = {};

/** What every feed takes. */
export const feed = { since, limit, last_id: lastId } as const;
/** What every list of /api/v1 takes. */
export const list = { limit, cursor } as const;

/** A route of API v2. */
export function get<Q extends RouteContract['query']>(path: string, summary: string, query: Q) {
  return { method: 'GET', path: `${V2}${path}`, scope: 'read', role: null, summary, query } as const;
}

/** A route of /api/v1. */
export function v1<Q extends RouteContract['query'] = typeof NO_QUERY>(
  method: RouteContract['method'],
  path: string,
  scope: Scope,
  role: Role,
  summary: string,
  more: { readonly query?: Q; readonly body?: TSchema } = {},
) {
  const { query = NO_QUERY as Q, body } = more;
  return { method, path: `${V1}${path}`, scope, role, summary, query, ...(body && { body }) } as const;
}

export type CrudRoutes = ReturnType<typeof crud>;

/** The five routes of a collection. Everyone may read it; `writer` is the least role that changes it. */
export function crud(
  plural: string,
  singular: string,
  writer: Role,
  { input, patch }: { readonly input: TSchema; readonly patch: TSchema },
) {
  return {
    list: v1('GET', `/${plural}`, 'read', 'rep', `All ${plural}, inactive ones too, a page at a time`, { query: list }),
    create: v1('POST', `/${plural}`, 'write', writer, `Create a ${singular}`, { body: input }),
    read: v1('GET', `/${plural}/:id`, 'read', 'rep', `One ${singular}`),
    update: v1('PATCH', `/${plural}/:id`, 'write', writer, `Change a ${singular}`, { body: patch }),
    remove: v1('DELETE', `/${plural}/:id`, 'write', writer, `Deactivate a ${singular}`),
  };
}
