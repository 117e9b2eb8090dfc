import { Problem } from '../../contract/problem.js';
import { isV2, type RouteContract } from '../../contract/route.js';

// What OpenAPI documents describe once and refer to by name: schemas, headers, refusals.

export type Json = Readonly<Record<string, unknown>>;

/** What is described once, and referred to by its name. */
export interface Components {
  /** A reference where the schema has a name, else the schema itself. */
  schema(schema: unknown): unknown;
  headers(names: readonly string[]): Json;
  /** That what the sender has is still what there is. */
  unchanged(): Json;
  /** The refusal of this status, by this route. */
  problem(status: number, route: RouteContract): Json;
  named(): Readonly<Record<'schemas' | 'responses' | 'headers', Json>>;
}

/** `examples`: an object each, by its schema's name. */
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
          // A tuple, which TypeBox writes as older drafts of JSON Schema had it.
          if (Array.isArray(value)) return ['prefixItems', value.map(refer)];
          return [key, refer(value)];
        case 'additionalItems':
          return ['items', value];
        case 'patternProperties':
          // An object of any names, as everybody writes it.
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
      responses[304] ??= { description: 'It is still what If-None-Match says.', headers: referHeaders(['ETag']) };
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
  'Content-Encoding': text('`gzip`, where the answer goes out by it: of a kilobyte and more, to who takes it.', 'gzip'),
  ETag: text(
    'Its tag as it is shown: to be sent as If-Match with a change, or as If-None-Match to read it only where it has changed. By gzip it ends in `-gzip`.',
    '"nUD1-aB3Xy0q5dPZ8eTgWw"',
  ),
  Link: text(
    'Of a full page: the exact request for the next one.',
    '<https://debrief.example.com/api/ev/2/calls?since=2026-03-01T14%3A30%3A00.123456Z&last_id=a1>; rel="next"',
  ),
  'Idempotency-Replayed': text('`true` where the request with this key had been answered before.', 'true'),
  'RateLimit-Policy': text('The limit that holds now: `q` requests in `w` seconds.', '"default";q=5;w=1'),
  RateLimit: text(
    'How many requests may go at once, and in how many seconds all of the limit is there again.',
    '"default";r=4;t=1',
  ),
  'X-Queue-Time-Ms': {
    description: 'Milliseconds that the request waited for its turn.',
    schema: { type: 'integer', minimum: 0 },
  },
  'Retry-After': { description: 'Seconds after which to ask again.', schema: { type: 'integer', minimum: 1 } },
  'WWW-Authenticate': text('The scheme to send a credential by.', 'Basic realm="Debrief", charset="UTF-8"'),
};

export const RATE_HEADERS = ['RateLimit-Policy', 'RateLimit', 'X-Queue-Time-Ms'];
const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'A parameter, a field or a header is missing or wrong: `parameter` names it, and `allowed` says what it takes.',
  401: 'No credential or session, or not a valid one. Wrong, unknown and revoked ones are answered alike.',
  403: 'Known, but not allowed to do this.',
  404: 'There is no such thing, or it is not visible to the one who asks.',
  409: 'It contradicts what is there, such as an id or a name that is taken.',
  412: 'It was changed since the ETag that was sent as If-Match.',
  413: 'The body is larger than this takes.',
  415: 'The Content-Type is not the one that this takes, or the Content-Encoding is not gzip.',
  422: 'The Idempotency-Key belongs to another request.',
  503: 'Not now: ask again.',
  504: 'So many requests of this credential wait that this one would for a minute or longer; Retry-After says when there is a place.',
};

function problemHeaders(status: number, route: RouteContract): string[] {
  return [
    ...(status === 401 ? ['WWW-Authenticate'] : []),
    ...(status === 415 ? ['Accept-Encoding'] : []),
    ...(status === 504 ? ['Retry-After'] : []),
    ...(isV2(route.path) ? RATE_HEADERS : []),
  ];
}
