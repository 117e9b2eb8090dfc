import { createHash } from 'node:crypto';
import { systemClock } from '../clock.js';
import type { Db } from '../db/schema.js';
import { type DemoCall, demoCalls } from '../demo/calls.js';
import { demoCompany } from '../demo/company.js';
import { DEMO_TOPICS } from '../demo/topics.js';
import { AppError } from '../errors.js';
import { readCallBody } from '../ingest/call-body.js';
import { createAccount } from '../services/accounts.js';
import { giveCall } from '../services/calls.js';
import { createDepartment, createTeam, createUser, updateTeam } from '../services/people.js';
import { createTopic } from '../services/topics.js';
import { createProgress } from './progress.js';

const SEED = 'demo';
const CALLS = 60;
const DAYS = 30;
/** Kept short, so that the demo is ready soon. */
const MAX_MINUTES = 20;

/** The same id for the same thing of the same seed, in every demo. */
function demoId(key: string): string {
  const hex = createHash('sha256').update(`${SEED}/${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The demo company's account; made, with its calls, where the database is empty. Refuses one that holds others. */
export async function demoAccount(db: Db): Promise<string> {
  const company = demoCompany(SEED);
  const name = `${company.name} (demo)`;
  const accounts = await db.selectFrom('accounts').select(['account_id', 'name']).execute();
  const existing = accounts.find((account) => account.name === name);
  if (existing) return existing.account_id;
  if (accounts.length > 0) {
    throw new AppError(
      'conflict',
      'This database holds other accounts; the demo takes one of its own. Give it an empty DATA_DIR or DATABASE_URL.',
    );
  }
  const accountId = await createAccount(db, { name, timeZone: 'America/New_York' });
  const scope = { accountId };
  const progress = createProgress('Making the demo company');
  for (const { key, name } of company.departments) await createDepartment(db, scope, { id: demoId(key), name }, true);
  for (const { key, name, departmentKey } of company.teams) {
    await createTeam(db, scope, { id: demoId(key), name, departmentId: demoId(departmentKey) }, true);
  }
  for (const person of company.people) {
    const { email, firstName, lastName, systemIds, role } = person;
    const places = { teamId: demoId(person.teamKey), departmentId: demoId(person.departmentKey) };
    await createUser(
      db,
      scope,
      { id: demoId(person.key), email, firstName, lastName, systemIds, role, ...places },
      true,
    );
  }
  for (const { key, managerKey } of company.teams) {
    await updateTeam(db, scope, demoId(key), { managerId: demoId(managerKey) });
  }
  for (const { name, words } of DEMO_TOPICS) await createTopic(db, scope, { name, words });
  let made = 0;
  const options = { seed: SEED, now: systemClock.now(), count: CALLS, days: DAYS, maxMinutes: MAX_MINUTES };
  for (const call of demoCalls(options)) {
    await giveDemoCall(db, accountId, call);
    progress.count();
    progress.at(++made / CALLS);
  }
  progress.end();
  return accountId;
}

async function giveDemoCall(db: Db, accountId: string, call: DemoCall): Promise<void> {
  const body = readCallBody(Buffer.from(JSON.stringify({ id: demoId(call.externalId), ...call })));
  await giveCall({ db, clock: systemClock }, { accountId }, body, { mayChooseId: true });
}
