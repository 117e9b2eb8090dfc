import { expect } from 'vitest';
import type { Clock } from '#debrief/clock.js';
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
  kpis: { path: '/api/ev/2/kpis', idField: 'id', stampField: 'modified' },
} as const satisfies Record<string, FeedUnderTest>;

/** How a client asks for the page after an entry. */
export type Strategy = 'full' | 'milliseconds' | 'seconds' | 'callTime' | 'sinceAlone' | 'observedAtAlone' | 'link';

interface Request {
  readonly since: string;
  readonly lastId: string | null;
}

type Entry = Record<string, string>;

/** The places from which entries may come again after the server forgot where pages ended. */
export type MayRepeat = (entry: { id: string; stamp: string }) => boolean;

/** The newest page with entries that the server answered, lost on the way or not. */
interface ServedPage {
  readonly key: string;
  readonly first: number;
  /** How often it came again while it was followed by itself. */
  replays: number;
  /** Whether the next page is asked for as it was: then nobody can tell a retry from going on. */
  followsItself: boolean;
}

const REPLAY_MS = 120_000;
const MAX_REPLAYS = 3;

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
  readonly #clock: Clock;
  readonly #feed: FeedUnderTest;
  readonly #strategy: Strategy;
  readonly #seen = new Set<string>();
  #served: ServedPage | null = null;
  #link: string | null = null;
  /** The furthest stamp that came. */
  #furthest = '';
  /** Set back by a repeated page, the client gets what follows it again, up to here. */
  #catchingUpTo = '';

  constructor(client: TestClient, clock: Clock, feed: FeedUnderTest, strategy: Strategy) {
    this.#client = client;
    this.#clock = clock;
    this.#feed = feed;
    this.#strategy = strategy;
    this.name = `${strategy} on ${feed.path}`;
  }

  /** Whether an answer may be lost: not the last one that the server repeats. */
  get mayLose(): boolean {
    const { followsItself = false, replays = 0 } = this.#servedAgain() ?? {};
    return replays < MAX_REPLAYS - 1 || (followsItself && replays === MAX_REPLAYS);
  }

  /** Asks for a page whose answer is lost on the way. */
  async lose(limit: number): Promise<void> {
    await this.#ask(limit);
  }

  /** Asks for a page and takes it in; answers how many entries came. */
  async read(limit: number, mayRepeat: MayRepeat = () => false): Promise<number> {
    const { entries, link, isReplay } = await this.#ask(limit);
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
        const allowed = isReplay || stamp <= this.#catchingUpTo || setBack;
        expect(allowed, `${this.name} got ${version} twice; asked ${keyOf(this.request)}`).toBe(true);
      }
      this.#seen.add(version);
      if (stamp > (this.newest.get(id) ?? '')) this.newest.set(id, stamp);
    }
    const end = entries.at(-1);
    if (end === undefined) return 0;
    this.request = this.#following(end);
    this.#link = this.#strategy === 'link' ? link : null;
    if (entries.length === limit) expect(link, 'a full page links to the next').not.toBeNull();
    else expect(link, 'a short page links to nothing').toBeNull();
    if (setBack || (isReplay && repeated)) this.#catchingUpTo = this.#furthest;
    if (last > this.#furthest) this.#furthest = last;
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

  /** The page that the present request asks for again, if it is the newest and young enough. */
  #servedAgain(): ServedPage | null {
    const served = this.#served;
    const isAgain = served?.key === keyOf(this.request) && this.#clock.now() / 1000 - served.first < REPLAY_MS;
    return isAgain ? served : null;
  }

  async #ask(limit: number): Promise<{ entries: Entry[]; link: string | null; isReplay: boolean }> {
    const query = new URLSearchParams({ since: this.request.since, limit: String(limit) });
    if (this.request.lastId !== null) query.set('last_id', this.request.lastId);
    const url = this.#link === null ? `${this.#feed.path}?${query}` : withLimit(this.#link, limit);
    const again = this.#servedAgain();
    const isReplay = again !== null && !(again.followsItself && again.replays === MAX_REPLAYS);
    const answer = await this.#getWhole(url);
    expect(answer.status, answer.text).toBe(200);
    const link = /^<([^>]*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
    const entries: Entry[] = answer.json();
    const key = keyOf(this.request);
    if (isReplay && again.followsItself) again.replays++;
    if (entries.length > 0) {
      if (!isReplay) this.#served = { key, first: this.#clock.now() / 1000, replays: 0, followsItself: false };
      this.#served!.followsItself = keyOf(this.#following(entries.at(-1)!)) === key;
    }
    return { entries, link, isReplay };
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
      case 'observedAtAlone':
        return { since: end.observedAt!, lastId: null };
    }
  }
}

const keyOf = ({ since, lastId }: Request): string => `${since} ${lastId}`;

/** The link as it is, but for the page's size. */
function withLimit(link: string, limit: number): string {
  const url = new URL(link);
  url.searchParams.set('limit', String(limit));
  return url.pathname + url.search;
}
