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

/**
 * The maximum number of concurrent searches in this process, so that slow ones leave connections for other requests.
 */
const searches = createSemaphore(3);

/** Limits of a search. */
interface SearchLimits {
  /** Words found in more sections than this are too common to look calls up by. */
  readonly foundSections: number;
  /** The number of calls, consecutive in the order of time, that are ranked together: a stretch. */
  readonly stretch: number;
  /** After this many milliseconds, a page ends with its current stretch even if it is not full. */
  readonly pageMs: number;
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
  statementMs: 10_000,
  now: () => performance.now(),
};

/** After the first stretch, this many are looked up at once: most pages need no more. */
const NEXT_STRETCHES = 9;

/** Where a search continues: in a stretch after a call, or after the stretch. */
export interface SearchPlace {
  readonly newest: CallPlace;
  readonly oldest: CallPlace;
  readonly after: RankedPlace | null;
}

/** A page of results. `next` is where the next page starts; null if there are no more results. */
export interface SearchPage {
  readonly rows: readonly LibraryRow[];
  readonly next: SearchPlace | null;
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
 * A page of the calls that the actor sees and that match a search. Calls that may match are read in stretches, newest
 * first, and ranked within each stretch. A page may end before it is full, and even be empty; only a `next` of null
 * means that there are no more. Throws `busy` if a statement takes too long.
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
      'This search takes too long: use rarer words, or fewer calls by from and to or another filter.',
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
  // One more result than fits shows that there is another page.
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
