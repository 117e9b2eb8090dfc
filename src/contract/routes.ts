import Type from 'typebox';
import { summaryRoutes } from './call-summaries.js';
import { callViewRoutes } from './call-views.js';
import { clipShareRoutes } from './clip-shares.js';
import { clipRoutes } from './clips.js';
import { coachingRoutesV1, coachingRoutesV2 } from './coaching.js';
import { v1FeedbackRoutes, v2FeedbackRoutes } from './feedback.js';
import { inboxRoutes } from './inbox.js';
import { libraryRoutes } from './library.js';
import { v1ListenRoutes, v2ListenRoutes } from './listens.js';
import { count, flag, id, seconds } from './params.js';
import { playingRoutes } from './playing.js';
import { playlistRoutes } from './playlists.js';
import { recordingRoutes } from './recordings.js';
import { crud, feed, get, list, listOf, NDJSON, type RouteContract, v1 } from './route.js';
import { scoreRoutesV1, scoreRoutesV2 } from './scorecards.js';
import { sessionRoutes } from './sessions.js';
import { setupRoutes } from './setup.js';
import { v1ShareRoutes, v2ShareRoutes } from './shares.js';
import { transcriptRoutes } from './transcripts.js';
import { uploadRoutes } from './uploads.js';
import {
  AccountPatch,
  CallInput,
  CallPatch,
  DepartmentInput,
  DepartmentPatch,
  SpeakerPatch,
  TeamInput,
  TeamPatch,
  TemplateInput,
  TemplatePatch,
  TemplatePreview,
  TopicInput,
  TopicPatch,
  UserInput,
  UserMerge,
  UserPatch,
} from './v1.js';
import {
  Account,
  CallDetails,
  CallPatchSent,
  CallReceipt,
  CallSent,
  CallSpeaker,
  Change,
  Department,
  ImportLine,
  Rematch,
  RenderedTemplate,
  Team,
  Template,
  Topic,
  User,
} from './v1-answers.js';
import {
  Call,
  CallTopics,
  DeletedCall,
  DepartmentEntry,
  TeamEntry,
  TopicDefinition,
  Transcript,
  UserEntry,
} from './v2.js';
import { viewRoutes } from './views.js';

const array = Type.Array;

/** The routes of API v2, as in the vendor's reference. */
export const v2Routes = {
  check: get('/check', 'Check access and connectivity', {}),
  users: get('/users', 'All active users', {}, array(UserEntry)),
  teams: get('/teams', 'All active teams', {}, array(TeamEntry)),
  departments: get('/departments', 'All active departments', {}, array(DepartmentEntry)),
  calls: get(
    '/calls',
    'Calls that changed at or after since',
    {
      ...feed,
      include_transcripts: { ...flag, description: 'Whether calls have their transcripts. Pages become much larger.' },
      include_crm_matches: { ...flag, description: 'Whether calls have their crmMatches.' },
      render_templates: {
        ...flag,
        description:
          'Whether metadata.callCardTemplates has the rendered call-card templates; limit is then at most 100.',
      },
    },
    array(Call),
  ),
  deletedCalls: get('/calls/deleted', 'Calls deleted at or after since', feed, array(DeletedCall)),
  searchCalls: {
    ...get('/calls/search', 'Ids of calls with a value in a metadata field', {}, array(Type.String())),
    metadataQuery: 'one',
  },
  call: get('/call/:id', 'One call with everything', {}, Call),
  deleteCall: { ...get('/call/:id', 'Delete a call', {}), method: 'DELETE', right: 'delete', status: 204 },
  callTopics: get(
    '/call_topics',
    'Topic matches of calls that changed at or after since',
    {
      ...feed,
      window_length: {
        ...seconds,
        description:
          'With minimum_matches: only matches with enough others of their topic within this many seconds of the call are shown.',
      },
      minimum_matches: { ...count, description: 'With window_length: the least number of matches in a window.' },
    },
    array(CallTopics),
  ),
  topics: get('/topics', 'All active topic definitions', {}, array(TopicDefinition)),
  transcript: get('/transcript/:id', 'A simplified transcript, by call id', {}, Transcript),
  ...scoreRoutesV2,
  ...v2FeedbackRoutes,
  ...v2ShareRoutes,
  ...v2ListenRoutes,
  ...coachingRoutesV2,
} as const satisfies Record<string, RouteContract>;

/** The routes of our own API, for everything that users and programs do. */
export const v1Routes = {
  ...sessionRoutes,
  ...setupRoutes,
  ...inboxRoutes,
  ...libraryRoutes,
  views: viewRoutes,
  createCall: v1('POST', '/calls', 'write', 'admin', 'Send a call, or send it again by its externalId', {
    body: CallInput,
    sent: CallSent,
    status: 201,
    alsoStatus: 200,
    answer: CallReceipt,
    idempotent: true,
  }),
  importCalls: v1('POST', '/calls/import', 'write', 'admin', 'Send calls as NDJSON; the answer has a result per line', {
    sent: CallSent,
    bodyType: NDJSON,
    answer: ImportLine,
    answerType: NDJSON,
  }),
  readCall: v1('GET', '/calls/:id', 'read', 'rep', 'One call with everything', {
    answer: CallDetails,
    etag: true,
  }),
  updateCall: v1('PATCH', '/calls/:id', 'write', 'admin', 'Change the given fields of a call', {
    body: CallPatch,
    sent: CallPatchSent,
    answer: CallReceipt,
    etag: true,
  }),
  deleteCall: v1('DELETE', '/calls/:id', 'delete', 'admin', 'Delete a call', { status: 204 }),
  ...transcriptRoutes,
  listSpeakers: v1('GET', '/calls/:id/speakers', 'read', 'rep', 'Who speaks in a call, by number', {
    answer: Type.Object({ items: array(CallSpeaker) }, { title: 'CallSpeakers' }),
  }),
  readSpeaker: v1('GET', '/calls/:id/speakers/:number', 'read', 'rep', 'One speaker of a call', {
    answer: CallSpeaker,
    etag: true,
  }),
  correctSpeaker: v1('PATCH', '/calls/:id/speakers/:number', 'write', 'rep', 'Correct who a speaker of a call is', {
    body: SpeakerPatch,
    answer: CallSpeaker,
    etag: true,
  }),
  ...playingRoutes,
  ...recordingRoutes,
  ...uploadRoutes,
  users: crud('users', 'user', 'admin', { input: UserInput, patch: UserPatch, item: User }),
  mergeUser: v1('POST', '/users/:id/merge', 'admin', 'admin', 'Merge a user into another, permanently', {
    body: UserMerge,
    answer: User,
    etag: true,
    idempotent: true,
  }),
  teams: crud('teams', 'team', 'admin', { input: TeamInput, patch: TeamPatch, item: Team }),
  departments: crud('departments', 'department', 'admin', {
    input: DepartmentInput,
    patch: DepartmentPatch,
    item: Department,
  }),
  topics: crud('topics', 'topic', 'manager', { input: TopicInput, patch: TopicPatch, item: Topic }),
  readRematch: v1(
    'GET',
    '/topics/rematch',
    'read',
    'rep',
    'Progress of matching the stored calls with changed topics',
    {
      answer: Rematch,
    },
  ),
  startRematch: v1('POST', '/topics/rematch', 'write', 'admin', 'Match all stored calls with the topics again', {
    answer: Rematch,
    idempotent: true,
  }),
  templates: crud('templates', 'call-card template', 'admin', {
    input: TemplateInput,
    patch: TemplatePatch,
    item: Template,
  }),
  previewTemplate: v1('POST', '/templates/preview', 'write', 'admin', 'Render a template for a call, saving nothing', {
    body: TemplatePreview,
    answer: RenderedTemplate,
  }),
  ...scoreRoutesV1,
  ...coachingRoutesV1,
  audit: v1('GET', '/audit', 'admin', 'admin', 'Who changed what, the newest first', {
    query: { ...list, kind: id, id },
    answer: listOf(Change),
  }),
  readAccount: v1('GET', '/account', 'read', 'rep', "The account's name and settings", {
    answer: Account,
    etag: true,
  }),
  updateAccount: v1('PATCH', '/account', 'admin', 'admin', "Change the account's name and settings", {
    body: AccountPatch,
    answer: Account,
    etag: true,
  }),
  ...summaryRoutes,
  ...callViewRoutes,
  ...v1FeedbackRoutes,
  ...v1ShareRoutes,
  ...v1ListenRoutes,
  ...clipRoutes,
  ...clipShareRoutes,
  ...playlistRoutes,
};

type Routes = Readonly<Record<string, RouteContract | Readonly<Record<string, RouteContract>>>>;

/** Routes by their names in documents: `users.list` is `usersList`. */
export function namedRoutes(routes: Routes): ReadonlyMap<string, RouteContract> {
  const named = Object.entries(routes).flatMap(([name, entry]): [string, RouteContract][] => {
    if (isRoute(entry)) return [[name, entry]];
    return Object.entries(entry).map(([action, route]) => [
      `${name}${action[0]!.toUpperCase()}${action.slice(1)}`,
      route,
    ]);
  });
  return new Map(named);
}

/** Whether an entry of a route table is a route, not a group of routes. */
export function isRoute(entry: object): entry is RouteContract {
  return 'method' in entry && typeof entry.method === 'string';
}

/** All routes of both APIs. */
export const allRoutes: readonly RouteContract[] = [
  ...namedRoutes(v2Routes).values(),
  ...namedRoutes(v1Routes).values(),
];
