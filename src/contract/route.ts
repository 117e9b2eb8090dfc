import Type, { type TSchema } from 'typebox';
import type { Right, Role } from './access.js';
import { cursor, lastId, limit, type QueryParam, since } from './params.js';

/** A route: how it is called, who may call it, what it takes and answers. */
export interface RouteContract {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With path parameters as `:name`. */
  readonly path: string;
  /** The right that a credential needs. */
  readonly right: Right;
  /** The least role that a user with a session needs; null if only credentials are accepted. */
  readonly role: Role | null;
  /**
   * Set if it is not for every caller with the right or the role: for `anyone`, without either, or only for `people`
   * with a session.
   */
  readonly audience?: 'anyone' | 'people';
  readonly summary: string;
  readonly query: Readonly<Record<string, QueryParam>>;
  /** Set if it takes `metadata.<field>=<value>`: exactly one and nothing else, or any number besides its parameters. */
  readonly metadataQuery?: 'one' | 'any';
  /** What the JSON body must be. */
  readonly body?: TSchema | undefined;
  /** What the body may be, if `body` is only a part of it: a call's words are checked where they are parsed. */
  readonly sent?: TSchema;
  /** The body's media type, if it is not one JSON value. For NDJSON, `sent` is a line. */
  readonly bodyType?: string;
  /**
   * Set if the body's bytes may also be the part `file` of a multipart form: what its part `call` takes, in JSON; null if
   * it has no such part.
   */
  readonly form?: TSchema | null;
  /** The JSON of the answer; missing if the answer is empty. */
  readonly answer?: TSchema | undefined;
  /** The answer's media type, if it is not one JSON value. For NDJSON, `answer` is a line. */
  readonly answerType?: string;
  /** The media types of text that a parameter asks for instead of the JSON of `answer`. */
  readonly textTypes?: readonly string[];
  /** The status of success: 200 unless given. 201 is for creating; 202, 204 and 302, a redirect, have no body. */
  readonly status?: 200 | 201 | 202 | 204 | 302;
  /** Answered instead of 201 if the thing existed already. */
  readonly alsoStatus?: 200;
  /** Whether the answer has an ETag, with which the thing can be read or changed from then on. */
  readonly etag?: true;
  /** Whether it takes a Range, and answers it with 206 or 416. */
  readonly ranges?: true;
  /**
   * Whether it takes an Idempotency-Key: a request repeated with its key gets the same answer and does nothing more.
   */
  readonly idempotent?: true;
}

const V2 = '/api/ev/2';

/** Whether a path is of API v2, whose routes are under the rate limit. */
export function isV2(path: string): boolean {
  return path.startsWith(`${V2}/`);
}

/**
 * Whether an unknown query parameter is an error. API v2 ignores them, as the vendor's does, and an identity provider's
 * log-in page may add any when it redirects to us.
 */
export function refusesUnknown({ path, audience }: RouteContract): boolean {
  return !isV2(path) && audience !== 'anyone';
}

const V1 = '/api/v1';
const NO_QUERY = {};
/** The media type of NDJSON: one JSON value per line. */
export const NDJSON = 'application/x-ndjson';

/** The parameters of every feed. */
export const feed = { since, limit, last_id: lastId } as const;
/** The parameters of every list of /api/v1. */
export const list = { limit, cursor } as const;

/** The schema of a page of a list of /api/v1. */
export function listOf<Item extends TSchema>(item: Item) {
  const { title } = item as { title?: string };
  const next = Type.Union([Type.String(), Type.Null()], {
    description: 'what to send as cursor for the next page; null on the last',
  });
  return Type.Object({ items: Type.Array(item), next }, title === undefined ? {} : { title: `${title}List` });
}

type V2Route<Path extends string, Q extends RouteContract['query']> = {
  readonly method: 'GET';
  readonly path: `${typeof V2}${Path}`;
  readonly right: 'read';
  readonly role: null;
  readonly summary: string;
  readonly query: Q;
};

/** Makes a route of API v2; without a schema, its answer is empty. */
export function get<Path extends string, Q extends RouteContract['query']>(
  path: Path,
  summary: string,
  query: Q,
): V2Route<Path, Q>;
export function get<Path extends string, Q extends RouteContract['query'], Answer extends TSchema>(
  path: Path,
  summary: string,
  query: Q,
  answer: Answer,
): V2Route<Path, Q> & { readonly answer: Answer };
export function get(path: string, summary: string, query: RouteContract['query'], answer?: TSchema): RouteContract {
  return { method: 'GET', path: `${V2}${path}`, right: 'read', role: null, summary, query, ...(answer && { answer }) };
}

/** What a route of /api/v1 may have besides the required parts. */
type Details = Partial<Omit<RouteContract, 'method' | 'path' | 'right' | 'role' | 'summary'>>;

type V1Route<Method, Path extends string, D extends Details> = {
  readonly method: Method;
  readonly path: `${typeof V1}${Path}`;
  readonly right: Right;
  readonly role: Role;
  readonly summary: string;
  readonly query: D extends { readonly query: infer Q } ? Q : typeof NO_QUERY;
} & Readonly<Omit<D, 'query'>>;

/** Makes a route of /api/v1. */
export function v1<
  const Method extends RouteContract['method'],
  const Path extends string,
  const D extends Details = typeof NO_QUERY,
>(method: Method, path: Path, right: Right, role: Role, summary: string, more?: D): V1Route<Method, Path, D> {
  const route = { method, path: `${V1}${path}`, right, role, summary, query: NO_QUERY, ...more };
  return route as unknown as V1Route<Method, Path, D>;
}

/** The routes of any collection. */
export interface CrudRoutes {
  readonly list: RouteContract & { readonly query: typeof list };
  readonly create: RouteContract & { readonly idempotent: true };
  readonly read: RouteContract;
  readonly update: RouteContract;
  readonly remove: RouteContract;
}

/**
 * Makes the five routes of a collection: list, create, read, update, remove. Every user may read it; `writer` is the
 * least role that may change it.
 */
export function crud<
  const Plural extends string,
  Input extends TSchema,
  Patch extends TSchema,
  Item extends TSchema | undefined = undefined,
>(
  plural: Plural,
  singular: string,
  writer: Role,
  { input, patch, item }: { readonly input: Input; readonly patch: Patch; readonly item?: Item },
) {
  type Page = Item extends TSchema ? ReturnType<typeof listOf<Item>> : undefined;
  const answer = item as Item;
  const page = (item && listOf(item)) as Page;
  return {
    list: v1('GET', `/${plural}`, 'read', 'rep', `All ${plural}, inactive ones too, a page at a time`, {
      query: list,
      answer: page,
    }),
    create: v1('POST', `/${plural}`, 'write', writer, `Create a ${singular}`, {
      body: input,
      status: 201,
      answer,
      etag: true,
      idempotent: true,
    }),
    read: v1('GET', `/${plural}/:id`, 'read', 'rep', `One ${singular}`, { answer, etag: true }),
    update: v1('PATCH', `/${plural}/:id`, 'write', writer, `Change a ${singular}`, { body: patch, answer, etag: true }),
    remove: v1('DELETE', `/${plural}/:id`, 'write', writer, `Deactivate a ${singular}`, { status: 204 }),
  };
}
