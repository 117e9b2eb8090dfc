import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { pino } from 'pino';
import { inject } from 'vitest';
import { createDiskStore } from '#debrief/adapters/storage/disk.js';
import type { ObjectStore } from '#debrief/adapters/storage/object-store.js';
import type { Clock } from '#debrief/clock.js';
import { systemClock } from '#debrief/clock.js';
import type { Right } from '#debrief/contract/access.js';
import { createCopyOut } from '#debrief/db/connection/copy.js';
import { createPool } from '#debrief/db/connection/pool.js';
import type { Db } from '#debrief/db/database.js';
import type { Tables } from '#debrief/db/schema.js';
import { createCallReader } from '#debrief/ingest/reader.js';
import { createLog } from '#debrief/log.js';
import { buildApp } from '#debrief/server/app.js';
import type { DemoLinks } from '#debrief/server/auth/demo-links.js';
import type { LogInOptions } from '#debrief/server/auth/log-in-options.js';
import type { SetupToken } from '#debrief/server/auth/setup-token.js';
import type { TurnTime } from '#debrief/server/rate-limit/rate-limit.js';
import { createAccount } from '#debrief/services/accounts/accounts.js';
import { createCredential } from '#debrief/services/accounts/credentials.js';
import { type Actor, commandActor } from '#debrief/services/actor.js';
import { createUser } from '#debrief/services/people/users.js';
import { createTemplateRenderer } from '#debrief/templates/renderer.js';
import { checkAnswer } from './declared-answer.js';

/** A clock that stands until it is moved. */
export interface DrivenClock extends Clock {
  advance(ms: number): void;
}

export function drivenClock(): DrivenClock {
  let ahead = 0;
  return {
    now: () => (Date.now() + ahead) * 1000,
    advance(ms) {
      ahead += ms;
    },
  };
}

export interface TestService {
  readonly url: string;
  readonly db: Db;
  readonly pool: pg.Pool;
  readonly store: ObjectStore;
  close(): Promise<void>;
}

export interface ServiceOptions {
  /** Another database than the one that all suites share. */
  readonly databaseUrl?: string;
  readonly clock?: Clock;
  readonly connections?: number;
  readonly trustProxy?: readonly string[];
  /** Drives the waiting under the rate limit. */
  readonly turnTime?: TurnTime;
  /** How people log in, beside by a password. */
  readonly logIn?: LogInOptions;
  /** What the first account is made with. */
  readonly setup?: SetupToken;
  /** Whom the links of a demo log in. */
  readonly demoLinks?: DemoLinks;
  /** After how long a socket on which nothing moves is closed, in milliseconds. */
  readonly idleMs?: number;
  /** Where recordings are, instead of where they are for all suites. */
  readonly store?: ObjectStore;
  /** Where uploads are until they are whole, instead of where they are for all suites. */
  readonly uploadsDir?: string;
  /** Takes each line of the log. */
  readonly onLog?: (line: string) => void;
}

/** The real app on a real socket. */
export async function startService(options: ServiceOptions = {}): Promise<TestService> {
  const connection = { connectionString: options.databaseUrl ?? inject('databaseUrl') };
  const pool = createPool({
    connection,
    max: options.connections ?? 8,
    onError: () => {},
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const reader = createCallReader(1);
  const store = options.store ?? createDiskStore(join(inject('dataDir'), 'recordings'), systemClock);
  const templates = createTemplateRenderer({ threads: 1 });
  const log = options.onLog ? createLog('trace', { write: options.onLog }) : pino({ level: 'silent' });
  const deps = {
    db,
    copyOut: createCopyOut(pool),
    uploadsDir: options.uploadsDir ?? join(inject('dataDir'), 'uploads'),
    clock: options.clock ?? systemClock,
    reader,
    templates,
    store,
    hasEngine: true,
  };
  const app = buildApp(deps, log, {
    trustProxy: options.trustProxy ?? null,
    pool,
    connection,
    ...(options.turnTime && { turnTime: options.turnTime }),
    ...(options.logIn && { logIn: options.logIn }),
    ...(options.setup && { setup: options.setup }),
    ...(options.demoLinks && { demoLinks: options.demoLinks }),
    ...(options.idleMs && { idleMs: options.idleMs }),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    db,
    pool,
    store,
    async close() {
      await app.close();
      await Promise.all([reader.close(), templates.close()]);
      await pool.end();
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json(): any;
}

/** Requests as one credential. */
export interface TestClient {
  readonly accountId: string;
  readonly username: string;
  readonly password: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Gives a call and waits until it is COMPLETE (or ERROR); answers its id. */
  upsertCall(call: object): Promise<string>;
}

export interface TestAccount {
  readonly accountId: string;
  /** Does things without the API, as a command would. */
  readonly actor: Actor;
  client(...scopes: Right[]): Promise<TestClient>;
  addUser(email: string, more?: object): Promise<string>;
}

/** A new account; its first client may do everything. */
export async function makeAccount(service: TestService, timeZone = 'America/New_York'): Promise<TestAccount> {
  const accountId = await createAccount({ db: service.db }, { name: 'Test company', timeZone });
  const actor = commandActor({ accountId }, timeZone);
  return {
    accountId,
    actor,
    client: (...scopes) => makeClient(service, accountId, scopes.length > 0 ? scopes : ['admin', 'delete']),
    async addUser(email, more = {}) {
      const body = { email, firstName: 'Ada', lastName: 'Byron', ...more };
      return (await createUser({ db: service.db }, actor, body)).id;
    },
  };
}

export async function makeClient(service: TestService, accountId: string, scopes: Right[]): Promise<TestClient> {
  const { username, password } = await createCredential(
    { db: service.db },
    { accountId },
    { scopes, rate: 'unlimited' },
  );
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const client: TestClient = {
    accountId,
    username,
    password,
    get: (path, headers) => client.send('GET', path, undefined, headers),
    async send(method, path, body, headers = {}) {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(new URL(path, service.url), {
        method,
        headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const { status, headers: answered } = response;
      checkAnswer(method, path, { status, headers: answered, text });
      return { status, headers: answered, text, json: () => JSON.parse(text) };
    },
    async upsertCall(call) {
      const given = await client.send('POST', '/api/v1/calls', call);
      if (given.status >= 300) throw new Error(`the call was refused: ${given.text}`);
      const { id } = given.json();
      await settled(client, id);
      return id;
    },
  };
  return client;
}

/** Waits until the call is out of its passing states. */
async function settled(client: TestClient, callId: string): Promise<void> {
  await until(async () => {
    const { state } = (await client.get(`/api/v1/calls/${encodeURIComponent(callId)}`)).json();
    return state === 'COMPLETE' || state === 'ERROR' || state === 'PENDING';
  });
}

/** Waits for something that comes about in the background; what does not is described by `left`. */
export async function until(
  come: () => Promise<boolean>,
  { seconds = 30, left }: { seconds?: number; left?: () => Promise<unknown> } = {},
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await come())) {
    if (Date.now() > deadline) {
      const state = left === undefined ? '' : `: ${JSON.stringify(await left())}`;
      throw new Error(`it did not come about in ${seconds} s${state}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a statement waits for a lock; `pattern` is a regular expression of PostgreSQL's over its text. */
export async function lockIsWaitedFor({ pool }: TestService, pattern: string): Promise<boolean> {
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ~ $1`;
  return (await pool.query(waiting, [pattern])).rows.length > 0;
}
