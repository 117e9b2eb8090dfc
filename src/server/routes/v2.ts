import { withinWindow } from '../../analysis/window.js';
import { v2Routes } from '../../contract/routes.js';
import {
  callsAfter,
  callsFeed,
  callTopicsAfter,
  callTopicsFeed,
  deletedCallsAfter,
  deletedCallsFeed,
  findCall,
  searchCallIds,
  searchCalls,
} from '../../db/calls.js';
import { selectActiveDepartments } from '../../db/departments.js';
import { fragmentBytes } from '../../db/fragments.js';
import { selectActiveTeams } from '../../db/teams.js';
import { selectTopics } from '../../db/topics.js';
import { selectActiveUsers } from '../../db/users.js';
import { AppError, invalid } from '../../errors.js';
import { simplifiedTranscriptOf } from '../../services/analysis/speakers.js';
import { renderCards } from '../../services/calls/call-cards.js';
import { deleteCall } from '../../services/calls/call-erasure.js';
import { noSuchCall } from '../../services/calls/seen-call.js';
import { type CallTopicsRow, deletedCallJson, writeCall, writeCallTopics } from '../../wire/call-json.js';
import { jsonArray, jsonInstant, jsonString } from '../../wire/json.js';
import { inflateAhead, PageBuilder } from '../../wire/page.js';
import { pathId, type Register, type RouteContext, sentQuery } from '../context.js';
import { readFeedPage } from '../feed-page.js';
import { readMetadataFilter } from '../metadata-filter.js';
import { sendPage } from '../send-page.js';

const MAX_RENDERED = 100;

/** The other endpoints of API v2 (api-v2 §4). */
export function registerV2(register: Register): void {
  register(v2Routes.check, async ({ reply }) => reply.code(200).send());
  register(v2Routes.users, ({ deps, caller }) => selectActiveUsers(deps.db, caller));
  register(v2Routes.teams, ({ deps, caller }) => selectActiveTeams(deps.db, caller));
  register(v2Routes.departments, ({ deps, caller }) => selectActiveDepartments(deps.db, caller));
  register(v2Routes.topics, async ({ deps, caller }) => {
    const topics = await selectTopics(deps.db, caller);
    return topics.filter((topic) => topic.active).map(({ id, name, words }) => ({ id, name, words }));
  });
  register(v2Routes.calls, sendCalls);
  register(v2Routes.deletedCalls, sendDeletedCalls);
  register(v2Routes.searchCalls, search);
  register(v2Routes.call, sendCall);
  register(v2Routes.deleteCall, async ({ deps, caller, request, reply }) => {
    await deleteCall(deps, caller, pathId(request));
    return reply.code(204).send();
  });
  register(v2Routes.callTopics, sendCallTopics);
  register(v2Routes.transcript, async ({ deps, caller, request }) => {
    const transcript = await simplifiedTranscriptOf(deps.db, caller, pathId(request));
    if (transcript === null) throw noSuchCall();
    return transcript;
  });
}

async function sendCalls(context: RouteContext<typeof v2Routes.calls>): Promise<unknown> {
  const { deps, caller, query, request, reply } = context;
  if (query.render_templates && query.limit > MAX_RENDERED) {
    throw invalid('limit', `${query.limit} is over the maximum with render_templates=true`, `up to ${MAX_RENDERED}`);
  }
  const parts = {
    transcripts: query.include_transcripts,
    crmMatches: query.include_crm_matches,
    cards: query.render_templates ? 'any' : 'none',
  } as const;
  const rows = await readFeedPage(
    context,
    callsFeed,
    (after, limit) => callsAfter(deps.db, caller, after, limit, parts),
    (row) => ({ id: row.callId, stamp: row.modified, times: [row.callTime] }),
  );
  const cards = query.render_templates ? await renderCards(deps, caller, rows, () => reply.raw.destroyed) : [];
  const page = new PageBuilder();
  writeList(page, rows, (row, index) =>
    writeCall(page, row, {
      transcript: parts.transcripts,
      crmMatches: parts.crmMatches,
      templatesJson: cards[index] ?? null,
      moreJson: '',
    }),
  );
  return sendPage(deps.copyOut, caller, request, reply, page);
}

async function sendCall({ deps, caller, request, reply }: RouteContext<typeof v2Routes.call>): Promise<unknown> {
  const row = await findCall(deps.db, caller, pathId(request));
  if (row === null) throw noSuchCall();
  const [card] = await renderCards(deps, caller, [row], () => reply.raw.destroyed);
  const page = new PageBuilder();
  writeCall(page, row, { transcript: true, crmMatches: true, templatesJson: card!, moreJson: '' });
  return sendPage(deps.copyOut, caller, request, reply, page);
}

async function sendDeletedCalls(context: RouteContext<typeof v2Routes.deletedCalls>): Promise<unknown> {
  const { deps, caller, reply } = context;
  const rows = await readFeedPage(
    context,
    deletedCallsFeed,
    (after, limit) => deletedCallsAfter(deps.db, caller, after, limit),
    (row) => ({ id: row.callId, stamp: row.deletedAt, times: [row.callTime] }),
  );
  return reply.type('application/json; charset=utf-8').send(jsonArray(rows.map(deletedCallJson)));
}

async function sendCallTopics(context: RouteContext<typeof v2Routes.callTopics>): Promise<unknown> {
  const { deps, caller, query, request, reply } = context;
  const { window_length: windowLength, minimum_matches: minimumMatches } = query;
  if ((windowLength === null) !== (minimumMatches === null)) {
    const missing = windowLength === null ? 'window_length' : 'minimum_matches';
    throw invalid(missing, 'is missing', 'window_length and minimum_matches together, or neither');
  }
  const rows = await readFeedPage(
    context,
    callTopicsFeed,
    (after, limit) => callTopicsAfter(deps.db, caller, after, limit),
    (row) => ({ id: row.callId, stamp: row.modified, times: [] }),
  );
  if (windowLength !== null && minimumMatches !== null) {
    return reply
      .type('application/json; charset=utf-8')
      .send(await windowedTopics(context, rows, windowLength, minimumMatches));
  }
  const page = new PageBuilder();
  writeList(page, rows, (row) => writeCallTopics(page, row));
  return sendPage(deps.copyOut, caller, request, reply, page);
}

async function windowedTopics(
  { deps, caller }: RouteContext<typeof v2Routes.callTopics>,
  rows: readonly CallTopicsRow[],
  windowLength: number,
  minimumMatches: number,
): Promise<string> {
  const entries: string[] = [];
  const refs = rows.map((row) => row.topicMatches);
  for await (const json of inflateAhead(refs, fragmentBytes(deps.copyOut, caller, refs))) {
    const row = rows[entries.length]!;
    const matches = JSON.parse(json.toString());
    entries.push(
      `{"callId":${jsonString(row.callId)},"modified":${jsonInstant(row.modified)}` +
        `,"questionCounts":${row.questionCountsJson}` +
        `,"topicMatches":${JSON.stringify(withinWindow(matches, windowLength, minimumMatches))}}`,
    );
  }
  // A call erased meanwhile no longer has its fragment. The client repeats the request and gets a page without the
  // call.
  if (entries.length < rows.length) throw new AppError('unavailable', 'A call was erased meanwhile; try again.');
  return jsonArray(entries);
}

const SEARCH_TAKES = 'exactly one metadata.<field>=<value>';

async function search({ deps, caller, request }: RouteContext<typeof v2Routes.searchCalls>): Promise<string[]> {
  const sent = sentQuery(request);
  const only = sent[0];
  if (only === undefined || sent.length > 1) throw invalid('query', `has ${sent.length} fields`, SEARCH_TAKES);
  const { name, value } = only;
  if (name === null) throw invalid('query', 'has a name that is not percent-encoded UTF-8', SEARCH_TAKES);
  const filter = readMetadataFilter(name, value, SEARCH_TAKES);
  if ('loweredId' in filter) return searchCallIds(deps.db, caller, filter.loweredId);
  return searchCalls(deps.db, caller, filter.digest);
}

function writeList<Row>(page: PageBuilder, rows: readonly Row[], write: (row: Row, index: number) => void): void {
  page.text('[');
  for (const [index, row] of rows.entries()) {
    if (index > 0) page.text(',');
    write(row, index);
  }
  page.text(']');
}
