import { FORM_VERSION } from '../../analysis/form.js';
import { readForm } from '../../analysis/form-upgrade.js';
import { asWritten, type SearchQuery } from '../../analysis/search-query.js';
import { type Snippet, searchSnippets } from '../../analysis/search-snippets.js';
import { accountMark, type SearchTexts, searchTexts } from '../../analysis/search-text.js';
import type { SpeakerType } from '../../analysis/words.js';
import { findAccount } from '../../db/accounts.js';
import { countOldForms, findFormWithContacts } from '../../db/analysis-forms.js';
import type { Db, Scope, Tx } from '../../db/database.js';
import { type CallFilters, type CallPlace, callsOf, type LibraryRow, type Part } from '../../db/library.js';
import { beginSearch, callsWithWords, countSections, type RankedPlace, rankCalls } from '../../db/library-search.js';
import { AppError } from '../../errors.js';
import { createSemaphore } from '../../semaphore.js';
import { inflate } from '../../wire/fragment.js';
import type { Actor } from '../actor.js';
import { speakerTypes } from '../analysis/speakers.js';
import type { DbDeps } from '../deps.js';

/** Searches under way at once in this process: however slow they are, others find a connection. */
const searches = createSemaphore(3);

/** What a search may take. */
interface SearchLimits {
  /** Words that more sections have are too common to find calls by. */
  readonly foundSections: number;
  /** Calls that are ranked together, next to each other in the order of time. */
  readonly stretch: number;
  /** A page that is not full after so many milliseconds ends with the stretch that it is at. */
  readonly pageMs: number;
  /** Of the database's time for one statement, in milliseconds. */
  readonly statementMs: number;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

/** A stretch takes a tenth of a second, and finding calls by words of so many sections another: see docs/search.md. */
const LIMITS: SearchLimits = {
  foundSections: 100_000,
  stretch: 1000,
  pageMs: 500,
  statementMs: 10_000,
  now: () => performance.now(),
};

/** Stretches of calls that are found at once, after the first: most pages need no more than that. */
const NEXT_STRETCHES = 9;

/** Where a search goes on: in a stretch after a call, or after the stretch. */
export interface SearchPlace {
  readonly newest: CallPlace;
  readonly oldest: CallPlace;
  readonly after: RankedPlace | null;
}

export interface SearchPage {
  readonly rows: readonly LibraryRow[];
  readonly next: SearchPlace | null;
}

/** What a query looks for in an account: the forms of its words where the account's language is English. */
export async function inLanguageOf(db: Db, scope: Scope, query: SearchQuery): Promise<SearchQuery> {
  const account = await findAccount(db, scope);
  return account?.language === 'en' ? query : asWritten(query);
}

/** How many calls are found as an older version found them, until the background has written them anew. */
export function countCallsInOldForm(db: Db, scope: Scope): Promise<number> {
  return countOldForms(db, scope, FORM_VERSION);
}

/**
 * A page of the calls that the actor sees and that a search finds. Calls that may fit are taken a stretch at a time, the
 * newest first, and ranked within it. A page may end before it is full, even with nothing; only a `next` of null means that
 * there are no more. A statement that takes too long is `busy`.
 */
export async function searchCalls(
  { db }: DbDeps,
  actor: Actor,
  filters: CallFilters,
  query: SearchQuery,
  place: SearchPlace | null,
  limit: number,
  limits: SearchLimits = LIMITS,
): Promise<SearchPage> {
  const texts = searchTexts(query, accountMark(actor.accountId));
  try {
    return await searches.run(() =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (tx) => {
          await beginSearch(tx, limits.statementMs);
          const { page, next } = await findPage(tx, actor, filters, texts, place, limit, limits);
          const ids = page.map(({ callId }) => callId);
          return { rows: (await callsOf(actor, ids).execute(tx)).rows, next };
        }),
    );
  } catch (error) {
    if ((error as { code?: string }).code !== QUERY_CANCELED) throw error;
    throw new AppError(
      'busy',
      'This search takes too long: give it rarer words, or fewer calls by from and to or another filter.',
    );
  }
}

const QUERY_CANCELED = '57014';

interface Stretch {
  readonly newest: CallPlace;
  readonly oldest: CallPlace;
}

async function findPage(
  tx: Tx,
  actor: Actor,
  filters: CallFilters,
  texts: SearchTexts,
  place: SearchPlace | null,
  limit: number,
  { foundSections, stretch, pageMs, now }: SearchLimits,
): Promise<{ page: readonly CallPlace[]; next: SearchPlace | null }> {
  const begun = now();
  const words = await rareWords(tx, actor, texts, foundSections);
  const mayFit = async (part: Part, most: number | null) =>
    (await callsWithWords(actor, filters, words, part, most).execute(tx)).rows;
  const found: { readonly stretch: Stretch; readonly call: RankedPlace }[] = [];
  let last: Stretch | null = place;
  let late = false;
  const rank = async (stretch: Stretch, calls: readonly CallPlace[], after: RankedPlace | null) => {
    const { rows } = await rankCalls(actor, texts, calls, after).execute(tx);
    found.push(...rows.map((call) => ({ stretch, call })));
    last = stretch;
    late = now() - begun >= pageMs;
  };
  // One more than the page has says that it is not the last.
  const isFull = () => found.length > limit;

  if (place?.after) await rank(place, await mayFit({ from: place.oldest, to: place.newest }, null), place.after);
  let ended = false;
  for (let most = stretch; !isFull() && !late && !ended; most = NEXT_STRETCHES * stretch) {
    const calls: CallPlace[] = await mayFit({ before: last?.oldest ?? null }, most);
    let from = 0;
    for (; from < calls.length && !isFull() && !late; from += stretch) {
      const some = calls.slice(from, from + stretch);
      await rank({ newest: some[0]!, oldest: some.at(-1)! }, some, null);
    }
    ended = calls.length < most && from >= calls.length;
  }

  const page = found.slice(0, limit);
  return {
    page: page.map(({ call }) => call),
    next: isFull() ? placeOf(page.at(-1)) : afterStretch(ended ? null : last),
  };
}

const placeOf = (end: { readonly stretch: Stretch; readonly call: RankedPlace } | undefined) =>
  end ? { newest: end.stretch.newest, oldest: end.stretch.oldest, after: end.call } : null;

const afterStretch = (last: Stretch | null) => last && { newest: last.newest, oldest: last.oldest, after: null };

/** For each alternative the words that few enough sections have; null where one has none such. */
async function rareWords(tx: Tx, actor: Actor, { alternatives }: SearchTexts, most: number) {
  const words = [...new Set(alternatives.flatMap(({ required }) => required.map((term) => term.words)))];
  const { rows } = await countSections(actor, words, most + 1).execute(tx);
  const rare = new Set(words.filter((_, index) => rows[index]!.sections <= most));
  const found = alternatives.map(({ required }) => required.map((term) => term.words).filter((each) => rare.has(each)));
  return found.every((each) => each.length > 0) ? found : null;
}

export interface CallMatch extends Snippet {
  readonly speakerType: SpeakerType;
}

/** Where in each of the calls the search found something, by the call's id. */
export async function findMatches(
  db: Db,
  scope: Scope,
  query: SearchQuery,
  callIds: readonly string[],
): Promise<Map<string, CallMatch[]>> {
  const found = new Map<string, CallMatch[]>();
  for (const callId of callIds) {
    // One at a time: a page is up to a hundred transcripts, and each is inflated off this thread.
    const row = await findFormWithContacts(db, scope, callId);
    // Its transcript was taken away since the page was read.
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
