import { createHash } from 'node:crypto';
import { systemClock } from '../../clock.js';
import { selectAccounts } from '../../db/accounts.js';
import type { Db, Tx } from '../../db/database.js';
import { isDemoCompanyWhole, lockDemoCompany, removeAllAccounts } from '../../db/demo-company.js';
import { AppError } from '../../errors.js';
import { readCallBody } from '../../ingest/call-body.js';
import { createAccount } from '../../services/accounts/accounts.js';
import { type Actor, commandActor } from '../../services/actor.js';
import { createTopic } from '../../services/analysis/topics.js';
import { deleteCall } from '../../services/calls/call-erasure.js';
import { failCall, upsertCall } from '../../services/calls/calls.js';
import { createTemplate } from '../../services/calls/templates.js';
import { createDepartment } from '../../services/people/departments.js';
import { createTeam, updateTeam } from '../../services/people/teams.js';
import { createUser } from '../../services/people/users.js';
import { createTemplateRenderer } from '../../templates/renderer.js';
import { type DemoCall, demoCalls } from '../calls.js';
import { type CoachedCall, coachedCall, demoCoaching } from '../coaching.js';
import { demoCompany } from '../company.js';
import { DEMO_TEMPLATES } from '../templates.js';
import { DEMO_TOPICS } from '../topics.js';
import { giveCoaching, giveScorecards } from './coaching.js';

const SEED = 'demo';
const DAYS = 90;
const ZONE = 'America/New_York';
/** How many of the calls without a transcript turn out to have no speech in them. */
const FAILED = 2;
/** How many of the oldest calls have been deleted since. */
const DELETED = 4;

/** Called after each call with the part of them that is stored, from 0 to 1. */
type OnCall = (fraction: number) => void;

/** An id that is the same for a thing in every demo. */
function demoId(key: string): string {
  const hex = createHash('sha256').update(`${SEED}/${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The id of the demo company's account. In an empty database, makes the company first, with `count` calls of the 90
 * days before `now` (milliseconds since the Unix epoch), in one transaction: whatever ends the process leaves a whole
 * company or none. A company that version 0.1.0 left unfinished is made anew. Throws `conflict` where the database
 * holds other accounts alone.
 */
export function demoAccount(db: Db, now: number, count: number, onCall: OnCall): Promise<string> {
  const { name: company } = demoCompany(SEED);
  const name = `${company} (demo)`;
  return db.transaction().execute(async (tx) => {
    await lockDemoCompany(tx);
    const accounts = await selectAccounts(tx);
    const existing = accounts.find((account) => account.name === name);
    if (existing !== undefined && (accounts.length > 1 || (await isDemoCompanyWhole(tx, existing)))) {
      return existing.accountId;
    }
    if (existing === undefined && accounts.length > 0) {
      throw new AppError(
        'conflict',
        'This database holds other accounts; the demo takes one of its own. Give it an empty DATA_DIR or DATABASE_URL.',
      );
    }
    // An interrupted version 0.1.0 left a part of the company, and nothing else is in the database.
    if (existing !== undefined) await removeAllAccounts(tx);
    const accountId = await createAccount({ db: tx }, { name, timeZone: ZONE });
    await makeCompany(tx, accountId, now, count, onCall);
    return accountId;
  });
}

export async function makeCompany(
  db: Tx,
  accountId: string,
  now: number,
  count: number,
  onCall: OnCall,
): Promise<void> {
  const company = demoCompany(SEED);
  const actor = commandActor({ accountId }, ZONE);
  for (const { key, name } of company.departments) await createDepartment({ db }, actor, { id: demoId(key), name });
  for (const { key, name, departmentKey } of company.teams) {
    await createTeam({ db }, actor, { id: demoId(key), name, departmentId: demoId(departmentKey) });
  }
  for (const person of company.people) {
    const { email, firstName, lastName, systemIds, role } = person;
    const places = { teamId: demoId(person.teamKey), departmentId: demoId(person.departmentKey) };
    await createUser({ db }, actor, { id: demoId(person.key), email, firstName, lastName, systemIds, role, ...places });
  }
  for (const { key, managerKey } of company.teams) {
    await updateTeam({ db }, actor, demoId(key), { managerId: demoId(managerKey) });
  }
  const templates = createTemplateRenderer({ threads: 1 });
  for (const template of DEMO_TEMPLATES) await createTemplate({ db, templates }, actor, template);
  await templates.close();
  for (const { name, words } of DEMO_TOPICS) await createTopic({ db }, actor, { name, words });
  const skills = await giveScorecards({ db, actor, idOf: demoId });
  const given: string[] = [];
  const coached: CoachedCall[] = [];
  const silent: string[] = [];
  for (const call of demoCalls({ seed: SEED, now, count, days: DAYS })) {
    const id = await giveDemoCall(db, actor, call);
    const facts = coachedCall(call, company);
    if (facts !== null) coached.push(facts);
    (call.transcript === null ? silent : given).push(id);
    onCall((given.length + silent.length) / count);
  }
  for (const id of silent.slice(0, FAILED)) await failCall({ db }, actor, id, 'The recording holds no speech.');
  for (const id of given.slice(0, DELETED)) await deleteCall({ db }, actor, id);
  const deleted = new Set(given.slice(0, DELETED));
  const target = { db, actor, idOf: demoId, isThere: (externalId: string) => !deleted.has(demoId(externalId)) };
  await giveCoaching(target, skills, demoCoaching(SEED, company, coached, now));
}

async function giveDemoCall(db: Db, actor: Actor, call: DemoCall): Promise<string> {
  const body = readCallBody(Buffer.from(JSON.stringify({ id: demoId(call.externalId), ...call })));
  const { id } = await upsertCall({ db, clock: systemClock }, actor, body);
  return id;
}
