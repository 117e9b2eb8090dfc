import { Readable } from 'node:stream';
import type { SearchQuery } from '../../analysis/search-query.js';
import { LATEST } from '../../contract/instant-bounds.js';
import { allowedText } from '../../contract/params.js';
import { v1Routes } from '../../contract/routes.js';
import { type CallOrder, NEWEST_FIRST, type OrderedPlace } from '../../db/call-order.js';
import { type CallFilters, type LibraryRow, libraryPage } from '../../db/library.js';
import { readIdsOf } from '../../db/named-users.js';
import { invalid } from '../../errors.js';
import type { Actor } from '../../services/actor.js';
import { callsAsCsv, type ReadCalls } from '../../services/calls/calls-csv.js';
import {
  type CallMatch,
  countCallsInOldForm,
  countFoundCalls,
  findMatches,
  inLanguageOf,
  type RankedSearchPlace,
  type SearchOrder,
  type SearchPage,
  type SearchPlace,
  searchCalls,
} from '../../services/calls/library.js';
import { metadataFields } from '../../services/calls/metadata-fields.js';
import { writeCall } from '../../wire/call-json.js';
import { formatInstant } from '../../wire/instants.js';
import { PageBuilder } from '../../wire/page.js';
import { type Register, type RouteContext, type ServerDeps, sentQuery } from '../context.js';
import { type Cursor, writeCursor } from '../list-cursor.js';
import { METADATA, readMetadataFilter } from '../metadata-filter.js';
import type { Query, SentParameter } from '../query.js';
import { sendPage } from '../send-page.js';

type ListRoute = typeof v1Routes.listCalls;

/** The call library: `GET /api/v1/calls`, and its count and its table. */
export function registerV1Library(register: Register): void {
  register(v1Routes.listCalls, sendCalls);
  register(v1Routes.countCalls, async ({ deps, caller, query, request }) => {
    const { filters, search } = await askedOf(deps, caller, query, sentQuery(request));
    return countFoundCalls(deps, caller, filters, search);
  });
  register(v1Routes.exportCalls, async ({ deps, caller, query, request, reply }) => {
    const asked = await askedOf(deps, caller, query, sentQuery(request));
    const order = orderOf(query);
    const read: ReadCalls = (after, limit) => readCalls(deps, caller, asked, order, after, limit);
    const day = new Date(deps.clock.now() / 1000).toISOString().slice(0, 10);
    reply.header('content-disposition', `attachment; filename="calls-${day}.csv"`);
    return reply.type('text/csv; charset=utf-8').send(Readable.from(callsAsCsv(read)));
  });
  register(v1Routes.metadataFields, async ({ deps, caller }) => ({ items: await metadataFields(deps, caller) }));
}

/** The maximum `limit` of a search: each of its calls is read whole for the snippets. */
const MAX_FOUND = 100;

async function sendCalls({ deps, caller, query, request, reply }: RouteContext<ListRoute>) {
  const { q, limit, cursor } = query;
  if (q !== null && limit > MAX_FOUND) {
    throw invalid('limit', `${limit} is over the maximum for a search`, `a whole number from 0 to ${MAX_FOUND}`);
  }
  const asked = await askedOf(deps, caller, query, sentQuery(request));
  const order = orderOf(query);
  const { rows, next, searchedTo } = await readCalls(deps, caller, asked, order, placeOf(order, cursor), limit);
  const ids = rows.map(({ callId }) => callId);
  const { search } = asked;
  const matches = search === null ? null : await findMatches(deps.db, caller, search, ids);
  const more =
    search === null
      ? {}
      : { searchedTo: formatInstant(searchedTo), callsInOldForm: await countCallsInOldForm(deps.db, caller) };
  const page = new PageBuilder();
  for (const [index, row] of rows.entries()) {
    page.text(index === 0 ? '{"items":[' : ',');
    writeListed(page, row, matches && (matches.get(row.callId) ?? []));
  }
  const end = { next: next && writeCursor(keysOf(order, next)), ...more };
  page.text(`${rows.length === 0 ? '{"items":[' : ''}],${JSON.stringify(end).slice(1)}`);
  return sendPage(deps.copyOut, caller, request, reply, page);
}

/** What is asked for: filters, and what is searched for in the account's language. */
interface Asked {
  readonly filters: CallFilters;
  readonly search: SearchQuery | null;
}

async function askedOf(
  { db }: ServerDeps,
  caller: Actor,
  query: FilterQuery,
  sent: readonly SentParameter[],
): Promise<Asked> {
  const filters = filtersOf(query, sent);
  return {
    filters: { ...filters, callerIds: query.callerId && (await readIdsOf(db, caller, query.callerId)) },
    search: query.q && (await inLanguageOf(db, caller, query.q)),
  };
}

/** The order that is asked for. Throws `invalid` for relevance without a search. */
function orderOf({ sort, q }: Pick<Query<ListRoute>, 'sort' | 'q'>): SearchOrder {
  if (sort === '-relevance' && q === null)
    throw invalid('sort', 'is relevance without q', 'another sort, or q with it');
  if (sort === '-relevance' || (sort === null && q !== null)) return 'relevance';
  if (sort === null) return NEWEST_FIRST;
  return { by: sort.replace('-', '') as CallOrder['by'], isDescending: sort.startsWith('-') };
}

async function readCalls(
  { db }: ServerDeps,
  caller: Actor,
  { filters, search }: Asked,
  order: SearchOrder,
  after: SearchPlace | null,
  limit: number,
): Promise<SearchPage> {
  if (search !== null) return searchCalls({ db }, caller, filters, search, order, after, limit);
  const page = libraryPage(caller, filters, order as CallOrder, after as OrderedPlace | null, limit + 1);
  const { rows } = await page.execute(db);
  const shown = rows.slice(0, limit);
  return { rows: shown, next: rows.length > limit ? (shown.at(-1) ?? null) : null, searchedTo: null };
}

/** Writes a call without its transcript, with the fields that the library shows in addition to those of API v2. */
function writeListed(page: PageBuilder, row: LibraryRow, matches: readonly CallMatch[] | null): void {
  const { externalId, callerName, teamId, comments, results, score } = row;
  const more = { externalId, callerName, teamId, comments, results, score, ...(matches && { matches }) };
  writeCall(
    page,
    { ...row, crmMatchesJson: '[]', transcript: null },
    { transcript: false, crmMatches: false, templatesJson: null, moreJson: `,${JSON.stringify(more).slice(1, -1)}` },
  );
}

type FilterQuery = Query<typeof v1Routes.countCalls>;

function filtersOf(query: FilterQuery, sent: readonly SentParameter[]) {
  const { callId, teamId, topicId, from, to, direction, state } = query;
  if (query.teams_below && teamId === null) throw invalid('teamId', 'is required with teams_below', 'ids of teams');
  return {
    callIds: callId,
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

/** The place in a cursor. Throws `invalid` for a cursor of another list, and of another order. */
function placeOf(order: SearchOrder, cursor: Cursor | null): SearchPlace | null {
  if (cursor === null) return null;
  const place = order === 'relevance' ? rankedPlaceOf(cursor) : orderedPlaceOf(order, cursor);
  if (place === null) throw invalid('cursor', 'is from another list', allowedText({ kind: 'cursor' }));
  return place;
}

function orderedPlaceOf(order: CallOrder, cursor: Cursor): OrderedPlace | null {
  const [sort, value, callTime, callId] = cursor;
  const isValue = value === '' || (order.by !== 'date' && typeof value === 'number');
  if (cursor.length !== ORDER_KEYS || sort !== sortOf(order) || !isValue || !isTime(callTime)) return null;
  return { value: value === '' ? null : (value as number), callTime, callId: callId as string };
}

/** Without a rank, the search continues after the stretch. */
function rankedPlaceOf(cursor: Cursor): SearchPlace | null {
  const [newestTime, newestId, oldestTime, oldestId, written, rank, callTime, callId] = cursor as SearchKeys;
  const isRank = rank === '' || /^\d{1,15}(\.\d{1,15})?$/.test(rank);
  if (cursor.length === ORDER_KEYS || !isRank || ![newestTime, oldestTime, callTime].every(isTime)) return null;
  return {
    newest: { callTime: newestTime, callId: newestId },
    oldest: { callTime: oldestTime, callId: oldestId },
    after: rank === '' ? null : { isWritten: written === 1, rank, callTime, callId },
  };
}

const ORDER_KEYS = 4;
type SearchKeys = [number, string, number, string, number, string, number, string];

const sortOf = ({ by, isDescending }: CallOrder) => `${isDescending ? '-' : ''}${by}`;

function keysOf(order: SearchOrder, place: SearchPlace): Cursor {
  if (order !== 'relevance') {
    const { value, callTime, callId } = place as OrderedPlace;
    return [sortOf(order), value ?? '', callTime, callId];
  }
  const { newest, oldest, after } = place as RankedSearchPlace;
  const { isWritten, rank, callTime, callId } = after ?? { isWritten: false, rank: '', ...oldest };
  return [newest.callTime, newest.callId, oldest.callTime, oldest.callId, Number(isWritten), rank, callTime, callId];
}
