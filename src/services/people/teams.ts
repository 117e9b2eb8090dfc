import { randomUUID } from 'node:crypto';
import { compileCheck } from '../../contract/check.js';
import { TeamInput, TeamPatch } from '../../contract/v1.js';
import type { Team } from '../../contract/v1-answers.js';
import { lockAccount } from '../../db/accounts.js';
import { atomic } from '../../db/atomic.js';
import type { Scope, Tx } from '../../db/database.js';
import {
  activeTeamsAmong,
  findTeam,
  insertTeam,
  isTeamOrAbove,
  lockTeam,
  selectTeams,
  writeTeam,
} from '../../db/teams.js';
import { AppError, invalid } from '../../errors.js';
import { type Actor, requireAdmin } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { etagOf, requireMatch } from '../etag.js';
import { entriesChanged } from '../restamp.js';
import { requireDepartment } from './departments.js';
import { requireUserId } from './named-users.js';

const checkInput = compileCheck(TeamInput);
const checkPatch = compileCheck(TeamPatch);

/** Teams of the account, inactive ones too, by id. */
export function listTeams(
  { db }: DbDeps,
  scope: Scope,
  page: { readonly after: string; readonly limit: number },
): Promise<Team[]> {
  return selectTeams(db, scope, page);
}

/** Throws `not_found` where the account has no such team. */
export async function readTeam({ db }: DbDeps, scope: Scope, teamId: string): Promise<Team> {
  return existing(await findTeam(db, scope, teamId));
}

/** Throws `conflict` where the id is taken. */
export async function createTeam({ db }: DbDeps, actor: Actor, body: unknown): Promise<Team> {
  const input = checkInput(body);
  if (input.id !== undefined) requireAdmin(actor, 'id');
  const { id = randomUUID(), name, departmentId = null, parentTeamId = null } = input;
  return atomic(db, async (tx) => {
    if (input.id !== undefined && (await findTeam(tx, actor, id)) !== null) {
      throw new AppError('conflict', `There is a team ${id} already.`, { field: 'id' });
    }
    const managerId = (await requireUserId(tx, actor, 'managerId', input.managerId)) ?? null;
    await requireDepartment(tx, actor, 'departmentId', departmentId);
    await requireTeam(tx, actor, 'parentTeamId', parentTeamId);
    const after = await insertTeam(tx, actor, { id, name, managerId, departmentId, parentTeamId });
    await recordChange(tx, actor, { kind: 'teams', id, before: null, after });
    return after;
  });
}

/**
 * Changes a team; entries that show its name follow in the background. Throws `invalid` where it would be below
 * itself.
 */
export async function updateTeam(
  { db }: DbDeps,
  actor: Actor,
  teamId: string,
  body: unknown,
  ifMatch: string | null = null,
): Promise<Team> {
  const patch = checkPatch(body);
  return atomic(db, async (tx) => {
    const managerId = await requireUserId(tx, actor, 'managerId', patch.managerId);
    await requireDepartment(tx, actor, 'departmentId', patch.departmentId);
    await requireTeam(tx, actor, 'parentTeamId', patch.parentTeamId);
    if (patch.parentTeamId != null) await requireNoCircle(tx, actor, teamId, patch.parentTeamId);
    const before = existing(await lockTeam(tx, actor, teamId));
    requireMatch(ifMatch, etagOf(before));
    const patched = { ...before, ...patch };
    const after = await writeTeam(tx, actor, managerId === undefined ? patched : { ...patched, managerId });
    if (after.name !== before.name) await entriesChanged(tx, actor, 'team', [teamId]);
    await recordChange(tx, actor, { kind: 'teams', id: teamId, before, after });
    return after;
  });
}

/** Throws `invalid` for an id, where one is given, of no team of the account. */
export async function requireTeam(
  tx: Tx,
  scope: Scope,
  field: string,
  teamId: string | null | undefined,
): Promise<void> {
  if (teamId != null && (await findTeam(tx, scope, teamId)) === null) {
    throw invalid(field, 'names no team of this account', "a team's id");
  }
}

/**
 * Throws `invalid` where a team would be below itself. Locks the account: two changes at once could make a circle.
 */
async function requireNoCircle(tx: Tx, scope: Scope, teamId: string, parentTeamId: string): Promise<void> {
  await lockAccount(tx, scope);
  if (await isTeamOrAbove(tx, scope, teamId, parentTeamId)) {
    throw invalid('parentTeamId', 'would put the team below itself', 'a team that is not below this one');
  }
}

function existing(team: Team | null): Team {
  if (team === null) throw new AppError('not_found', 'There is no such team.');
  return team;
}

/** Returns the ids of teams. Throws `invalid` for one that is no active team of the account. */
export async function requireTeams(
  tx: Tx,
  scope: Scope,
  field: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const active = await activeTeamsAmong(tx, scope, ids);
  const unknown = ids.findIndex((id) => !active.has(id));
  if (unknown < 0) return ids;
  throw invalid(`${field}[${unknown}]`, 'is no active team of this account', 'ids of active teams');
}
