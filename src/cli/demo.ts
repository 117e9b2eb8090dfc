import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { openStore } from '../adapters/storage/open-store.js';
import { systemClock } from '../clock.js';
import type { Config } from '../config.js';
import type { Role } from '../contract/access.js';
import { countAnalyzing } from '../db/calls.js';
import { selectCredentials } from '../db/credentials.js';
import type { Db, Scope } from '../db/database.js';
import { selectSilentCalls } from '../db/demo-company.js';
import { createCredential, revokeCredential } from '../services/accounts/credentials.js';
import { newToken } from '../services/tokens.js';
import type { Command } from './command.js';
import { createProgress } from './progress.js';
import { startService, toldToEnd, unlessTold } from './serve.js';
import { hasEngine } from './worker-parts.js';

const CALLS = 300;
/** How many of them can be heard. */
const SPOKEN_CALLS = 10;
const READY_WITHIN_MS = 60_000;

/** `debrief demo`. */
export const demo: Command = {
  name: 'demo',
  summary: 'Run with a demo company of generated calls, and print how to request them.',
  defaults: { DATA_DIR: './data-demo', LOG_LEVEL: 'warn' },
  async run({ config, log, say }) {
    const ending = toldToEnd();
    let made: { readonly db: Db; readonly accountId: string; readonly people: readonly DemoPerson[] } | undefined;
    const starting = startService(config, log, say, async ({ db }) => {
      const { demoAccount } = await import('../demo/seed/company.js');
      const progress = createProgress('Making the demo company');
      const accountId = await demoAccount(db, systemClock.now() / 1000, CALLS, (fraction) => {
        progress.count();
        progress.at(fraction);
      });
      progress.end();
      const people = await demoPeople(db, { accountId });
      made = { db, accountId, people };
      return new Map(people.map(({ digest, userId }) => [digest.toString('hex'), { accountId, userId }]));
    });
    const service = await unlessTold(ending, starting);
    const { db, accountId, people } = made!;
    const { username, password } = await renewCredential(db, { accountId });
    say('Analysing the calls …');
    const isEnding = await Promise.race([ending.then(() => true), analysed(db, accountId).then(() => false)]);
    if (!isEnding) {
      const links = people.map(
        ({ role, token }) => `  as ${role.padEnd(14)} ${config.PUBLIC_URL ?? service.url}/demo#token=${token}`,
      );
      say(`
Debrief runs at     ${service.url}
Open it in a browser:
${links.join('\n')}

API user id         ${username}
API password        ${password}

Try it:
  curl -u '${username}:${password}' '${service.url}/api/ev/2/calls?since=2020-01-01T00:00Z&limit=2'

Whoever has one of the links is logged in, until this demo ends. The credential reads, and holds until the demo is
started again. Ctrl-C ends it; the company stays in ${
        config.DATABASE_URL === null ? resolve(config.DATA_DIR) : 'your database'
      }.`);
      await giveSound(config, db, accountId, say, ending);
    }
    await ending;
    await service.stop();
    return undefined;
  },
};

/** Gives some of the calls sound until the demo ends, and says so. Whatever goes wrong is said; the demo goes on. */
async function giveSound(
  config: Config,
  db: Db,
  accountId: string,
  say: (text: string) => void,
  ending: Promise<unknown>,
): Promise<void> {
  const { isFliteInstalled } = await import('../demo/voice/flite.js');
  if (!isFliteInstalled()) {
    return say('The calls stay without sound: "npm ci" without --omit=optional installs the voices.');
  }
  const stopping = new AbortController();
  void ending.then(() => stopping.abort());
  const store = await openStore(config);
  try {
    const calls = await selectSilentCalls(db, { accountId }, SPOKEN_CALLS);
    if (calls.length === 0) return;
    say('\nCalls are being spoken in the background, so that they can be heard …');
    const sound = await import('../demo/seed/sound.js');
    const deps = { db, clock: systemClock, store, hasEngine: hasEngine(config) };
    await sound.giveSound(deps, { accountId }, calls, stopping.signal);
    say(`${calls.length} calls have sound now: GET /api/v1/calls/{id}/audio.`);
  } catch (error) {
    if (!stopping.signal.aborted) say(`No more calls are given sound: ${(error as Error).message}`);
  } finally {
    await store.close();
  }
}

/** Somebody of the demo company, with the token of the link that logs them in. */
interface DemoPerson {
  readonly role: Role;
  readonly userId: string;
  readonly token: string;
  readonly digest: Buffer;
}

/** An administrator, a manager of a team, and a rep of that team, as far as they are there. */
async function demoPeople(db: Db, scope: Scope): Promise<DemoPerson[]> {
  const { listUsers } = await import('../services/people/users.js');
  const { listTeams } = await import('../services/people/teams.js');
  const users = (await listUsers({ db }, scope)).filter(({ active }) => active);
  const teams = await listTeams({ db }, scope, { after: '', limit: 1000 });
  const reps = users.filter(({ role }) => role === 'rep');
  const leads = (userId: string) => teams.find(({ managerId }) => managerId === userId);
  const manager = users.find(
    ({ id, role }) => role === 'manager' && reps.some(({ teamId }) => teamId === leads(id)?.id),
  );
  const rep = reps.find(({ teamId }) => manager !== undefined && teamId === leads(manager.id)?.id) ?? reps[0];
  const shown = [users.find(({ role }) => role === 'admin'), manager, rep].filter((user) => user !== undefined);
  return shown.map(({ id, role }) => ({ role, userId: id, ...newToken() }));
}

const USERNAME = 'demo-';
/** The scopes of the credential, with a random username, that version 0.1.0 created at each start. */
const FORMER_SCOPES = 'read,write,delete';

/** Creates the demo's credential, which may only read, and revokes the one of an earlier start. */
export async function renewCredential(db: Db, scope: Scope): Promise<{ username: string; password: string }> {
  const known = await selectCredentials(db, scope);
  const ours = known.filter((each) => each.username.startsWith(USERNAME));
  const former = known.filter(({ scopes, rate }) => scopes.join() === FORMER_SCOPES && rate === 'account');
  for (const { username, revokedAt } of ours.length > 0 ? ours : former) {
    if (revokedAt === null) await revokeCredential({ db }, username);
  }
  const username = `${USERNAME}${randomUUID()}`;
  return createCredential({ db }, scope, { scopes: ['read'], rate: 'account', username });
}

/** Waits until the worker has analysed the calls, so that the printed example shows them. Waits at most a minute. */
async function analysed(db: Db, accountId: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if ((await countAnalyzing(db, { accountId })) === 0 || Date.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
