import { FORM_VERSION } from '../../analysis/form.js';
import { readForm } from '../../analysis/form-upgrade.js';
import { asWritten, type SearchQuery } from '../../analysis/search-query.js';
import { type Snippet, searchSnippets } from '../../analysis/search-snippets.js';
import { accountMark, type SearchTexts, searchTexts } from '../../analysis/search-text.js';
import type { SpeakerType } from '../../analysis/words.js';
import { findAccount } from '../../db/accounts.js';
import { countOldForms, findFormWithContacts } from '../../db/analysis-forms.js';
import { type CallOrder, type CallPlace, NEWEST_FIRST, type OrderedPlace } from '../../db/call-order.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { type CallFilters, callsOf, countCalls, type LibraryRow, type Part } from '../../db/library.js';
import { beginSearch, callsWithWords, countSections, type RankedPlace, rankCalls } from '../../db/library-search.js';
import { AppError } from '../../errors.js';
import { createSemaphore } from '../../semaphore.js';
import { inflate } from '../../wire/fragment.js';
import type { Micros } from '../../wire/instants.js';
import type { Actor } from '../actor.js';
import { speakerTypes } from '../analysis/speakers.js';
import type { DbDeps } from '../deps.js';

/**
 * The maximum number of concurrent searches in this process, so that slow ones leave connections for other requests.
 */
const searches = createSemaphore(3);
/** Counts wait for each other, never a page for a count. */
const counts = createSemaphore(1);

/** Limits of a search. */
interface SearchLimits {
  /** Words found in more sections than this are too common to look calls up by. */
  readonly foundSections: number;
  /** The number of calls, consecutive in the order of time, that are ranked together: a stretch. */
  readonly stretch: number;
  /** After this many milliseconds, a page ends with its current stretch even if it is not full. */
  readonly pageMs: number;
  /** After this many milliseconds, a count ends with its current stretch. */
  readonly countMs: number;
  /** The database's limit for one statement, in milliseconds. */
  readonly statementMs: number;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

/**
 * A stretch takes a tenth of a second, and so does looking up calls by words found in this many sections: see
 * docs/search.md.
 */
const LIMITS: SearchLimits = {
  foundSections: 100_000,
  stretch: 1000,
  pageMs: 500,
  countMs: 2000,
  statementMs: 10_000,
  now: () => performance.now(),
};

/** After the first stretch, this many are looked up at once: most pages need no more. */
const NEXT_STRETCHES = 9;

/** What a search is sorted by: how well calls match, or an order. */
export type SearchOrder = 'relevance' | CallOrder;

/** Where a search by relevance continues: in a stretch after a call, or after the stretch. */
export interface RankedSearchPlace {
  readonly newest: CallPlace;
  readonly oldest: CallPlace;
  readonly after: RankedPlace | null;
}

/** Where a search continues; in an order, after a call. */
export type SearchPlace = RankedSearchPlace | OrderedPlace;

/** A page of results. `next` is where the next page starts; null if there are no more results. */
export interface SearchPage {
  readonly rows: readonly LibraryRow[];
  readonly next: SearchPlace | null;
  /** All calls since then have been looked through; null if all calls have, and if they are not sorted by date. */
  readonly searchedTo: Micros | null;
}

/**
 * What a query looks for in an account: the query with the forms of its words if the account's language is English,
 * otherwise as written.
 */
export async function inLanguageOf(db: Db, scope: Scope, query: SearchQuery): Promise<SearchQuery> {
  const account = await findAccount(db, scope);
  return account?.language === 'en' ? query : asWritten(query);
}

/** How many calls are still indexed as an older version did it, until the background has written them anew. */
export function countCallsInOldForm(db: Db, scope: Scope): Promise<number> {
  return countOldForms(db, scope, FORM_VERSION);
}

/**
 * A page of the calls that the actor sees and that match a search. Calls that may match are read in stretches: by
 * relevance newest first, and ranked within each stretch. A page may end before it is full, and even be empty; only a
 * `next` of null means that there are no more. Throws `busy` if a statement takes too long.
 */
export async function searchCalls(
  { db }: DbDeps,
  actor: Actor,
  filters: CallFilters,
  query: SearchQuery,
  order: SearchOrder,
  place: SearchPlace | null,
  limit: number,
  limits: SearchLimits = LIMITS,
): Promise<SearchPage> {
  return searches.run(() =>
    inSearch(db, limits, async (tx) => {
      const search = await beginWalk(tx, actor, filters, query, order, limits);
      const { page, next, searchedTo } =
        order === 'relevance'
          ? await findRanked(search, place as RankedSearchPlace | null, limit)
          : await findOrdered(search, place as OrderedPlace | null, limit);
      const ids = page.map(({ callId }) => callId);
      const isByDate = order === 'relevance' || (order.by === 'date' && order.isDescending);
      return { rows: (await callsOf(actor, ids).execute(tx)).rows, next, searchedTo: isByDate ? searchedTo : null };
    }),
  );
}

/** How many calls were counted. If the count is not exact, there are more, or there may be more. */
export interface CallCount {
  readonly count: number;
  readonly isExact: boolean;
}

/** Calls are counted up to this number. */
const MOST_COUNTED = 10_000;

/** Counts the calls that the actor sees, and that pass the filters and match a search, as far as there is time. */
export async function countFoundCalls(
  { db }: DbDeps,
  actor: Actor,
  filters: CallFilters,
  query: SearchQuery | null,
  limits: SearchLimits = LIMITS,
): Promise<CallCount> {
  const { countMs } = limits;
  return counts.run(() =>
    inSearch(db, query === null ? { ...limits, statementMs: countMs } : limits, async (tx) => {
      if (query === null) {
        const { calls } = (await countCalls(actor, filters, MOST_COUNTED + 1).execute(tx)).rows[0]!;
        return { count: Math.min(calls, MOST_COUNTED), isExact: calls <= MOST_COUNTED };
      }
      const begun = limits.now();
      const search = await beginWalk(tx, actor, filters, query, NEWEST_FIRST, limits);
      let count = 0;
      for await (const { calls, isLast } of stretchesAfter(search, null)) {
        count += (await rankCalls(actor, search.texts, calls, null).execute(tx)).rows.length;
        if (count > MOST_COUNTED) return { count: MOST_COUNTED, isExact: false };
        if (!isLast && limits.now() - begun >= countMs) return { count, isExact: false };
      }
      return { count, isExact: true };
    }).catch((error) => {
      if ((error as AppError).code !== 'busy') throw error;
      return { count: 0, isExact: false };
    }),
  );
}

/** Runs a search in a transaction. Throws `busy` if a statement takes too long. */
async function inSearch<T>(db: Db, { statementMs }: SearchLimits, run: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        await beginSearch(tx, statementMs);
        return run(tx);
      });
  } catch (error) {
    if ((error as { code?: string }).code !== QUERY_CANCELED) throw error;
    throw new AppError(
      'busy',
      'This search takes too long: use rarer words, or fewer calls by from and to or another filter.',
    );
  }
}

const QUERY_CANCELED = '57014';

/** A search under way, with the calls that may match it. */
interface Walk {
  readonly tx: Tx;
  readonly actor: Actor;
  readonly texts: SearchTexts;
  readonly limits: SearchLimits;
  /** Whether it is time to end the page. */
  isLate(): boolean;
  mayMatch(part: Part, most: number | null): Promise<readonly OrderedPlace[]>;
}

async function beginWalk(
  tx: Tx,
  actor: Actor,
  filters: CallFilters,
  query: SearchQuery,
  order: SearchOrder,
  limits: SearchLimits,
): Promise<Walk> {
  const texts = searchTexts(query, accountMark(actor.accountId));
  const begun = limits.now();
  const words = await rareWords(tx, actor, texts, limits.foundSections);
  const walked = order === 'relevance' ? NEWEST_FIRST : order;
  return {
    tx,
    actor,
    texts,
    limits,
    isLate: () => limits.now() - begun >= limits.pageMs,
    mayMatch: async (part, most) => (await callsWithWords(actor, filters, walked, words, part, most).execute(tx)).rows,
  };
}

/** The calls after a place that may match, a stretch at a time. */
async function* stretchesAfter(
  { mayMatch, limits: { stretch } }: Walk,
  after: OrderedPlace | null,
): AsyncGenerator<{ readonly calls: readonly OrderedPlace[]; readonly isLast: boolean }, void, undefined> {
  let last = after;
  for (let most = stretch; ; most = NEXT_STRETCHES * stretch) {
    const calls = await mayMatch({ after: last }, most);
    const isEnd = calls.length < most;
    for (let from = 0; from < calls.length; from += stretch) {
      yield { calls: calls.slice(from, from + stretch), isLast: isEnd && from + stretch >= calls.length };
    }
    if (isEnd) return;
    last = calls.at(-1)!;
  }
}

interface Found<Place> {
  readonly page: readonly CallPlace[];
  readonly next: Place | null;
  readonly searchedTo: Micros | null;
}

interface Stretch {
  readonly newest: CallPlace;
  readonly oldest: CallPlace;
}

async function findRanked(
  walk: Walk,
  place: RankedSearchPlace | null,
  limit: number,
): Promise<Found<RankedSearchPlace>> {
  const { tx, actor, texts, isLate, mayMatch } = walk;
  const found: { readonly stretch: Stretch; readonly call: RankedPlace }[] = [];
  let last: Stretch | null = place;
  let isLateNow = false;
  const rank = async (stretch: Stretch, calls: readonly CallPlace[], after: RankedPlace | null) => {
    const { rows } = await rankCalls(actor, texts, calls, after).execute(tx);
    found.push(...rows.map((call) => ({ stretch, call })));
    last = stretch;
    isLateNow = isLate();
  };
  // One more result than fits shows that there is another page.
  const isFull = () => found.length > limit;

  if (place?.after) await rank(place, await mayMatch({ from: place.oldest, to: place.newest }, null), place.after);
  const stretches = stretchesAfter(walk, place && { ...place.oldest, value: null });
  let ended = false;
  while (!isFull() && !isLateNow && !ended) {
    const { value } = await stretches.next();
    if (value) await rank({ newest: value.calls[0]!, oldest: value.calls.at(-1)! }, value.calls, null);
    ended = value?.isLast ?? true;
  }
  const page = found.slice(0, limit);
  const next = isFull() ? placeOf(page.at(-1)) : afterStretch(ended ? null : last);
  return { page: page.map(({ call }) => call), next, searchedTo: next?.oldest.callTime ?? null };
}

const placeOf = (end: { readonly stretch: Stretch; readonly call: RankedPlace } | undefined) =>
  end ? { newest: end.stretch.newest, oldest: end.stretch.oldest, after: end.call } : null;

const afterStretch = (last: Stretch | null) => last && { newest: last.newest, oldest: last.oldest, after: null };

async function findOrdered(walk: Walk, place: OrderedPlace | null, limit: number): Promise<Found<OrderedPlace>> {
  const { tx, actor, texts, isLate } = walk;
  const found: OrderedPlace[] = [];
  let last: OrderedPlace | null = null;
  for await (const { calls, isLast } of stretchesAfter(walk, place)) {
    const { rows } = await rankCalls(actor, texts, calls, null).execute(tx);
    const matching = new Set(rows.map(({ callId }) => callId));
    found.push(...calls.filter(({ callId }) => matching.has(callId)));
    last = isLast ? null : calls.at(-1)!;
    if (found.length > limit || isLate()) break;
  }
  const page = found.slice(0, limit);
  const next = found.length > limit ? (page.at(-1) ?? null) : last;
  return { page, next, searchedTo: next?.callTime ?? null };
}

/** For each alternative, the words that few enough sections have; null if an alternative has no such word. */
async function rareWords(tx: Tx, actor: Actor, { alternatives }: SearchTexts, most: number) {
  const words = [...new Set(alternatives.flatMap(({ required }) => required.map((term) => term.words)))];
  const { rows } = await countSections(actor, words, most + 1).execute(tx);
  const rare = new Set(words.filter((_, index) => rows[index]!.sections <= most));
  const found = alternatives.map(({ required }) => required.map((term) => term.words).filter((each) => rare.has(each)));
  return found.every((each) => each.length > 0) ? found : null;
}

/** A place in a call where a search matched, with the type of the speaker. */
export interface CallMatch extends Snippet {
  readonly speakerType: SpeakerType;
}

/** The places in each of the calls where the search matched, by the call's id. */
export async function findMatches(
  db: Db,
  scope: Scope,
  query: SearchQuery,
  callIds: readonly string[],
): Promise<Map<string, CallMatch[]>> {
  const found = new Map<string, CallMatch[]>();
  for (const callId of callIds) {
    // One at a time: a page may have a hundred transcripts, and each is inflated in another thread.
    const row = await findFormWithContacts(db, scope, callId);
    // The call's transcript was removed since the page was read.
    if (row === null) continue;
    const snippets = searchSnippets(readForm(await inflate(row.deflated, row.rawLength)), query);
    const typeOf = (await speakerTypes(db, scope, [{ callId, crmMatches: row.crmMatches }]))(callId);
    found.set(
      callId,
      snippets.map(({ startTime, endTime, speakerNumber, text, ranges }) => {
        return { startTime, endTime, speakerNumber, speakerType: typeOf(speakerNumber), text, ranges };
      }),
    );
  }
  return found;
}
