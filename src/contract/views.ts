import Type, { type Static } from 'typebox';
import { named, optional, written } from './fields.js';
import { CALL_SORTS, callFilters } from './library.js';
import { list, listOf, v1 } from './route.js';

/** The periods that a view can go back, in days with today. */
const VIEW_DAYS = ['1', '7', '30', '90'] as const;

/**
 * What the query of a view may have: the filters and sorts of the call library, and what the app shows besides. `from`
 * and `to` are days, both included.
 */
export const viewParameters = {
  ...callFilters,
  days: { kind: 'choice', of: VIEW_DAYS },
  sort: { kind: 'choice', of: CALL_SORTS },
  columns: { kind: 'text' },
} as const;

const fields = {
  name: written(100),
  query: Type.String({
    maxLength: 4_000,
    description: 'a query string of up to 4000 characters with filters, sort, days and columns of the list of calls',
  }),
  shared: Type.Boolean({ description: 'true or false: whether everyone in the account has the view; admins only' }),
};

/** A new view. */
export const ViewInput = Type.Object({ ...fields, shared: optional(fields.shared) }, named('ViewInput'));
/** Changes of a view. */
export const ViewPatch = Type.Partial(Type.Object(fields, { additionalProperties: false }), named('ViewPatch'));

const View = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    query: Type.String({ description: 'filters, sort and columns, as in the address of the list of calls' }),
    shared: Type.Boolean({ description: 'whether everyone in the account has the view' }),
    ownerId: Type.String({ description: 'the user who saved it' }),
  },
  { title: 'View' },
);
/** A saved view of the list of calls. */
export type View = Static<typeof View>;

/** The routes of saved views. They are for people: a program has no list to look at. */
export const viewRoutes = {
  list: v1('GET', '/views', 'read', 'rep', "One's own views of the list of calls, and those shared with everyone", {
    query: list,
    answer: listOf(View),
    audience: 'people',
  }),
  create: v1('POST', '/views', 'write', 'rep', 'Save a view of the list of calls', {
    body: ViewInput,
    status: 201,
    answer: View,
    etag: true,
    idempotent: true,
    audience: 'people',
  }),
  read: v1('GET', '/views/:id', 'read', 'rep', 'One view', { answer: View, etag: true, audience: 'people' }),
  update: v1('PATCH', '/views/:id', 'write', 'rep', 'Change a view', {
    body: ViewPatch,
    answer: View,
    etag: true,
    audience: 'people',
  }),
  remove: v1('DELETE', '/views/:id', 'write', 'rep', 'Delete a view', { status: 204, audience: 'people' }),
};
