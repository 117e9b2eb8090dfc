import { coachingRoutesV1, coachingRoutesV2 } from './coaching.js';
import { v1FeedbackRoutes, v2FeedbackRoutes } from './feedback.js';
import { libraryRoutes } from './library.js';
import { v1ListenRoutes, v2ListenRoutes } from './listens.js';
import { count, flag, id, seconds } from './params.js';
import { crud, feed, get, list, type RouteContract, v1 } from './route.js';
import { scoreRoutesV1, scoreRoutesV2 } from './scorecards.js';
import { sessionRoutes } from './sessions.js';
import { v1ShareRoutes, v2ShareRoutes } from './shares.js';
import {
  AccountPatch,
  CallInput,
  CallPatch,
  DepartmentInput,
  DepartmentPatch,
  TeamInput,
  TeamPatch,
  TemplateInput,
  TemplatePatch,
  TemplatePreview,
  TopicInput,
  TopicPatch,
  UserInput,
  UserPatch,
} from './v1.js';

/** API v2, as the vendor's reference has it. */
export const v2Routes = {
  check: get('/check', 'Check access and connectivity', {}),
  users: get('/users', 'All active users', {}),
  teams: get('/teams', 'All active teams', {}),
  departments: get('/departments', 'All active departments', {}),
  calls: get('/calls', 'Calls that changed at or after since', {
    ...feed,
    include_transcripts: flag,
    include_crm_matches: flag,
    render_templates: flag,
  }),
  deletedCalls: get('/calls/deleted', 'Calls deleted at or after since', feed),
  searchCalls: { ...get('/calls/search', 'Ids of calls with a value in a metadata field', {}), strictQuery: true },
  call: get('/call/:id', 'One call with everything', {}),
  deleteCall: { ...get('/call/:id', 'Delete a call', {}), method: 'DELETE', scope: 'delete' },
  callTopics: get('/call_topics', 'Topic matches of calls that changed at or after since', {
    ...feed,
    window_length: seconds,
    minimum_matches: count,
  }),
  topics: get('/topics', 'All active topic definitions', {}),
  transcript: get('/transcript/:id', 'A simplified transcript, by call id', {}),
  ...scoreRoutesV2,
  ...v2FeedbackRoutes,
  ...v2ShareRoutes,
  ...v2ListenRoutes,
  ...coachingRoutesV2,
} as const satisfies Record<string, RouteContract>;

/** Our own API: everything that people and programs do. */
export const v1Routes = {
  ...sessionRoutes,
  ...libraryRoutes,
  createCall: v1('POST', '/calls', 'write', 'admin', 'Give a call, or give it again by its externalId', {
    body: CallInput,
  }),
  importCalls: v1('POST', '/calls/import', 'write', 'admin', 'Give calls as NDJSON; a result a line comes back'),
  readCall: v1('GET', '/calls/:id', 'read', 'rep', 'One call with everything'),
  updateCall: v1('PATCH', '/calls/:id', 'write', 'admin', 'Change the given fields of a call', { body: CallPatch }),
  deleteCall: v1('DELETE', '/calls/:id', 'delete', 'admin', 'Delete a call'),
  users: crud('users', 'user', 'admin', { input: UserInput, patch: UserPatch }),
  teams: crud('teams', 'team', 'admin', { input: TeamInput, patch: TeamPatch }),
  departments: crud('departments', 'department', 'admin', { input: DepartmentInput, patch: DepartmentPatch }),
  topics: crud('topics', 'topic', 'manager', { input: TopicInput, patch: TopicPatch }),
  templates: crud('templates', 'call-card template', 'admin', { input: TemplateInput, patch: TemplatePatch }),
  previewTemplate: v1('POST', '/templates/preview', 'write', 'admin', 'Render a template for a call, saving nothing', {
    body: TemplatePreview,
  }),
  ...scoreRoutesV1,
  ...coachingRoutesV1,
  audit: v1('GET', '/audit', 'admin', 'admin', 'Who changed what, the newest first', {
    query: { ...list, kind: id, id },
  }),
  readAccount: v1('GET', '/account', 'read', 'rep', "The account's name and settings"),
  updateAccount: v1('PATCH', '/account', 'admin', 'admin', "Change the account's name and settings", {
    body: AccountPatch,
  }),
  ...v1FeedbackRoutes,
  ...v1ShareRoutes,
  ...v1ListenRoutes,
};

export const allRoutes: readonly RouteContract[] = [
  ...Object.values(v2Routes),
  ...Object.values(v1Routes).flatMap((entry): RouteContract[] => ('method' in entry ? [entry] : Object.values(entry))),
];
