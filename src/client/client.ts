import type { RouteContract } from '../contract/route.js';
import { isRoute, v1Routes, v2Routes } from '../contract/routes.js';
import { createFeed, type FeedRequest, type Feeds } from './feed.js';
import { type Answered, type Connection, request, type SentOptions } from './request.js';
import { type RetrySettings, type Wait, waitFor } from './retry.js';
import type { AnswerOf, CallArguments, ItemOf, Methods } from './route-types.js';

/** Settings of a client. */
export interface ClientSettings {
  /** Such as `https://debrief.example.com`. Leave it out in a page served by Debrief itself. */
  readonly baseUrl?: string | undefined;
  /** A credential's user name. Without one, requests use the session of the page's user. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** 8 attempts over about a minute, unless given. */
  readonly retry?: Partial<RetrySettings> | undefined;
  /** A fetch to use instead: for a proxy, a certificate, a log. */
  readonly fetch?: typeof fetch | undefined;
  /** How to wait before the next attempt or poll. */
  readonly wait?: Wait | undefined;
}

/** A typed client of both APIs. */
export interface Client {
  /**
   * Calls a route of the contract, and returns its answer.
   * @throws ApiError if the server refuses.
   */
  call<R extends RouteContract>(route: R, ...options: CallArguments<R>): Promise<AnswerOf<R>>;
  /** Like `call`, with the status, the headers and the ETag. */
  request<R extends RouteContract>(route: R, ...options: CallArguments<R>): Promise<Answered<AnswerOf<R>>>;
  /** All items of a list, page after page, from its beginning or from a cursor. */
  list<R extends RouteContract>(route: R, ...options: CallArguments<R>): AsyncGenerator<ItemOf<R>, void, undefined>;
  /** The routes of API v2. */
  readonly v2: Methods<typeof v2Routes>;
  /** The routes of /api/v1. */
  readonly v1: Methods<typeof v1Routes>;
  /** The feeds of API v2, read to their end or forever. */
  readonly feeds: Feeds<typeof v2Routes>;
}

const RETRY: RetrySettings = { attempts: 8, firstMs: 500, maxMs: 30_000 };

/**
 * Makes a client.
 * @throws TypeError if `baseUrl` is not a URL.
 */
export function createClient(settings: ClientSettings = {}): Client {
  const { baseUrl = '', username, password, headers, retry, wait = waitFor } = settings;
  // Checked here, because at the first request it would look like a lost connection.
  const { location } = globalThis as { location?: { readonly href: string } };
  if (!URL.canParse(baseUrl, location?.href)) throw new TypeError(`baseUrl "${baseUrl}" is not a URL.`);
  const connection: Connection = {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    headers: {
      ...(username !== undefined && { authorization: basic(username, password ?? '') }),
      accept: 'application/json',
      ...headers,
    },
    // Called through globalThis: a browser's fetch refuses any other `this`.
    fetch: settings.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    retry: { ...RETRY, ...retry },
    wait,
  };
  const ask = (route: RouteContract, options: SentOptions = {}) => request(connection, route, options);
  const call = async (route: RouteContract, options?: SentOptions) => (await ask(route, options)).data;

  async function* list(route: RouteContract, options: SentOptions = {}) {
    let cursor: unknown;
    do {
      const query = { ...options.query, ...(cursor !== undefined && { cursor }) };
      const page = (await call(route, { ...options, query })) as { items: unknown[]; next: string | null };
      yield* page.items;
      cursor = page.next;
    } while (cursor !== null);
  }

  const feeds = Object.entries(v2Routes)
    .filter(([, route]) => 'since' in route.query)
    .map(([name, route]) => [name, (options: FeedRequest) => createFeed(connection, name, route, options)]);

  const client = { call, request: ask, list, feeds: Object.fromEntries(feeds) };
  return { ...client, v2: methodsOf(v2Routes, call), v1: methodsOf(v1Routes, call) } as unknown as Client;
}

type Call = (route: RouteContract, options?: SentOptions) => Promise<unknown>;

function methodsOf(routes: object, call: Call): object {
  const methods = Object.entries(routes).map(([name, entry]: [string, object]) => [
    name,
    isRoute(entry) ? (options?: SentOptions) => call(entry, options) : methodsOf(entry, call),
  ]);
  return Object.fromEntries(methods);
}

/** A credential for HTTP Basic authentication, as UTF-8 (RFC 7617 §2.1). */
function basic(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
