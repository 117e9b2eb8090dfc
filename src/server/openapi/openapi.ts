import { RIGHTS } from '../../contract/access.js';
import { paramSchema } from '../../contract/params.js';
import { isV2, NDJSON, type RouteContract, refusesUnknown } from '../../contract/route.js';
import { type Components, createComponents, type Json, RATE_HEADERS } from './openapi-components.js';

// Makes OpenAPI 3.1 documents from the route table alone, so that the documents say what the server does.

/** What a document describes. */
export interface ApiDescription {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** By operation id. */
  readonly routes: ReadonlyMap<string, RouteContract>;
  /** An object for each name of a schema. */
  readonly examples: Readonly<Record<string, unknown>>;
}

/**
 * Makes an OpenAPI document.
 * @throws Error if two different schemas have one name.
 */
export function openapiDocument({ title, version, description, routes, examples }: ApiDescription): Json {
  const components = createComponents(examples);
  const paths: Record<string, Record<string, Json>> = {};
  for (const [operationId, route] of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    const operation = describeOperation(operationId, route, components);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation };
  }
  const tags = [...new Set([...routes.values()].map(tagOf))].map((name) => ({ name }));
  const sessions = [...routes.values()].some(({ role }) => role !== null);
  return {
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags,
    paths,
    components: {
      ...components.named(),
      securitySchemes: { basic: BASIC, ...(sessions && { session: SESSION }) },
    },
  };
}

const BASIC = {
  type: 'http',
  scheme: 'basic',
  description: `A credential: its user id and password. It has some of the scopes ${RIGHTS.join(', ')}; admin includes write, and write includes read.`,
};
const SESSION = {
  type: 'apiKey',
  in: 'cookie',
  name: 'debrief_session',
  description: 'The session of a user who has logged in: a rep, a manager or an admin.',
};

const isFeed = ({ query }: RouteContract) => 'since' in query;

/** Tags of nouns that belong to another noun: a thing is read at a different path than it is listed at. */
const TAGS: Readonly<Record<string, string>> = {
  check: 'connection',
  call: 'calls',
  call_topics: 'topics',
  call_count: 'calls',
  'calls.csv': 'calls',
  metadata_fields: 'calls',
  transcript: 'calls',
  scorecard: 'scores',
  kpi: 'kpis',
  'login-methods': 'session',
};

/** The noun that a route is about. */
function tagOf({ path }: RouteContract): string {
  const noun = path.replace(/^\/api\/(ev\/)?\w+\//, '').split('/', 1)[0]!;
  return TAGS[noun] ?? noun;
}

function describeOperation(operationId: string, route: RouteContract, components: Components): Json {
  const { status = 200, alsoStatus } = route;
  const success = (code: number) => [code, successResponse(code, route, components)];
  const codes = [...(alsoStatus === undefined ? [] : [alsoStatus]), status, ...(route.ranges ? [206] : [])];
  const refused = problemStatuses(route).map((code): [number, Json] => [code, components.problem(code, route)]);
  const unchanged: [number, Json][] = hasTag(route) ? [[304, components.unchanged()]] : [];
  const body = requestBody(route, components);
  const parameters = [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)];
  return {
    operationId,
    tags: [tagOf(route)],
    summary: route.summary,
    description: whoMay(route),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: Object.fromEntries([...codes.map(success), ...unchanged, ...refused]),
    security: securityOf(route),
  };
}

function whoMay({ right, role, audience }: RouteContract): string {
  if (audience === 'anyone') return 'For anyone, without authentication.';
  if (audience === 'people') return 'For users with a session.';
  const people = {
    rep: 'Any user with a session.',
    manager: 'With a session: managers and admins.',
    admin: 'With a session: admins.',
  };
  return `Needs a credential with the \`${right}\` scope.${role === null ? '' : ` ${people[role]}`}`;
}

function pathParameters({ path }: RouteContract): Json[] {
  const schema = { type: 'string', minLength: 1, maxLength: 200 };
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema }));
}

function queryParameters({ query, metadataQuery }: RouteContract): Json[] {
  const parameters = Object.entries(query).map(([name, param]): Json => {
    const { schema, description } = paramSchema(param);
    const required = param.kind === 'instant' && param.required;
    return { name, in: 'query', ...(required && { required }), description, schema };
  });
  return metadataQuery ? [...parameters, metadataParameter(metadataQuery)] : parameters;
}

function metadataParameter(takes: 'one' | 'any'): Json {
  const isOne = takes === 'one';
  const count = isOne ? 'Exactly one' : 'Up to ten';
  return {
    name: 'field',
    in: 'query',
    ...(isOne && { required: true }),
    description: `${count} \`metadata.<field>=<value>\`; nested fields by a dotted path (which also finds a field whose own name has dots), \`metadata.id\` for the id of the call. The whole value is compared, in lower case.`,
    style: 'form',
    explode: true,
    schema: { type: 'object', ...(isOne && ONE_PROPERTY), additionalProperties: { type: 'string' } },
    example: { 'metadata.company': 'hewlett packard enterprise' },
  };
}

const ONE_PROPERTY = { minProperties: 1, maxProperties: 1 };

const takesBody = ({ body, bodyType }: RouteContract) => body !== undefined || bodyType !== undefined;

/** Whether a route changes an existing thing on the condition that it is still as the caller read it. */
function isConditional(route: RouteContract): boolean {
  const { method, path, etag, audience } = route;
  if (isV2(route.path) || audience !== undefined) return false;
  // An upload has no ETag: its sender alone changes it.
  if (method === 'DELETE') return path.endsWith('/:id') && !path.includes('/uploads/');
  return etag === true && (method === 'PATCH' || (method === 'POST' && path.includes('/:id/')));
}

/** Whether the thing read has an ETag, so that a caller who has it already need not get it again. */
const hasTag = ({ method, etag }: RouteContract) => method === 'GET' && etag === true;

function headerParameters(route: RouteContract): Json[] {
  const parameters: Json[] = [];
  if (hasTag(route)) {
    parameters.push({
      name: 'If-None-Match',
      in: 'header',
      description: 'The ETag of what the caller has: the answer is 304 if it is still current.',
      schema: { type: 'string' },
    });
  }
  if (takesBody(route)) {
    parameters.push({
      name: 'Content-Encoding',
      in: 'header',
      description: '`gzip` for a compressed body. Its size limit applies to the inflated body.',
      schema: { type: 'string', enum: ['gzip'] },
    });
  }
  if (route.ranges) {
    parameters.push(
      {
        name: 'Range',
        in: 'header',
        description: 'One range of bytes: the answer is then 206. Several at once are answered with the whole.',
        schema: { type: 'string', examples: ['bytes=0-65535', 'bytes=65536-', 'bytes=-1000'] },
      },
      {
        name: 'If-Range',
        in: 'header',
        description: 'The ETag of what the caller has a part of: of anything else, the whole is sent.',
        schema: { type: 'string' },
      },
    );
  }
  if (isConditional(route)) {
    parameters.push({
      name: 'If-Match',
      in: 'header',
      description: 'The ETag of the thing as the caller read it: the answer is 412 if it was changed since.',
      schema: { type: 'string' },
    });
  }
  if (route.idempotent) {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      description: 'A key for this request: repeated with it, the request gets the same answer and does nothing more.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
    });
  }
  return parameters;
}

function requestBody({ body, sent = body, bodyType, form }: RouteContract, components: Components): Json | null {
  if (sent === undefined && bodyType === undefined) return null;
  const content = contentOf(bodyType, sent, components);
  return { required: true, content: { ...content, ...(form !== undefined && formContent(form, components)) } };
}

function formContent(call: unknown, components: Components): Json {
  const properties = {
    ...(call !== null && { call: components.schema(call) }),
    file: { type: 'string', contentMediaType: 'application/octet-stream' },
  };
  return { 'multipart/form-data': { schema: { type: 'object', properties, required: ['file'] } } };
}

function contentOf(type: string | undefined, schema: unknown, components: Components): Json {
  if (type === undefined) return { 'application/json': { schema: components.schema(schema) } };
  if (type !== NDJSON || schema === undefined) return { [type]: {} };
  // OpenAPI 3.1 cannot describe a stream of values: the schema is that of a line.
  return { [type]: { schema: components.schema(schema) } };
}

function successResponse(status: number, route: RouteContract, components: Components): Json {
  const { answer, answerType } = route;
  const empty = answer === undefined && answerType === undefined;
  const description = empty
    ? 'Done; the answer is empty.'
    : status === 206
      ? 'The range that was asked for.'
      : status === route.alsoStatus
        ? 'It existed already, and is now as sent.'
        : status === 201
          ? 'Created.'
          : answerType === NDJSON || route.bodyType === NDJSON
            ? 'A JSON value per line.'
            : 'Success.';
  const names = headersOf(route);
  return {
    description,
    ...(names.length > 0 && { headers: components.headers(names) }),
    ...(!empty && {
      content: {
        ...contentOf(answerType, answer, components),
        ...Object.fromEntries((route.textTypes ?? []).map((type) => [type, {}])),
      },
    }),
  };
}

/** The headers of a success. */
function headersOf(route: RouteContract): string[] {
  return [
    ...((route.answer || route.answerType) && !route.ranges ? ['Content-Encoding'] : []),
    ...(route.ranges ? ['Accept-Ranges'] : []),
    ...(route.etag ? ['ETag'] : []),
    ...(isFeed(route) ? ['Link'] : []),
    ...(route.idempotent ? ['Idempotency-Replayed'] : []),
    ...(isV2(route.path) ? RATE_HEADERS : []),
  ];
}

/** The statuses of the errors that a route can answer. */
function problemStatuses(route: RouteContract): number[] {
  const { method, path, query, metadataQuery } = route;
  const hasBody = takesBody(route);
  const takesInput = hasBody || path.includes(':') || Object.keys(query).length > 0 || metadataQuery !== undefined;
  const changes = !isV2(route.path) && method !== 'GET';
  const can: Readonly<Record<number, boolean>> = {
    400: takesInput || refusesUnknown(route),
    401: true,
    403: true,
    404: path.includes(':'),
    409: changes && (hasBody || method === 'DELETE'),
    412: isConditional(route),
    413: hasBody,
    415: hasBody,
    416: route.ranges ?? false,
    422: route.idempotent ?? false,
    503: true,
    504: isV2(route.path),
  };
  return Object.keys(can)
    .map(Number)
    .filter((status) => can[status]);
}

/** How a caller authenticates; with nothing for a route for anyone. */
function securityOf({ role, audience }: RouteContract): object[] {
  if (audience === 'anyone') return [];
  if (audience === 'people') return [{ session: [] }];
  return role === null ? [{ basic: [] }] : [{ basic: [] }, { session: [] }];
}
