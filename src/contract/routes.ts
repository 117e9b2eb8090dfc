import { count, flag, lastId, limit, type QueryParam, seconds, since } from './params.js';

/** What a credential may do. `admin` implies `write` implies `read`; `delete` stands alone. */
export type Scope = 'read' | 'write' | 'admin' | 'delete';
export const SCOPES: readonly Scope[] = ['read', 'delete', 'write', 'admin'];

export interface RouteContract {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With path parameters as `:name`. */
  readonly path: string;
  readonly scope: Scope;
  readonly summary: string;
  readonly query: Readonly<Record<string, QueryParam>>;
  /** Any other query parameter is an error, instead of being ignored. */
  readonly strictQuery?: true;
}

export const V2 = '/api/ev/2';
const V1 = '/api/v1';
const feed = { since, limit, last_id: lastId };

function get<Q extends RouteContract['query']>(path: string, summary: string, query: Q) {
  return { method: 'GET', path: `${V2}${path}`, scope: 'read', summary, query } as const;
}

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
} as const satisfies Record<string, RouteContract>;

function v1(method: RouteContract['method'], path: string, scope: Scope, summary: string) {
  return { method, path: `${V1}${path}`, scope, summary, query: {} };
}

export type CrudRoutes = ReturnType<typeof crud>;

function crud(plural: string, singular: string) {
  return {
    list: v1('GET', `/${plural}`, 'read', `All ${plural}, inactive ones too`),
    create: v1('POST', `/${plural}`, 'write', `Create a ${singular}`),
    read: v1('GET', `/${plural}/:id`, 'read', `One ${singular}`),
    update: v1('PATCH', `/${plural}/:id`, 'write', `Change a ${singular}`),
    remove: v1('DELETE', `/${plural}/:id`, 'write', `Deactivate a ${singular}`),
  };
}

/** Our own API: what goes in. */
export const v1Routes = {
  createCall: v1('POST', '/calls', 'write', 'Give a call, or give it again by its externalId'),
  importCalls: v1('POST', '/calls/import', 'write', 'Give calls as NDJSON; a result a line comes back'),
  readCall: v1('GET', '/calls/:id', 'read', 'One call with everything'),
  updateCall: v1('PATCH', '/calls/:id', 'write', 'Change the given fields of a call'),
  deleteCall: v1('DELETE', '/calls/:id', 'delete', 'Delete a call'),
  users: crud('users', 'user'),
  teams: crud('teams', 'team'),
  departments: crud('departments', 'department'),
  topics: crud('topics', 'topic'),
  templates: crud('templates', 'call-card template'),
  previewTemplate: v1('POST', '/templates/preview', 'write', 'Render a template for a call, saving nothing'),
};

export const allRoutes: readonly RouteContract[] = [
  ...Object.values(v2Routes),
  ...Object.values(v1Routes).flatMap((entry): RouteContract[] => ('method' in entry ? [entry] : Object.values(entry))),
];
