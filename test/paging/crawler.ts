import { expect } from 'vitest';
import type { Answer, TestClient } from '../support/service.js';

// Clients of a feed as people write them, each checking as it goes that it loses nothing, gets nothing twice and
// always moves forward. They know nothing of the server but what it answers.

export interface FeedUnderTest {
  readonly path: string;
  readonly idField: string;
  readonly stampField: string;
}

export const feeds = {
  calls: { path: '/api/ev/2/calls', idField: 'id', stampField: 'modified' },
  deleted: { path: '/api/ev/2/calls/deleted', idField: 'id', stampField: 'deletedAt' },
  topics: { path: '/api/ev/2/call_topics', idField: 'callId', stampField: 'modified' },
} as const satisfies Record<string, FeedUnderTest>;

/** How a client asks for the page after an entry. */
export type Strategy = 'full' | 'milliseconds' | 'seconds' | 'callTime' | 'sinceAlone' | 'link';

interface Request {
  readonly since: string;
  readonly lastId: string | null;
}

type Entry = Record<string, string>;

/** The places from which entries may come again after the server forgot where pages ended. */
export type MayRepeat = (entry: { id: string; stamp: string }) => boolean;

/** The time that a crawler goes by, and how it lets time pass. */
interface CrawlerClock {
  now(): number;
  advance(ms: number): void | Promise<void>;
}

const REPLAY_MS = 120_000;

/** Comparable as text: six digits, whatever was sent. */
export function sixDigits(instant: string): string {
  const [, seconds = '', fraction = ''] = /^(.{19})(?:\.(\d+))?Z$/.exec(instant) ?? [];
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
}

export class Crawler {
  /** The newest version of each entry that came. */
  readonly newest = new Map<string, string>();
  /** The request for the next page. */
  request: Request = { since: '2020-01-01T00:00:00Z', lastId: null };
  readonly name: string;
  readonly #client: TestClient;
  readonly #clock: CrawlerClock;
  readonly #feed: FeedUnderTest;
  readonly #strategy: Strategy;
  readonly #seen = new Set<string>();
  readonly #asked = new Map<string, number>();
  #link: string | null = null;
  /** The furthest stamp that came. */
  #furthest = '';
  /** Set back by a repeated page, the client gets what follows it again, up to here. */
  #catchingUpTo = '';

  constructor(client: TestClient, clock: CrawlerClock, feed: FeedUnderTest, strategy: Strategy) {
    this.#client = client;
    this.#clock = clock;
    this.#feed = feed;
    this.#strategy = strategy;
    this.name = `${strategy} on ${feed.path}`;
  }

  /** Asks for a page whose answer is lost on the way. */
  async lose(limit: number): Promise<void> {
    await this.#ask(limit);
  }

  /** Asks for a page and takes it in; answers how many entries came. */
  async read(limit: number, mayRepeat: MayRepeat = () => false): Promise<number> {
    const key = `${this.request.since} ${this.request.lastId}`;
    const before = this.#asked.get(key);
    const { entries, link } = await this.#ask(limit);
    // An identical request repeats its page for two minutes: only clients that page by something coarser than
    // the stamp ever send one again, and they come on when the time is over.
    const identical = before !== undefined && this.#clock.now() - before < REPLAY_MS;
    let repeated = false;
    let setBack = false;
    let last = '';
    for (const entry of entries) {
      const [id, stamp] = [entry[this.#feed.idField]!, sixDigits(entry[this.#feed.stampField]!)];
      expect(stamp > last, `${this.name}: ${stamp} comes after ${last}`).toBe(true);
      last = stamp;
      const version = `${id} ${stamp}`;
      if (this.#seen.has(version)) {
        repeated = true;
        setBack ||= mayRepeat({ id, stamp });
        const allowed = identical || stamp <= this.#catchingUpTo || setBack;
        expect(allowed, `${this.name} got ${version} twice; asked ${key}`).toBe(true);
      }
      this.#seen.add(version);
      if (stamp > (this.newest.get(id) ?? '')) this.newest.set(id, stamp);
    }
    const end = entries.at(-1);
    if (end === undefined) return 0;
    if (before === undefined || !identical) this.#asked.set(key, this.#clock.now());
    this.request = this.#following(end);
    this.#link = this.#strategy === 'link' ? link : null;
    if (entries.length === limit) expect(link, 'a full page links to the next').not.toBeNull();
    else expect(link, 'a short page links to nothing').toBeNull();
    if (setBack || (identical && repeated)) this.#catchingUpTo = this.#furthest;
    if (last > this.#furthest) this.#furthest = last;
    if (identical && repeated) await this.#clock.advance(REPLAY_MS + 1_000);
    return entries.length;
  }

  /** Reads until a page comes back empty; answers how many came that were not. */
  async drain(limit: number, mayRepeat?: MayRepeat): Promise<number> {
    let pages = 0;
    for (; (await this.read(limit, mayRepeat)) > 0; pages++) {
      expect(pages, `${this.name} comes to an end`).toBeLessThan(20_000);
    }
    return pages;
  }

  async #ask(limit: number): Promise<{ entries: Entry[]; link: string | null }> {
    const query = new URLSearchParams({ since: this.request.since, limit: String(limit) });
    if (this.request.lastId !== null) query.set('last_id', this.request.lastId);
    const url = this.#link === null ? `${this.#feed.path}?${query}` : withLimit(this.#link, limit);
    const answer = await this.#getWhole(url);
    expect(answer.status, answer.text).toBe(200);
    const link = /^<([^>]*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
    return { entries: answer.json(), link };
  }

  /** An answer that breaks off, because a call in it was erased meanwhile, is asked for again. */
  async #getWhole(url: string): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#client.get(url);
      } catch (error) {
        const broken = error instanceof TypeError && error.message === 'terminated';
        if (!broken || this.#feed !== feeds.topics || tries === 50) throw error;
      }
    }
  }

  #following(end: Entry): Request {
    const stamp = end[this.#feed.stampField]!;
    const lastId = end[this.#feed.idField]!;
    switch (this.#strategy) {
      case 'full':
      case 'link':
        return { since: stamp, lastId };
      case 'milliseconds':
        return { since: `${stamp.slice(0, 23)}Z`, lastId };
      case 'seconds':
        return { since: `${stamp.slice(0, 19)}Z`, lastId };
      case 'callTime':
        return { since: end.callTime!, lastId };
      case 'sinceAlone':
        return { since: stamp, lastId: null };
    }
  }
}

/** The link as it is, but for the page's size. */
function withLimit(link: string, limit: number): string {
  const url = new URL(link);
  url.searchParams.set('limit', String(limit));
  return url.pathname + url.search;
}
