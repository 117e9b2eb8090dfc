import { Problem } from '../../contract/problem.js';
import { isV2, type RouteContract } from '../../contract/route.js';

// The parts of OpenAPI documents that are described once and referred to by name: schemas, headers, errors.

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** Collects the parts that are referred to by name. */
export interface Components {
  /** A reference if the schema has a name, else the schema itself. */
  schema(schema: unknown): unknown;
  /** References to headers. */
  headers(names: readonly string[]): Json;
  /** The 304 answer. */
  unchanged(): Json;
  /** The answer of an error with this status, from this route. */
  problem(status: number, route: RouteContract): Json;
  /** All parts referred to so far. */
  named(): Readonly<Record<'schemas' | 'responses' | 'headers', Json>>;
}

/** Makes an empty collection. `examples`: an object for each name of a schema. */
export function createComponents(examples: Readonly<Record<string, unknown>>): Components {
  const schemas: Record<string, Json> = {};
  const responses: Record<string, Json> = {};
  const headers: Record<string, Json> = {};
  const texts = new Map<string, string>();

  function refer(schema: unknown): unknown {
    const { title } = schema as { title?: string };
    if (title === undefined) return inline(schema as Json);
    const text = JSON.stringify(schema);
    const known = texts.get(title);
    if (known !== undefined && known !== text) throw new Error(`Two different schemas are called ${title}.`);
    if (known === undefined) {
      texts.set(title, text);
      schemas[title] = { ...inline(schema as Json), ...(title in examples && { examples: [examples[title]] }) };
    }
    return { $ref: `#/components/schemas/${title}` };
  }

  function inline({ title, ...schema }: Json): Json {
    const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
      switch (key) {
        case 'properties': {
          const properties = Object.entries(value as Json).map(([name, property]) => [name, refer(property)]);
          return [key, Object.fromEntries(properties)];
        }
        case 'anyOf':
          return [key, (value as unknown[]).map(refer)];
        case 'items':
          // A tuple, which TypeBox writes as older drafts of JSON Schema did.
          if (Array.isArray(value)) return ['prefixItems', value.map(refer)];
          return [key, refer(value)];
        case 'additionalItems':
          return ['items', value];
        case 'patternProperties':
          // An object with any names, as it is usually written.
          return ['additionalProperties', refer(Object.values(value as Json)[0])];
        default:
          return [key, value];
      }
    });
    return Object.fromEntries(entries);
  }

  function referHeaders(names: readonly string[]): Json {
    for (const name of names) headers[name] = HEADERS[name]!;
    return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
  }

  return {
    schema: refer,
    headers: referHeaders,
    unchanged() {
      responses[304] ??= { description: 'It still has the ETag in If-None-Match.', headers: referHeaders(['ETag']) };
      return { $ref: '#/components/responses/304' };
    },
    problem(status, route) {
      const names = problemHeaders(status, route);
      responses[status] ??= {
        description: PROBLEMS[status],
        ...(names.length > 0 && { headers: referHeaders(names) }),
        content: { 'application/problem+json': { schema: refer(Problem) } },
      };
      return { $ref: `#/components/responses/${status}` };
    },
    named: () => ({ schemas: sorted(schemas), responses, headers: sorted(headers) }),
  };
}

const sorted = <T>(named: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1)));

const text = (description: string, example: string): Json => ({
  description,
  schema: { type: 'string', examples: [example] },
});

const HEADERS: Readonly<Record<string, Json>> = {
  'Accept-Encoding': text('The content coding that a body may have.', 'gzip'),
  'Accept-Ranges': text('That ranges of bytes can be asked for.', 'bytes'),
  'Content-Encoding': text(
    '`gzip` if the answer is compressed: answers of a kilobyte or more are, for clients that accept it.',
    'gzip',
  ),
  ETag: text(
    'The tag of what is shown: to be sent as If-Match with a change, or as If-None-Match to read it only if it has changed. Of a gzip answer it ends in `-gzip`.',
    '"nUD1-aB3Xy0q5dPZ8eTgWw"',
  ),
  Link: text(
    'On a full page: the exact request for the next one.',
    '<https://debrief.example.com/api/ev/2/calls?since=2026-03-01T14%3A30%3A00.123456Z&last_id=a1>; rel="next"',
  ),
  'Idempotency-Replayed': text('`true` if the request with this key had been answered before.', 'true'),
  'RateLimit-Policy': text('The limit that applies now: `q` requests in `w` seconds.', '"default";q=5;w=1'),
  RateLimit: text(
    'How many requests may be made at once, and after how many seconds the whole limit is available again.',
    '"default";r=4;t=1',
  ),
  'X-Queue-Time-Ms': {
    description: 'Milliseconds that the request waited for its turn.',
    schema: { type: 'integer', minimum: 0 },
  },
  'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer', minimum: 1 } },
  'WWW-Authenticate': text('The scheme with which to send a credential.', 'Basic realm="Debrief", charset="UTF-8"'),
};

/** The headers of the rate limit, on every answer of API v2. */
export const RATE_HEADERS = ['RateLimit-Policy', 'RateLimit', 'X-Queue-Time-Ms'];
const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'A parameter, field or header is missing or wrong: `parameter` names it, and `allowed` says what it takes.',
  401: 'There is no valid credential or session. Wrong, unknown and revoked ones get the same answer.',
  403: 'The caller is known, but not allowed to do this.',
  404: 'There is no such thing, or the caller may not see it.',
  409: 'It conflicts with existing data, such as an id or a name that is taken.',
  412: 'It was changed since the ETag that was sent as If-Match.',
  413: 'The body is larger than this route takes.',
  415: 'The Content-Type is not one that this route takes, or the Content-Encoding is not gzip.',
  416: 'There is no byte in the range that was asked for: `Content-Range` says how many there are.',
  422: 'The Idempotency-Key belongs to another request.',
  503: 'Temporarily not possible: try again.',
  504: 'Too many requests of this credential are waiting: this one would wait a minute or longer. Retry-After says when to try again.',
};

function problemHeaders(status: number, route: RouteContract): string[] {
  return [
    ...(status === 401 ? ['WWW-Authenticate'] : []),
    ...(status === 415 ? ['Accept-Encoding'] : []),
    ...(status === 504 ? ['Retry-After'] : []),
    ...(isV2(route.path) ? RATE_HEADERS : []),
  ];
}
