import { sql } from 'kysely';
import { decodeForm } from '../analysis/form.js';
import { requiredTerms, type SearchQuery, type Term } from '../analysis/search-query.js';
import { type Snippet, searchSnippets } from '../analysis/search-snippets.js';
import { accountMark, termText, togetherText } from '../analysis/search-text.js';
import type { SpeakerType } from '../analysis/words.js';
import { type CallFilters, type CallPlace, callPage, type LibraryRow, type SearchTexts } from '../db/library.js';
import type { Db, Scope } from '../db/schema.js';
import { AppError } from '../errors.js';
import { inflate } from '../wire/fragment.js';
import type { Actor } from './actor.js';
import { resolveSpeakers } from './analysis.js';
import { createTurns } from './turns.js';

/** Searches under way at once in this process: however slow they are, others find a connection. */
const searchTurns = createTurns(3);

/** How long a search may take of the database's time, in milliseconds. */
const SEARCH_MS = 10_000;

export interface CallMatch extends Snippet {
  readonly speakerType: SpeakerType;
}

/** The calls of a page that the actor sees. A search that takes longer than `searchMs` is `busy`. */
export async function listCalls(
  db: Db,
  actor: Actor,
  filters: Omit<CallFilters, 'search'>,
  search: SearchQuery | null,
  after: CallPlace | null,
  limit: number,
  searchMs = SEARCH_MS,
): Promise<LibraryRow[]> {
  const texts = search && searchTexts(actor, search);
  const page = callPage(actor, { ...filters, search: texts }, after, limit);
  if (!texts) return (await page.execute(db)).rows;
  const done = await searchTurns.take();
  try {
    return await db.transaction().execute(async (tx) => {
      await sql`select set_config('statement_timeout', ${String(searchMs)}, true)`.execute(tx);
      return (await page.execute(tx)).rows;
    });
  } catch (error) {
    if ((error as { code?: string }).code !== QUERY_CANCELED) throw error;
    throw new AppError(
      'busy',
      'This search takes too long: give it rarer words, or fewer calls by from and to or another filter.',
    );
  } finally {
    done();
  }
}

const QUERY_CANCELED = '57014';

export function searchTexts({ accountId }: Scope, query: SearchQuery): SearchTexts {
  const mark = accountMark(accountId);
  const texts = (terms: readonly Term[]) => terms.map((term) => termText(term, mark));
  return {
    alternatives: query.alternatives.map(({ required, excluded }) => ({
      required: texts(required),
      excluded: texts(excluded),
    })),
    any: texts(requiredTerms(query)).join(' | '),
    together: togetherText(query, mark),
  };
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
    const stored = await sql<{ deflated: Buffer; rawLength: number; crmMatches: string }>`
      select f.deflated, f.raw_length as "rawLength", c.crm_matches as "crmMatches" from analysis_forms f
      join calls c on c.account_id = f.account_id and c.call_id = f.call_id
      where f.account_id = ${scope.accountId} and f.call_id = ${callId}`.execute(db);
    const row = stored.rows[0];
    // Its transcript was taken away since the page was read.
    if (!row) continue;
    const snippets = searchSnippets(decodeForm(await inflate(row.deflated, row.rawLength)), query);
    const speakers = await resolveSpeakers(db, scope, callId, row.crmMatches);
    const typeOf = (speaker: number) => speakers.get(speaker)?.speakerType ?? 'UNKNOWN';
    found.set(
      callId,
      snippets.map(({ startTime, endTime, speakerNumber, text, ranges }) => {
        return { startTime, endTime, speakerNumber, speakerType: typeOf(speakerNumber), text, ranges };
      }),
    );
  }
  return found;
}
