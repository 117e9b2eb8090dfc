import { Compile } from 'typebox/compile';
import { isV2, NDJSON, type RouteContract } from '#debrief/contract/route.js';
import { allRoutes } from '#debrief/contract/routes.js';

// Holds what the server answers to what its contract says that it does: documents and clients are made of that.

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly [keyword: string]: unknown;
}

/** The schema, with objects that take no property beside their own: what it does not tell of is a fault here. */
export function closedSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closedSchema);
  if (schema === null || typeof schema !== 'object') return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, key === 'enum' ? value : closedSchema(value)]);
  const { properties } = schema as JsonSchema;
  const isObject = (schema as JsonSchema).type === 'object' && properties !== undefined;
  return { ...(isObject && { additionalProperties: false }), ...Object.fromEntries(entries) };
}

/** The faults of a value, as text; '' where it is as the schema says. */
type Check = (value: unknown) => string;

const checks = new WeakMap<object, Check>();

function checkOf(schema: object): Check {
  let check = checks.get(schema);
  if (check === undefined) {
    const validator = Compile(closedSchema(schema) as object);
    check = (value) => (validator.Check(value) ? '' : JSON.stringify(validator.Errors(value).slice(0, 5)));
    checks.set(schema, check);
  }
  return check;
}

/** Literal paths before those with parameters: `/calls/import` before `/calls/:id`. */
const patterns = allRoutes
  .map((route) => ({ route, pattern: new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}/?$`) }))
  .sort((a, b) => Number(a.route.path.includes(':')) - Number(b.route.path.includes(':')));

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Throws where a success is not as its route declares it. */
export function checkAnswer(method: string, path: string, answer: Answered): void {
  const pathname = path.split(/[?#]/, 1)[0]!.replace(/^https?:\/\/[^/]+/, '');
  const found = patterns.find(({ route, pattern }) => route.method === method && pattern.test(pathname));
  // What was answered about a call that has been erased since is repeated without its content.
  if (answer.headers.has('idempotency-replayed')) return;
  if (found === undefined || answer.status < 200 || answer.status > 299) return;
  const fault = faultOf(found.route, answer);
  if (fault !== '') throw new Error(`${method} ${pathname} is not answered as its contract says: ${fault}`);
}

function faultOf(route: RouteContract, { status, headers, text }: Answered): string {
  const { answer, answerType, status: declared = 200, alsoStatus } = route;
  if (isV2(route.path) && !headers.has('ratelimit')) return 'it does not tell of the rate limit';
  const isPart = status === 206 && route.ranges === true;
  if (status !== declared && status !== alsoStatus && !isPart) return `${status} instead of ${declared}`;
  if (answer === undefined && answerType === undefined) {
    // A route that has not got its schema yet is found by test/contract; one that answers nothing must not.
    return text !== '' && declared === 204 ? 'it has a body' : '';
  }
  if (headers.has('etag') !== (route.etag ?? false)) return headers.has('etag') ? 'it has an ETag' : 'it has no ETag';
  if (answer === undefined) return '';
  const type = headers.get('content-type') ?? '';
  if (route.textTypes?.some((each) => type.startsWith(each))) return '';
  const check = checkOf(answer);
  if (answerType === undefined) return check(JSON.parse(text));
  if (answerType !== NDJSON) return '';
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => check(JSON.parse(line))).find((fault) => fault !== '') ?? '';
}
