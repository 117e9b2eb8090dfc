import { beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '#debrief/contract/access.js';
import { allRoutes } from '#debrief/contract/routes.js';
import type { CallVisibility } from '#debrief/db/accounts.js';
import { updateAccount } from '#debrief/services/accounts/accounts.js';
import { type Browser, type BrowserAnswer, browserOf } from '../support/browser.js';
import { giveClipSound, giveSound } from '../support/played.js';
import { makeAccount, type TestClient } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { nameOf } from './target.js';

// What people get of calls, and of what hangs on them: every route that is bound to a call, for each role and each relation
// to the call, under each visibility that an account can have.

const RELATIONS = [
  ...['own', "team's", 'below', 'above', "other's", "nobody's", 'shared', 'shared and revoked', 'shared by them'],
] as const;
type Relation = string;

/** Which of the calls each role sees, by the account's visibility of calls. */
const mine = ['own', 'shared'];
const seen: Record<CallVisibility, Record<Role, readonly Relation[]>> = {
  own: { rep: mine, manager: mine, admin: RELATIONS },
  team: { rep: mine, manager: [...mine, "team's", 'below'], admin: RELATIONS },
  everyone: { rep: RELATIONS, manager: RELATIONS, admin: RELATIONS },
};

/** Who asks, for the rules. */
interface Asker {
  readonly role: Role;
  readonly relation: Relation;
  /** Whether they see the call; nobody sees one of another account. */
  readonly sees: boolean;
  readonly foreign: boolean;
}

/** A status; of a list, whether the thing is in it. */
type Outcome = number | 'listed' | 'not listed';
type Rule = (asker: Asker) => Outcome;

const ifSeen =
  (status: number): Rule =>
  ({ sees }) =>
    sees ? status : 404;
const listedIfSeen: Rule = ({ sees }) => (sees ? 'listed' : 'not listed');
/** Of those who see the call, its caller may. */
const forCaller =
  (status: number): Rule =>
  ({ sees, relation }) =>
    sees ? (relation === 'own' ? status : 403) : 404;
/** Of those who see the call, these roles may. */
const forRoles =
  (roles: readonly Role[], rule: Rule): Rule =>
  (asker) =>
    asker.sees ? (roles.includes(asker.role) ? rule(asker) : 403) : 404;
const forManagers = (status: number) => forRoles(['manager', 'admin'], () => status);
const forAdmin = (status: number) => forRoles(['admin'], () => status);
/** The route is for administrators: others are refused before anything is looked up. */
const adminRoute =
  (rule: Rule): Rule =>
  (asker) =>
    asker.role === 'admin' ? rule(asker) : 403;
/** Whoever made it goes on having it, whether they see the call or not; of another account, nobody made it. */
const forMaker =
  (outcome: Outcome, otherwise: Outcome): Rule =>
  ({ foreign }) =>
    foreign ? otherwise : outcome;
/** Whoever a clip was shared with has it in the same way. */
const forRecipient = forMaker;
/** They have it without seeing its call, which this takes. */
const ifCallSeen =
  (status: number): Rule =>
  ({ sees, foreign }) =>
    foreign ? 404 : sees ? status : 403;
/** A call that is named inside the body for a thing of theirs is refused there, like anything that it may not name. */
const ifNameable =
  (status: number): Rule =>
  ({ sees, foreign }) =>
    foreign ? 404 : sees ? status : 400;
/** A draft of somebody else is nobody's to see. */
const never =
  (outcome: Outcome): Rule =>
  () =>
    outcome;

interface Line {
  /** As in the contract, without `/api/v1`. */
  readonly route: string;
  /** What it is asked about, where there are several lines of a route. */
  readonly about?: string;
  /** Makes the thing that the path names, or that is looked for in the list; the call itself unless given. */
  readonly given?: (call: Call) => Promise<string>;
  readonly query?: (call: Call, id: string) => string;
  readonly body?: (call: Call, asking: Asking, id: string) => object | Promise<object>;
  /** What is looked for in the list that is read of the thing in the path. */
  readonly sought?: (call: Call) => string;
  readonly outcome: Rule;
}

/** A call, and who asks of it. */
interface Call {
  readonly id: string;
  readonly callerId: string | null;
  /** The one who asks, in the account of the call: what is made as theirs is. */
  readonly personId: string;
  readonly relation: Relation;
}

/** What they use of their own account. */
interface Asking {
  readonly browser: Browser;
  readonly scorecard: (call: Call) => Promise<string>;
  readonly planId: number;
}

const ofCall = ({ id }: Call) => `?callId=${id}`;
const byCase = ({ id }: Call) => `?metadata.case=${id}`;
const all = () => '?limit=1000';
const answers = { answers: [] };
const byOther = () => otherId;
const byThem = ({ personId }: Call) => personId;
type By = (call: Call) => string;
const withOutsiders = () => ({ recipientEmails: ['out@example.com', 'on@example.com'] });
const withThem = ({ personId }: Call) => ({ recipientUserIds: [personId] });

/** Its caller, and managers and administrators who see it, may change a transcript. */
const forEditors =
  (status: number): Rule =>
  ({ sees, role, relation }) =>
    sees ? (role === 'rep' && relation !== 'own' ? 403 : status) : 404;

async function callWithWords({ personId, relation }: Call): Promise<string> {
  const { id } = await makeCall(personId, relation);
  const transcript = [{ start: '0', end: '1', word: 'hi', v: 0 }];
  expect((await client.send('PATCH', `/api/v1/calls/${id}`, { transcript })).status).toBe(200);
  return id;
}

const lines: Line[] = [
  { route: 'GET /calls', query: byCase, outcome: listedIfSeen },
  { route: 'GET /call_count', query: byCase, outcome: listedIfSeen },
  { route: 'GET /calls.csv', query: byCase, outcome: listedIfSeen },
  { route: 'GET /metadata_fields', given: callWithField, outcome: listedIfSeen },
  { route: 'GET /calls/:id', outcome: ifSeen(200) },
  { route: 'PATCH /calls/:id', body: () => ({ duration: 120 }), outcome: adminRoute(ifSeen(200)) },
  { route: 'GET /calls/:id/audio', given: (call) => withSound(call), outcome: ifSeen(200) },
  { route: 'GET /calls/:id/recording', outcome: ifSeen(200) },
  { route: 'GET /calls/:id/processing', outcome: ifSeen(200) },
  { route: 'POST /calls/:id/processing/retry', outcome: forEditors(200) },
  // JSON is no file: who may not send one is told so first.
  { route: 'POST /calls/:id/recording', body: () => ({}), outcome: forEditors(415) },
  { route: 'GET /calls/:id/peaks', given: (call) => withSound(call), outcome: ifSeen(200) },
  { route: 'GET /calls/:id/speakers', outcome: ifSeen(200) },
  { route: 'GET /calls/:id/speakers/:number', outcome: ifSeen(200) },
  {
    route: 'PATCH /calls/:id/speakers/:number',
    body: () => ({ type: 'EXTERNAL', firstName: 'Kit' }),
    outcome: ({ sees, role, relation }) => (sees ? (role === 'rep' && relation !== 'own' ? 403 : 200) : 404),
  },
  { route: 'GET /calls/:id/summary', outcome: ifSeen(200) },
  { route: 'GET /calls/:id/topics', outcome: ifSeen(200) },
  { route: 'GET /calls/:id/cards', outcome: ifSeen(200) },
  {
    // The call has no words yet.
    route: 'POST /calls/:id/summary',
    given: async ({ personId, relation }) => (await makeCall(personId, relation)).id,
    outcome: ({ sees, role }) => (role === 'rep' ? 403 : sees ? 409 : 404),
  },
  { route: 'GET /calls/:id/transcript', outcome: ifSeen(200) },
  { route: 'GET /calls/:id/transcript/edits', outcome: ifSeen(200) },
  { route: 'POST /calls/:id/transcript', body: () => ({ monologues: [] }), outcome: forEditors(200) },
  {
    route: 'PATCH /calls/:id/transcript',
    given: callWithWords,
    body: () => ({ from: 0, to: 1, words: [{ word: 'bye' }] }),
    outcome: forEditors(200),
  },
  // It has no edit of this number.
  { route: 'POST /calls/:id/transcript/edits/:number/undo', given: callWithWords, outcome: forEditors(404) },
  {
    route: 'DELETE /calls/:id',
    given: async ({ personId, relation }) => (await makeCall(personId, relation)).id,
    outcome: adminRoute(ifSeen(204)),
  },
  {
    route: 'POST /templates/preview',
    body: ({ id }) => ({ callId: id, template: '{{ call.id }}' }),
    outcome: adminRoute(ifSeen(200)),
  },
  {
    route: 'GET /audit',
    given: comment(byOther),
    query: (_, id) => `?kind=feedback&id=${id}`,
    outcome: adminRoute(listedIfSeen),
  },

  { route: 'GET /feedback', given: comment(byOther), query: ofCall, outcome: listedIfSeen },
  {
    route: 'POST /feedback',
    body: ({ id }) => ({ callId: id, startTime: 1, text: 'Well said' }),
    outcome: ifSeen(201),
  },
  { route: 'GET /feedback/:id', given: comment(byOther), outcome: ifSeen(200) },
  { route: 'GET /feedback/:id', about: 'their own', given: comment(byThem), outcome: ifSeen(200) },
  { route: 'PATCH /feedback/:id', given: comment(byOther), body: () => ({ text: 'No' }), outcome: forAdmin(200) },
  {
    route: 'PATCH /feedback/:id',
    about: 'their own',
    given: comment(byThem),
    body: () => ({ text: 'Yes' }),
    outcome: ifSeen(200),
  },
  { route: 'DELETE /feedback/:id', given: comment(byOther), outcome: forManagers(204) },
  { route: 'DELETE /feedback/:id', about: 'their own', given: comment(byThem), outcome: ifSeen(204) },

  { route: 'GET /shares', given: share(byOther), query: ofCall, outcome: listedIfSeen },
  {
    route: 'GET /shares',
    about: 'their own',
    given: share(byThem),
    query: ofCall,
    outcome: forMaker('listed', 'not listed'),
  },
  {
    route: 'POST /shares',
    body: ({ id }) => ({ callId: id, recipientEmails: ['out@example.com'] }),
    outcome: ifSeen(201),
  },
  { route: 'GET /shares/:id', given: share(byOther), outcome: ifSeen(200) },
  { route: 'GET /shares/:id', about: 'their own', given: share(byThem), outcome: forMaker(200, 404) },
  { route: 'DELETE /shares/:id', given: share(byOther), outcome: forAdmin(204) },
  { route: 'DELETE /shares/:id', about: 'their own', given: share(byThem), outcome: forMaker(204, 404) },
  {
    route: 'POST /shares/:id/links',
    given: share(byOther),
    body: () => ({ email: 'out@example.com' }),
    outcome: forAdmin(201),
  },
  {
    // Who does not see the call any more lets nobody else see it.
    route: 'POST /shares/:id/links',
    about: 'their own',
    given: share(byThem),
    body: () => ({ email: 'out@example.com' }),
    outcome: ifSeen(201),
  },
  { route: 'GET /shares/:id/accesses', given: share(byOther), outcome: forAdmin(200) },
  { route: 'GET /shares/:id/accesses', about: 'their own', given: share(byThem), outcome: forMaker(200, 404) },

  { route: 'GET /inbox', given: mention, query: () => '?kind=mention&limit=1000', outcome: listedIfSeen },
  {
    route: 'GET /inbox',
    about: 'a clip that was shared with them',
    given: clipForThem,
    query: () => '?kind=clip&limit=1000',
    outcome: forRecipient('listed', 'not listed'),
  },

  { route: 'GET /clips', given: clip(byOther), query: ofCall, outcome: listedIfSeen },
  {
    route: 'GET /clips',
    about: 'shared with them',
    given: clipForThem,
    query: ofCall,
    outcome: forRecipient('listed', 'not listed'),
  },
  { route: 'POST /clips', body: ({ id }) => ({ callId: id, ...RANGE }), outcome: ifSeen(201) },
  { route: 'GET /clips/:id', given: clip(byOther), outcome: ifSeen(200) },
  // Who does not see the call any more does not see what they made of it.
  { route: 'GET /clips/:id', about: 'their own', given: clip(byThem), outcome: ifSeen(200) },
  { route: 'GET /clips/:id', about: 'shared with them', given: clipForThem, outcome: forRecipient(200, 404) },
  { route: 'PATCH /clips/:id', given: clip(byOther), body: () => ({ title: 'No' }), outcome: forAdmin(200) },
  {
    route: 'PATCH /clips/:id',
    about: 'their own',
    given: clip(byThem),
    body: () => ({ title: 'Yes' }),
    outcome: ifSeen(200),
  },
  {
    route: 'PATCH /clips/:id',
    about: 'shared with them',
    given: clipForThem,
    body: () => ({ title: 'No' }),
    outcome: ({ role, foreign }) => (foreign ? 404 : role === 'admin' ? 200 : 403),
  },
  { route: 'DELETE /clips/:id', given: clip(byOther), outcome: forManagers(204) },
  { route: 'DELETE /clips/:id', about: 'their own', given: clip(byThem), outcome: ifSeen(204) },
  {
    route: 'DELETE /clips/:id',
    about: 'shared with them',
    given: clipForThem,
    outcome: (asker) => (asker.role === 'rep' && !asker.foreign ? 403 : ifCallSeen(204)(asker)),
  },
  ...['content', 'audio', 'peaks'].flatMap((part): Line[] => [
    { route: `GET /clips/:id/${part}`, given: clipWithSound, outcome: ifSeen(200) },
    {
      route: `GET /clips/:id/${part}`,
      about: 'shared with them',
      given: clipForThem,
      outcome: forRecipient(200, 404),
    },
  ]),

  { route: 'GET /clip-shares', given: clipShare(byOther), query: all, outcome: listedIfSeen },
  {
    route: 'GET /clip-shares',
    about: 'their own',
    given: clipShare(byThem),
    query: all,
    outcome: forMaker('listed', 'not listed'),
  },
  { route: 'POST /clip-shares', given: clipWithSound, body: ofClip, outcome: ifSeen(201) },
  {
    // Who sees no more than the clip does not pass it on.
    route: 'POST /clip-shares',
    about: 'of a clip that was shared with them',
    given: clipForThem,
    body: ofClip,
    outcome: ifCallSeen(201),
  },
  { route: 'GET /clip-shares/:id', given: clipShare(byOther), outcome: ifSeen(200) },
  { route: 'GET /clip-shares/:id', about: 'their own', given: clipShare(byThem), outcome: forMaker(200, 404) },
  { route: 'GET /clip-shares/:id', about: 'with them', given: clipShare(byOther, withThem), outcome: ifSeen(200) },
  { route: 'DELETE /clip-shares/:id', given: clipShare(byOther), outcome: forAdmin(204) },
  { route: 'DELETE /clip-shares/:id', about: 'their own', given: clipShare(byThem), outcome: forMaker(204, 404) },
  {
    route: 'POST /clip-shares/:id/links',
    given: clipShare(byOther),
    body: () => ({ email: 'out@example.com' }),
    outcome: forAdmin(201),
  },
  {
    // Who does not see the call any more lets nobody else hear of it.
    route: 'POST /clip-shares/:id/links',
    about: 'their own',
    given: clipShare(byThem),
    body: () => ({ email: 'out@example.com' }),
    outcome: ifCallSeen(201),
  },
  { route: 'GET /clip-shares/:id/accesses', given: clipShare(byOther), outcome: forAdmin(200) },
  {
    route: 'GET /clip-shares/:id/accesses',
    about: 'their own',
    given: clipShare(byThem),
    outcome: forMaker(200, 404),
  },

  // Whoever has a playlist sees of its calls and clips what they see anyway.
  {
    route: 'GET /playlists/:id/items',
    about: 'that has the call',
    given: playlist(({ id }) => ({ callIds: [id] })),
    sought: ({ id }) => id,
    outcome: (asker) => (asker.foreign ? 404 : listedIfSeen(asker)),
  },
  {
    route: 'GET /playlists/:id/items',
    about: 'that has a clip of it',
    given: playlist(async (call) => ({ clipIds: [await clip(byOther)(call)] })),
    sought: ({ id }) => id,
    outcome: (asker) => (asker.foreign ? 404 : listedIfSeen(asker)),
  },
  {
    route: 'GET /playlists/:id/items',
    about: 'that has a clip that was shared with them',
    given: playlist(async (call) => ({ clipIds: [await clipForThem(call)] })),
    sought: ({ id }) => id,
    outcome: forRecipient('listed', 404),
  },
  {
    route: 'POST /playlists/:id/items',
    about: 'to add the call',
    given: playlist(),
    body: ({ id }) => ({ callIds: [id] }),
    outcome: ifNameable(201),
  },
  {
    route: 'POST /playlists/:id/items',
    about: 'to add a clip of it',
    given: playlist(),
    body: async (call) => ({ clipIds: [await clip(byOther)(call)] }),
    outcome: ifNameable(201),
  },

  { route: 'GET /listens', given: listen, query: ofCall, outcome: listedIfSeen },
  {
    route: 'POST /listens',
    body: ({ id }) => ({ callId: id, session: 'tab', spans: [[0, 1]] }),
    outcome: ifSeen(200),
  },
  {
    route: 'POST /listens/history',
    about: 'the same again',
    given: listen,
    body: ofHistory,
    outcome: adminRoute(ifSeen(200)),
  },

  { route: 'GET /results', given: result(byOther), query: ofCall, outcome: listedIfSeen },
  { route: 'GET /results', about: 'a draft', given: draft(byOther), query: ofCall, outcome: never('not listed') },
  { route: 'GET /results', about: 'their own draft', given: draft(byThem), query: ofCall, outcome: listedIfSeen },
  {
    route: 'POST /results',
    body: async (call, { scorecard }) => ({
      callId: call.id,
      scorecardId: await scorecard(call),
      state: 'DRAFT',
      ...answers,
    }),
    outcome: ifSeen(201),
  },
  { route: 'GET /results/:id', given: result(byOther), outcome: ifSeen(200) },
  { route: 'GET /results/:id', about: 'a draft', given: draft(byOther), outcome: never(404) },
  { route: 'GET /results/:id', about: 'their own draft', given: draft(byThem), outcome: ifSeen(200) },
  { route: 'PATCH /results/:id', given: result(byOther), body: () => answers, outcome: forManagers(200) },
  {
    route: 'PATCH /results/:id',
    about: 'their own',
    given: result(byThem),
    body: () => answers,
    outcome: ifSeen(200),
  },
  { route: 'PATCH /results/:id', about: 'a draft', given: draft(byOther), body: () => answers, outcome: never(404) },
  {
    route: 'PATCH /results/:id',
    about: 'their own draft',
    given: draft(byThem),
    body: () => ({ state: 'SUBMITTED' }),
    outcome: ifSeen(200),
  },
  { route: 'DELETE /results/:id', given: result(byOther), outcome: forAdmin(204) },
  { route: 'DELETE /results/:id', about: 'their own', given: result(byThem), outcome: forAdmin(204) },
  { route: 'DELETE /results/:id', about: 'a draft', given: draft(byOther), outcome: never(404) },
  { route: 'DELETE /results/:id', about: 'their own draft', given: draft(byThem), outcome: ifSeen(204) },
  { route: 'GET /results/:id/history', given: result(byOther), outcome: ifSeen(200) },
  { route: 'GET /results/:id/history', about: 'a draft', given: draft(byOther), outcome: never(404) },
  { route: 'POST /results/:id/acknowledge', given: result(byOther), body: () => ({}), outcome: forCaller(200) },
  {
    route: 'POST /results/:id/dispute',
    given: result(byOther),
    body: () => ({ reason: 'No' }),
    outcome: forCaller(200),
  },
  {
    // Nobody disputes what is said about nobody's call.
    route: 'POST /results/:id/resolve',
    given: disputed(byOther),
    body: () => ({ resolution: 'Yes' }),
    outcome: forRoles(['manager', 'admin'], ({ relation }) => (relation === "nobody's" ? 409 : 200)),
  },
  {
    route: 'POST /results/:id/resolve',
    about: 'their own',
    given: disputed(byThem),
    body: () => ({ resolution: 'Yes' }),
    outcome: (asker) => ifSeen(asker.relation === "nobody's" ? 409 : 200)(asker),
  },

  {
    route: 'POST /meetings',
    about: 'to review a call',
    body: (call, { planId }) => meetingOn(call, planId),
    outcome: ({ sees }) => (sees ? 201 : 400),
  },
  {
    route: 'PATCH /meetings/:id',
    about: 'to review a call',
    given: meeting,
    body: reviews,
    outcome: ifNameable(200),
  },
  // Who is coached sees what is reviewed with them.
  {
    route: 'GET /meetings',
    about: 'that reviews a call',
    given: meetingThatReviews,
    outcome: forMaker('listed', 'not listed'),
  },
  { route: 'GET /meetings/:id', about: 'that reviews a call', given: meetingThatReviews, outcome: forMaker(200, 404) },
];

/** Routes that have to do with no call, and why. */
const collection = (path: string) => [
  ...[`GET ${path}`, `POST ${path}`, `GET ${path}/:id`, `PATCH ${path}/:id`, `DELETE ${path}/:id`],
];
const unbound: Record<string, readonly string[]> = {
  'are of their sender alone: recordings/uploads.test.ts': [
    ...['POST /uploads', 'GET /uploads/:id', 'PATCH /uploads/:id', 'DELETE /uploads/:id'],
  ],
  'are of an account, for whole roles': [
    ...['/users', '/teams', '/departments', '/topics', '/templates', '/skills', '/scorecards'].flatMap(collection),
    ...['POST /users/:id/merge', 'GET /account', 'PATCH /account', 'GET /topics/rematch', 'POST /topics/rematch'],
  ],
  'bring calls in, for administrators': ['POST /calls', 'POST /calls/import'],
  'are of people who log in': [
    ...[
      'GET /login-methods',
      'POST /session',
      'GET /session',
      'DELETE /session',
      'PATCH /profile',
      'GET /sessions',
      'DELETE /sessions/:id',
    ],
    ...['DELETE /users/:id/sessions', 'POST /users/:id/invite'],
    ...['POST /password', 'PATCH /password', 'POST /password/reset'],
    ...['GET /session/oidc', 'GET /session/oidc/callback', 'POST /setup', 'POST /session/demo'],
  ],
  'are of whoever saved them, or of everyone: views.test.ts': collection('/views'),
  'are of their owner, and of whom they were shared with: playlists.test.ts': collection('/playlists'),
  'are of items that GET /inbox lists: inbox.test.ts': ['GET /inbox/counts', 'PATCH /inbox'],
  'never ends: events.test.ts': ['GET /events'],
  'make a call: intake.test.ts': ['POST /recordings'],
  'are of the two who meet: coaching-permissions.test.ts': [
    ...['/plans', '/kpis', '/observations'].flatMap(collection),
    ...['POST /observations/import', 'DELETE /meetings/:id', 'POST /meetings/:id/start', 'POST /meetings/:id/end'],
  ],
};

test('every route has a line, or a reason for having none', () => {
  const routes = allRoutes.map(nameOf).filter((name) => name.includes(' /api/v1/'));
  const told = [...new Set(lines.map(({ route }) => route)), ...Object.values(unbound).flat()];
  expect(told.map((name) => name.replace(' ', ' /api/v1')).sort()).toEqual(routes.sort());
});

const RANGE = { startSeconds: 0, endSeconds: 2, title: 'Hello' };
const A_CALL = { callTime: '2026-03-01T10:00Z', direction: 'INBOUND', duration: 120 };
/** Some hundreds of requests, on a machine that does other things. */
const TIMEOUT = 180_000;
const ROLES = ['rep', 'manager', 'admin'] as const;
type Person = Role | 'foreign';

const { service, account, client } = await openSuite();
/** The ids of the people who ask, and with what. */
const people = {} as Record<Role, string>;
const asking = {} as Record<Person, Asking>;
/** Whoever else calls and does something, by the relation of their calls; all of them are reps. */
const others: Record<string, string> = {};
let otherId: string;
const scorecardIds: Promise<string>[] = [];
/** How many of them have been filled in on a call. */
const scorecardsOf = new Map<string, number>();
/** The calls of each of the people, by relation. */
const calls = {} as Record<Role, Call[]>;

/** The id of the call, which has sound from now on. */
async function withSound({ id }: Call): Promise<string> {
  const found = await service.pool.query('select account_id as "accountId" from calls where call_id = $1', [id]);
  await giveSound(service, found.rows[0], id, Buffer.from('"sound"'));
  return id;
}

async function make(path: string, body: object, by: TestClient = client): Promise<string> {
  const answer = await by.send('POST', `/api/v1/${path}`, body);
  expect(answer.status, `${path} ${answer.text}`).toBeLessThan(202);
  return String(answer.json().id);
}

async function makeCall(personId: string, relation: Relation, more: object = {}): Promise<Call> {
  const callerId = relation === 'own' ? personId : (others[relation] ?? null);
  const id = crypto.randomUUID();
  const spoken = { participants: [{ speakerNumber: 0 }], metadata: { case: id, ...more } };
  await make('calls', { id, ...A_CALL, ...spoken, ...(callerId !== null && { callerId }) });
  if (relation.startsWith('shared')) {
    const [sharedBy, recipient] = relation === 'shared by them' ? [personId, otherId] : [otherId, personId];
    const shareId = await make('shares', { callId: id, sharedBy, recipientUserIds: [recipient] });
    if (relation.endsWith('revoked')) await client.send('DELETE', `/api/v1/shares/${shareId}`);
  }
  return { id, callerId, personId, relation };
}

/** The name of a metadata field that a call of theirs alone has. */
async function callWithField({ personId, relation }: Call): Promise<string> {
  const field = crypto.randomUUID();
  await makeCall(personId, relation, { [field]: 'given' });
  return field;
}
function comment(by: By) {
  return (call: Call) => make('feedback', { callId: call.id, feedbackBy: by(call), startTime: 1, text: 'Hm' });
}
function share(by: By) {
  return (call: Call) => make('shares', { callId: call.id, sharedBy: by(call), ...withOutsiders() });
}
/** Somebody else's comment that mentions them. Brought in: otherwise only those who see a call can be mentioned. */
function mention({ id, personId }: Call) {
  const text = { startTime: 1, text: 'And you?', mentions: [personId] };
  return make('feedback', { callId: id, feedbackBy: otherId, feedbackAt: new Date().toISOString(), ...text });
}

function clip(by: By) {
  return (call: Call) => make('clips', { callId: call.id, createdBy: by(call), ...RANGE });
}
/** Somebody else's, whose sound has been cut. */
async function clipWithSound(call: Call): Promise<string> {
  const id = await clip(byOther)(call);
  await withSound(call);
  await giveClipSound(service, account, { id, callId: call.id }, Buffer.from('sound'));
  return id;
}
function clipShare(by: By, recipients: (call: Call) => object = withOutsiders) {
  return async (call: Call) =>
    make('clip-shares', { clipId: await clipWithSound(call), sharedBy: by(call), ...recipients(call) });
}
/** Somebody else's, which was shared with them. */
async function clipForThem(call: Call): Promise<string> {
  const clipId = await clipWithSound(call);
  await make('clip-shares', { clipId, sharedBy: otherId, ...withThem(call) });
  return clipId;
}
function ofClip(_call: Call, _asking: Asking, clipId: string) {
  return { clipId, ...withOutsiders() };
}
/** One of theirs, with these items. */
function playlist(items?: (call: Call) => object | Promise<object>) {
  return async (call: Call) => {
    const id = await make('playlists', { title: 'Openings', ownerId: call.personId });
    if (items !== undefined) await make(`playlists/${id}/items`, await items(call));
    return id;
  };
}

/** Brought in: of heartbeats at the same time, one call alone would have the time. */
function ofHistory({ id }: Call) {
  return { callId: id, listener: otherId, date: '2026-03-02', timeListened: 5 };
}
function listen(call: Call) {
  return make('listens/history', ofHistory(call));
}
/** Each on a scorecard of its own: a reviewer has one result of a scorecard on a call. */
function result(by: By, state = 'SUBMITTED') {
  return async (call: Call) => {
    const scorecardId = await nextScorecard(call);
    return make('results', { callId: call.id, scorecardId, reviewerId: by(call), state, ...answers });
  };
}
function draft(by: By) {
  return result(by, 'DRAFT');
}
function disputed(by: By) {
  return async (call: Call) => {
    const id = await result(by)(call);
    const dispute = { reason: 'No', disputedBy: call.callerId };
    if (call.callerId !== null) await make(`results/${id}/dispute`, dispute);
    return id;
  };
}
function reviews({ id }: Call) {
  return { callReviews: [{ callId: id }] };
}
function meetingOn(call: Call, planId: number) {
  return { planId, dateTime: '2026-03-02T10:00Z', ...reviews(call) };
}
function planOf({ personId }: Call): number {
  return asking[ROLES.find((role) => people[role] === personId)!].planId;
}
function meeting(call: Call) {
  return make('meetings', { planId: planOf(call), dateTime: '2026-03-02T10:00Z' });
}
function meetingThatReviews(call: Call) {
  return make('meetings', meetingOn(call, planOf(call)));
}

function newScorecard(by: TestClient): Promise<string> {
  const card = { name: `Card ${crypto.randomUUID()}`, scheme: 'YesNo', questions: [{ text: 'Did they ask?' }] };
  return make('scorecards', card, by);
}
/** A scorecard that has not been filled in on the call yet. */
function nextScorecard({ id }: Call): Promise<string> {
  const index = scorecardsOf.get(id) ?? 0;
  scorecardsOf.set(id, index + 1);
  scorecardIds[index] ??= newScorecard(client);
  return scorecardIds[index];
}

function aPlan(personId: string): object {
  const schedule = { startDate: '2026-03-01T10:00Z', cadenceDays: 7, plannedMeetings: 4 };
  return { name: 'Asking', objective: 'Ask more', coachId: personId, recipientId: personId, ...schedule };
}

beforeAll(async () => {
  const user = (name: string, teamId: string, role: Role = 'rep') =>
    account.addUser(`${name}@example.com`, { teamId, role });
  const above = await make('teams', { name: 'Above' });
  const team = await make('teams', { name: 'Team', parentTeamId: above });
  const between = await make('teams', { name: 'Below', parentTeamId: team });
  const below = await make('teams', { name: 'Two below', parentTeamId: between });
  const other = await make('teams', { name: 'Other' });
  otherId = await user('other', other);
  Object.assign(others, {
    ...{
      "team's": await user('colleague', team),
      below: await user('below', below),
      above: await user('above', above),
    },
    "other's": otherId,
    shared: otherId,
    'shared and revoked': otherId,
    'shared by them': otherId,
  });
  // All three are in the team, and the manager manages it.
  for (const role of ROLES) {
    const id = await user(role, team, role);
    people[role] = id;
    const browser = await browserOf(service, account, { id, role });
    asking[role] = { browser, scorecard: nextScorecard, planId: Number(await make('plans', aPlan(id))) };
  }
  const foreign = await makeAccount(service);
  const foreigners = await foreign.client();
  const id = await foreign.addUser('admin@example.com', { role: 'admin' });
  asking.foreign = {
    browser: await browserOf(service, foreign, { id, role: 'admin' }),
    scorecard: () => newScorecard(foreigners),
    planId: Number(await make('plans', aPlan(id), foreigners)),
  };
  const manage = async (teamId: string, managerId: string) => {
    expect((await client.send('PATCH', `/api/v1/teams/${teamId}`, { managerId })).status).toBe(200);
  };
  await manage(team, people.manager);
  // A team's manager who is no manager by their role sees no more for it.
  await manage(other, people.rep);
  for (const role of ROLES) calls[role] = await Promise.all(RELATIONS.map((each) => makeCall(people[role], each)));
});

/** What was made for a line, until somebody changes it. */
const made = new Map<string, Promise<string>>();

async function outcomeOf(line: Line, index: number, call: Call, asker: Asker): Promise<Outcome> {
  const key = `${index} ${call.id}`;
  if (!made.has(key)) made.set(key, line.given ? line.given(call) : Promise.resolve(call.id));
  const id = await made.get(key)!;
  const [method, route] = line.route.split(' ') as [string, string];
  const person = asking[asker.foreign ? 'foreign' : asker.role];
  const path = `/api/v1${route.replace(':id', id).replace(':number', '0')}${line.query?.(call, id) ?? ''}`;
  const answer = await person.browser.send(method, path, await line.body?.(call, person, id));
  if (answer.status < 300 && method !== 'GET') made.delete(key);
  const isList = method === 'GET' && (line.sought !== undefined || !route.includes(':id'));
  if (answer.status !== 200 || !isList) return answer.status;
  return hasIn(answer, line.sought?.(call) ?? id) ? 'listed' : 'not listed';
}

/** Whether a thing is in a list or a table, or was counted. */
function hasIn({ headers, text, json }: BrowserAnswer, id: string): boolean {
  if (headers['content-type']?.startsWith('text/csv')) return text.includes(`\n${id},`);
  const { items, count } = json();
  if (items === undefined) return count === 1;
  const names = ['id', 'thingId', 'callId', 'field'];
  return items.some((item: Record<string, unknown>) => names.some((name) => String(item[name]) === id));
}

/** The lines whose outcome is not what their rules say, for one who asks of one call. */
async function faultsOf(call: Call, asker: Asker): Promise<string[]> {
  const faults: string[] = [];
  for (const [index, line] of lines.entries()) {
    const [found, expected] = [await outcomeOf(line, index, call, asker), line.outcome(asker)];
    const about = line.about === undefined ? '' : ` (${line.about})`;
    if (found !== expected) faults.push(`${call.relation}: ${line.route}${about}: ${found} instead of ${expected}`);
  }
  return faults;
}

const cases = (Object.keys(seen) as CallVisibility[]).flatMap((visibility) =>
  ROLES.map((role) => [visibility, role] as const),
);

describe('of a call, and of what hangs on it, people get what their role and their relation to it give', () => {
  test.each(cases)('visibility %s, %s', { timeout: TIMEOUT }, async (visibility, role) => {
    await updateAccount({ db: service.db }, account.actor, { callVisibility: visibility });
    const faults = calls[role].map((call) => {
      const { relation } = call;
      return faultsOf(call, { role, relation, sees: seen[visibility][role].includes(relation), foreign: false });
    });
    expect((await Promise.all(faults)).flat()).toEqual([]);
  });

  test('an administrator of another account gets nothing', { timeout: TIMEOUT }, async () => {
    await updateAccount({ db: service.db }, account.actor, { callVisibility: 'everyone' });
    const faults = calls.rep.map((call) =>
      faultsOf(call, { role: 'admin', relation: call.relation, sees: false, foreign: true }),
    );
    expect((await Promise.all(faults)).flat()).toEqual([]);
  });
});

test('a call that is not seen is answered like one that is not there', async () => {
  await updateAccount({ db: service.db }, account.actor, { callVisibility: 'own' });
  const { browser } = asking.rep;
  const unseen = calls.rep.find(({ relation }) => relation === "other's")!.id;
  for (const id of [unseen, 'none']) {
    expect((await browser.send('GET', `/api/v1/calls/${id}`)).json().detail).toBe('There is no such call.');
    const said = await browser.send('POST', '/api/v1/feedback', { callId: id, startTime: 1, text: 'Hm' });
    expect(said.json().detail).toBe('There is no such call.');
  }
});

test('a team that changes hands does so from the next request on', async () => {
  await updateAccount({ db: service.db }, account.actor, { callVisibility: 'team' });
  const { browser } = asking.manager;
  const ofTeam = calls.manager.find(({ relation }) => relation === "team's")!.id;
  const status = async () => (await browser.send('GET', `/api/v1/calls/${ofTeam}`)).status;
  const teams = (await client.get('/api/v1/teams')).json().items;
  const { id } = teams.find(({ name }: { name: string }) => name === 'Team');
  expect(await status()).toBe(200);
  await client.send('PATCH', `/api/v1/teams/${id}`, { managerId: people.admin });
  expect(await status()).toBe(404);
  await client.send('PATCH', `/api/v1/teams/${id}`, { managerId: people.manager });
  expect(await status()).toBe(200);
});
