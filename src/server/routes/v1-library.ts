import { allowedText } from '../../contract/params.js';
import { v1Routes } from '../../contract/routes.js';
import type { CallPlace, LibraryRow } from '../../db/library.js';
import { invalid } from '../../errors.js';
import { type CallMatch, findMatches, listCalls } from '../../services/library.js';
import { writeCall } from '../../wire/call-json.js';
import { metadataDigest } from '../../wire/metadata.js';
import { PageBuilder } from '../../wire/page.js';
import { pageOf } from '../collection.js';
import { type Register, type RouteContext, sentQuery } from '../context.js';
import type { Cursor } from '../cursor.js';
import { LATEST, type Query, type SentParameter } from '../query.js';
import { sendPage } from '../send-page.js';

type ListRoute = typeof v1Routes.listCalls;

/** The call library: `GET /api/v1/calls`. */
export function registerV1Library(register: Register): void {
  register(v1Routes.listCalls, sendCalls);
}

/** Each call of a search is read whole for its snippets. */
const MAX_FOUND = 100;

async function sendCalls({ deps, caller, query, request, reply }: RouteContext<ListRoute>) {
  const { q, limit } = query;
  if (q !== null && limit > MAX_FOUND) {
    throw invalid('limit', `${limit} is over the maximum of a search`, `a whole number from 0 to ${MAX_FOUND}`);
  }
  const filters = filtersOf(query, sentQuery(request));
  const after = placeOf(query.cursor, q !== null);
  const rows = await listCalls(deps.db, caller, filters, q, after, limit + 1);
  const { items, next } = pageOf(rows, limit, ({ rank, callTime, callId }) => [rank, callTime, callId]);
  const ids = items.map(({ callId }) => callId);
  const matches = q === null ? null : await findMatches(deps.db, caller, q, ids);
  const page = new PageBuilder();
  for (const [index, row] of items.entries()) {
    page.text(index === 0 ? '{"items":[' : ',');
    writeListed(page, row, matches && (matches.get(row.callId) ?? []));
  }
  page.text(`${items.length === 0 ? '{"items":[' : ''}],"next":${JSON.stringify(next)}}`);
  return sendPage(deps.copyOut, caller, request, reply, page);
}

/** A light call with what the library shows beside v2's fields. */
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
  const { callerId, teamId, topicId, from, to, direction, state } = query;
  if (query.teams_below && teamId === null) throw invalid('teamId', 'is missing beside teams_below', 'ids of teams');
  return {
    callerIds: callerId,
    teamIds: teamId,
    teamsBelow: query.teams_below,
    from: from?.micros ?? null,
    to: to?.micros ?? null,
    direction,
    state,
    // A topic's id is a number: no other text is one's.
    topicIds: topicId?.filter((id) => /^\d{1,15}$/.test(id)).map(Number) ?? null,
    talkRatio: { min: query.minTalkRatio, max: query.maxTalkRatio },
    score: { min: query.minScore, max: query.maxScore },
    hasComments: query.hasComments === null ? null : query.hasComments === 'true',
    duration: { min: query.minDuration, max: query.maxDuration },
    ...metadataFilters(sent),
  };
}

const METADATA = 'metadata.';
const METADATA_TAKES = 'the whole value of a field, as metadata.<field>=<value>, each field once';
const MAX_METADATA = 10;
const KNOWN = [...Object.keys(v1Routes.listCalls.query), 'metadata.<field>'].join(', ');

/** The metadata that is asked for; any other parameter is refused, so that a misspelt one is never ignored. */
function metadataFilters(sent: readonly SentParameter[]) {
  const metadata: string[] = [];
  let loweredId: string | null = null;
  const fields = new Set<string>();
  for (const { name, value } of sent) {
    if (name === null) throw invalid('query', 'has a name that is not percent-encoded UTF-8', KNOWN);
    if (Object.hasOwn(v1Routes.listCalls.query, name)) continue;
    const shown = name.slice(0, 100);
    const field = name.startsWith(METADATA) ? name.slice(METADATA.length) : '';
    if (field === '') throw invalid(shown || 'query', 'is no filter of calls', KNOWN);
    const refuse = (problem: string) => invalid(shown, problem, METADATA_TAKES);
    if (field.includes('\0')) throw refuse('has a NUL');
    if (value === null) throw refuse('is not percent-encoded UTF-8');
    if (value === '') throw refuse('is empty');
    if (value.includes('\0')) throw refuse('has a NUL');
    if (fields.has(field)) throw refuse('is given more than once');
    fields.add(field);
    if (fields.size > MAX_METADATA) throw refuse(`is one of more than ${MAX_METADATA} fields`);
    if (field === 'id') loweredId = value.toLowerCase();
    else metadata.push(metadataDigest(field, value));
  }
  return { metadata, loweredId };
}

/** A cursor as this list hands it out; that of a list in the other order is none. */
function placeOf(cursor: Cursor | null, ranked: boolean): CallPlace | null {
  if (cursor === null) return null;
  const [rank, callTime, callId] = cursor as [string, number, string];
  const isRank = ranked ? /^\d{1,15}(\.\d{1,15})?$/.test(rank) : rank === '';
  if (!isRank || !Number.isSafeInteger(callTime) || Math.abs(callTime) > LATEST) {
    throw invalid('cursor', 'is of another list', allowedText({ kind: 'cursor' }));
  }
  return { rank, callTime, callId };
}
