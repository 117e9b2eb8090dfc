import http from 'node:http';
import type { Right } from '#debrief/contract/access.js';
import type { CredentialRate } from '#debrief/db/credentials.js';
import type { TurnTime } from '#debrief/server/rate-limit/rate-limit.js';
import { createCredential } from '#debrief/services/accounts/credentials.js';
import { basic } from './raw-http.js';
import { type TestService, until } from './service.js';

// Requests that wait for their turns, under a time that is moved by hand.

/** Stands until it is moved, then runs its timers one after the other, each at its own time. */
export interface DrivenTime extends TurnTime {
  set(instant: string): void;
  advance(ms: number): void;
}

export function drivenTime(): DrivenTime {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const runUntil = (target: number) => {
    for (;;) {
      const next = timers.filter(({ at }) => at <= target).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      timers = timers.filter((timer) => timer !== next);
      now = Math.max(now, next.at);
      next.run();
    }
    now = target;
  };
  return {
    driven: true,
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    set: (instant) => runUntil(Date.parse(instant)),
    advance: (ms) => runUntil(now + ms),
  };
}

export interface RatedAnswer {
  readonly status: number;
  /** In lower case. */
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly waitedMs: number;
}

export interface Asked {
  /** Null where its client hung up. */
  readonly answer: Promise<RatedAnswer | null>;
  hangUp(): void;
}

/** A credential whose requests are sent each on a connection of its own. */
export interface RatedClient {
  readonly accountId: string;
  readonly username: string;
  readonly authorization: string;
}

export async function ratedClient(
  service: TestService,
  accountId: string,
  rate: CredentialRate = 'account',
  scopes: Right[] = ['admin'],
): Promise<RatedClient> {
  const { username, password } = await createCredential({ db: service.db }, { accountId }, { scopes, rate });
  return { accountId, username, authorization: basic(username, password) };
}

export function ask(
  url: string,
  { authorization }: Pick<RatedClient, 'authorization'>,
  { method = 'GET', path = '/api/ev/2/check' } = {},
): Asked {
  let request: http.ClientRequest | undefined;
  const answer = new Promise<RatedAnswer | null>((resolve) => {
    request = http.request(new URL(path, url), { method, agent: false, headers: { authorization } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        const { headers } = response;
        resolve({ status: response.statusCode!, headers, text, waitedMs: Number(headers['x-queue-time-ms']) });
      });
    });
    request.on('error', () => resolve(null));
    request.end();
  });
  return { answer, hangUp: () => request?.destroy() };
}

/** Up to when the credential's allowance is used up, in milliseconds; null where no request has taken a place. */
export async function usedUntil(service: TestService, client: RatedClient): Promise<number | null> {
  const found = await service.pool.query('select used_until_micros from rate_turns where credential_id = $1', [
    client.username,
  ]);
  return found.rows[0] === undefined ? null : found.rows[0].used_until_micros / 1000;
}

/** Waits until no statement is under way, and what came of the last one is done. */
export async function quiet(service: TestService): Promise<void> {
  const { pool } = service;
  await until(async () => pool.waitingCount === 0 && pool.idleCount === pool.totalCount);
  await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Sends a request and waits until it has its place, or an answer. */
export async function askInTurn(service: TestService, client: RatedClient): Promise<Asked> {
  const before = await usedUntil(service, client);
  const asked = ask(service.url, client);
  let answered = false;
  void asked.answer.then(() => {
    answered = true;
  });
  await until(async () => answered || (await usedUntil(service, client)) !== before);
  await quiet(service);
  return asked;
}
