import { NDJSON, type RouteContract } from '../contract/route.js';
import { refusalOf } from './api-error.js';
import { type RetrySettings, retrying, type Wait } from './retry.js';
import type { CallSettings, RawBody } from './route-types.js';

/** What requests are sent with. */
export interface Connection {
  /** Without a slash at its end; '' for the page's own origin. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly retry: RetrySettings;
  readonly wait: Wait;
}

type QueryValues = Readonly<Record<string, unknown>>;

/** The options of a call of any route. */
export interface SentOptions extends CallSettings {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: QueryValues | undefined;
  readonly body?: unknown;
}

/** An answer, with its headers. */
export interface Answered<Data> {
  readonly data: Data;
  readonly status: number;
  readonly headers: Headers;
  /** To be sent as `ifMatch` with a change of the thing. */
  readonly etag: string | null;
}

/**
 * Sends a request of a route. A request that can be repeated safely (a GET, or any with an idempotencyKey) is sent
 * again after a temporary failure.
 * @throws ApiError if the server refuses; fetch's own error if there is no answer.
 */
export async function request(
  { baseUrl, headers, fetch, retry, wait }: Connection,
  route: RouteContract,
  options: SentOptions,
): Promise<Answered<unknown>> {
  const { signal, ifMatch, idempotencyKey } = options;
  const { body, type } = sentBody(route, options.body);
  const url = `${baseUrl}${pathOf(route, options.params ?? {})}${queryText(options.query ?? {})}`;
  const init: RequestInit = {
    method: route.method,
    headers: {
      ...headers,
      ...(type !== undefined && { 'content-type': type }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...options.headers,
    },
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  };
  const send = async () => {
    const response = await fetch(url, init);
    if (!response.ok) throw await refusalOf(response);
    const { status, headers: answered } = response;
    return { data: await dataOf(route, response), status, headers: answered, etag: answered.get('etag') };
  };
  const repeatable = route.method === 'GET' || idempotencyKey !== undefined;
  return repeatable ? retrying(send, retry, wait, signal) : send();
}

function pathOf(route: RouteContract, params: Readonly<Record<string, string | number>>): string {
  return route.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    // Without this check, a lost id would make it a request for something else.
    if (value === undefined || value === '') throw new TypeError(`${route.method} ${route.path} needs ${name}.`);
    return encodeURIComponent(value);
  });
}

function queryText(query: QueryValues): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  if (given.length === 0) return '';
  const pairs = given.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)]);
  return `?${new URLSearchParams(pairs as [string, string][])}`;
}

function sentBody({ bodyType }: RouteContract, body: unknown): { body?: RawBody; type?: string } {
  if (body === undefined) return {};
  if (bodyType === undefined) return { body: JSON.stringify(body), type: 'application/json' };
  if (bodyType !== NDJSON) return { body: body as RawBody, type: bodyType };
  return { body: (body as unknown[]).map((line) => `${JSON.stringify(line)}\n`).join(''), type: NDJSON };
}

async function dataOf({ answer, answerType, textTypes = [] }: RouteContract, response: Response): Promise<unknown> {
  if (answerType !== undefined && answerType !== NDJSON) return response;
  const text = await response.text();
  if (answer === undefined && text === '') return undefined;
  const type = response.headers.get('content-type');
  if (textTypes.some((each) => type?.startsWith(each))) return text;
  // Perhaps a proxy's page. A parse error would count as an answer that broke off, and be retried.
  if (!/^application\/(x-nd)?json\b/.test(type ?? '')) throw new Error(`${response.url} answered ${type}, not JSON.`);
  if (answerType === NDJSON) return linesOf(text).map((line) => JSON.parse(line));
  return JSON.parse(text);
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
