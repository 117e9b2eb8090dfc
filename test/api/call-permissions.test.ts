import { beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '#debrief/contract/access.js';
import { allRoutes } from '#debrief/contract/routes.js';
import type { CallVisibility } from '#debrief/db/accounts.js';
import { updateAccount } from '#debrief/services/accounts/accounts.js';
import { type Browser, browserOf } from '../support/browser.js';
import { giveSound } from '../support/played.js';
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
  readonly body?: (call: Call, asking: Asking) => object | Promise<object>;
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
const answers = { answers: [] };
const byOther = () => otherId;
const byThem = ({ personId }: Call) => personId;
type By = (call: Call) => string;

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
  { route: 'GET /calls', query: ({ id }) => `?metadata.case=${id}`, outcome: listedIfSeen },
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

  // A call that is named inside a body is refused there, like anything else that it may not name.
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
    outcome: ({ sees, foreign }) => (foreign ? 404 : sees ? 200 : 400),
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

async function makeCall(personId: string, relation: Relation): Promise<Call> {
  const callerId = relation === 'own' ? personId : (others[relation] ?? null);
  const id = crypto.randomUUID();
  const spoken = { participants: [{ speakerNumber: 0 }], metadata: { case: id } };
  await make('calls', { id, ...A_CALL, ...spoken, ...(callerId !== null && { callerId }) });
  if (relation.startsWith('shared')) {
    const [sharedBy, recipient] = relation === 'shared by them' ? [personId, otherId] : [otherId, personId];
    const shareId = await make('shares', { callId: id, sharedBy, recipientUserIds: [recipient] });
    if (relation.endsWith('revoked')) await client.send('DELETE', `/api/v1/shares/${shareId}`);
  }
  return { id, callerId, personId, relation };
}

function comment(by: By) {
  return (call: Call) => make('feedback', { callId: call.id, feedbackBy: by(call), startTime: 1, text: 'Hm' });
}
function share(by: By) {
  return (call: Call) =>
    make('shares', { callId: call.id, sharedBy: by(call), recipientEmails: ['out@example.com', 'on@example.com'] });
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
  const answer = await person.browser.send(method, path, await line.body?.(call, person));
  if (answer.status < 300 && method !== 'GET') made.delete(key);
  if (answer.status !== 200 || !Array.isArray(answer.json().items) || route.includes(':id')) return answer.status;
  const items: { id: unknown; thingId?: unknown }[] = answer.json().items;
  return items.some((item) => [item.id, item.thingId].map(String).includes(id)) ? 'listed' : 'not listed';
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
