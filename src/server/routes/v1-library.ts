import type { SearchQuery } from '../../analysis/search-query.js';
import { LATEST } from '../../contract/instant-bounds.js';
import { allowedText } from '../../contract/params.js';
import { v1Routes } from '../../contract/routes.js';
import { type CallFilters, type CallPlace, type LibraryRow, newestPage } from '../../db/library.js';
import { readIdsOf } from '../../db/named-users.js';
import { invalid } from '../../errors.js';
import type { Actor } from '../../services/actor.js';
import {
  type CallMatch,
  countCallsInOldForm,
  findMatches,
  inLanguageOf,
  type SearchPlace,
  searchCalls,
} from '../../services/calls/library.js';
import { writeCall } from '../../wire/call-json.js';
import { PageBuilder } from '../../wire/page.js';
import { type Register, type RouteContext, type ServerDeps, sentQuery } from '../context.js';
import { pageOf } from '../crud.js';
import { type Cursor, writeCursor } from '../list-cursor.js';
import { METADATA, readMetadataFilter } from '../metadata-filter.js';
import type { Query, SentParameter } from '../query.js';
import { sendPage } from '../send-page.js';

type ListRoute = typeof v1Routes.listCalls;

/** The call library: `GET /api/v1/calls`. */
export function registerV1Library(register: Register): void {
  register(v1Routes.listCalls, sendCalls);
}

/** The maximum `limit` of a search: each of its calls is read whole for the snippets. */
const MAX_FOUND = 100;

async function sendCalls({ deps, caller, query, request, reply }: RouteContext<ListRoute>) {
  const { q, limit } = query;
  if (q !== null && limit > MAX_FOUND) {
    throw invalid('limit', `${limit} is over the maximum for a search`, `a whole number from 0 to ${MAX_FOUND}`);
  }
  const asked = filtersOf(query, sentQuery(request));
  const filters = { ...asked, callerIds: query.callerId && (await readIdsOf(deps.db, caller, query.callerId)) };
  const search = q && (await inLanguageOf(deps.db, caller, q));
  const { items, next } =
    search === null
      ? await newestItems(deps, caller, filters, placeOf(query.cursor), limit)
      : await foundItems(deps, caller, filters, search, searchPlaceOf(query.cursor), limit);
  const ids = items.map(({ callId }) => callId);
  const matches = search === null ? null : await findMatches(deps.db, caller, search, ids);
  const more = search === null ? {} : { callsInOldForm: await countCallsInOldForm(deps.db, caller) };
  const page = new PageBuilder();
  for (const [index, row] of items.entries()) {
    page.text(index === 0 ? '{"items":[' : ',');
    writeListed(page, row, matches && (matches.get(row.callId) ?? []));
  }
  page.text(`${items.length === 0 ? '{"items":[' : ''}],${JSON.stringify({ next, ...more }).slice(1)}`);
  return sendPage(deps.copyOut, caller, request, reply, page);
}

interface Items {
  readonly items: readonly LibraryRow[];
  readonly next: string | null;
}

async function newestItems(
  { db }: ServerDeps,
  caller: Actor,
  filters: CallFilters,
  after: CallPlace | null,
  limit: number,
): Promise<Items> {
  const { rows } = await newestPage(caller, filters, after, limit + 1).execute(db);
  return pageOf(rows, limit, ({ callTime, callId }) => [callTime, callId]);
}

async function foundItems(
  { db }: ServerDeps,
  caller: Actor,
  filters: CallFilters,
  search: SearchQuery,
  after: SearchPlace | null,
  limit: number,
): Promise<Items> {
  const { rows, next } = await searchCalls({ db }, caller, filters, search, after, limit);
  return { items: rows, next: next && writeCursor(searchKeys(next)) };
}

/** Writes a call without its transcript, with the fields that the library shows in addition to those of API v2. */
function writeListed(page: PageBuilder, row: LibraryRow, matches: readonly CallMatch[] | null): void {
  const { externalId, callerName, teamId, comments, results } = row;
  const more = { externalId, callerName, teamId, comments, results, ...(matches && { matches }) };
  writeCall(
    page,
    { ...row, crmMatchesJson: '[]', transcript: null },
    { transcript: false, crmMatches: false, templatesJson: null, moreJson: `,${JSON.stringify(more).slice(1, -1)}` },
  );
}

function filtersOf(query: Query<ListRoute>, sent: readonly SentParameter[]) {
  const { teamId, topicId, from, to, direction, state } = query;
  if (query.teams_below && teamId === null) throw invalid('teamId', 'is required with teams_below', 'ids of teams');
  return {
    teamIds: teamId,
    teamsBelow: query.teams_below,
    from: from?.micros ?? null,
    to: to?.micros ?? null,
    direction,
    state,
    // Ids of topics are numbers: other text matches no topic.
    topicIds: topicId?.filter((id) => /^\d{1,15}$/.test(id)).map(Number) ?? null,
    talkRatio: { min: query.minTalkRatio, max: query.maxTalkRatio },
    score: { min: query.minScore, max: query.maxScore },
    hasComments: query.hasComments === null ? null : query.hasComments === 'true',
    duration: { min: query.minDuration, max: query.maxDuration },
    ...metadataFilters(sent),
  };
}

const METADATA_TAKES = 'the whole value of a field, as metadata.<field>=<value>, each field once';
const MAX_METADATA = 10;

/** Reads the metadata filters. Throws `invalid` for a name sent twice, and for too many. */
function metadataFilters(sent: readonly SentParameter[]) {
  const metadata: string[] = [];
  let loweredId: string | null = null;
  const names = new Set<string>();
  for (const { name, value } of sent) {
    if (!name?.startsWith(METADATA)) continue;
    const filter = readMetadataFilter(name, value, METADATA_TAKES);
    const refuse = (problem: string) => invalid(name.slice(0, 100), problem, METADATA_TAKES);
    if (names.has(name)) throw refuse('is given more than once');
    names.add(name);
    if (names.size > MAX_METADATA) throw refuse(`exceeds the maximum of ${MAX_METADATA} fields`);
    if ('loweredId' in filter) loweredId = filter.loweredId;
    else metadata.push(filter.digest);
  }
  return { metadata, loweredId };
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && Math.abs(value as number) <= LATEST;

/** The place in a cursor of the newest calls. Throws `invalid` for a cursor of a search. */
function placeOf(cursor: Cursor | null): CallPlace | null {
  if (cursor === null) return null;
  const [callTime, callId] = cursor;
  if (cursor.length !== CALL_KEYS || !isTime(callTime)) throw ofAnotherList();
  return { callTime, callId: callId as string };
}

/** The place in a cursor of a search. Without a rank, the search continues after the stretch. */
function searchPlaceOf(cursor: Cursor | null): SearchPlace | null {
  if (cursor === null) return null;
  const [newestTime, newestId, oldestTime, oldestId, written, rank, callTime, callId] = cursor as SearchKeys;
  const isRank = rank === '' || /^\d{1,15}(\.\d{1,15})?$/.test(rank);
  if (cursor.length === CALL_KEYS || !isRank || ![newestTime, oldestTime, callTime].every(isTime))
    throw ofAnotherList();
  return {
    newest: { callTime: newestTime, callId: newestId },
    oldest: { callTime: oldestTime, callId: oldestId },
    after: rank === '' ? null : { isWritten: written === 1, rank, callTime, callId },
  };
}

const CALL_KEYS = 2;
type SearchKeys = [number, string, number, string, number, string, number, string];

function searchKeys({ newest, oldest, after }: SearchPlace): SearchKeys {
  const { isWritten, rank, callTime, callId } = after ?? { isWritten: false, rank: '', ...oldest };
  return [newest.callTime, newest.callId, oldest.callTime, oldest.callId, Number(isWritten), rank, callTime, callId];
}

const ofAnotherList = () => invalid('cursor', 'is from another list', allowedText({ kind: 'cursor' }));
