import type { Change } from '../contract/v1-answers.js';
import { type ChangeFilter, insertChange, selectChanges } from '../db/audit.js';
import { logChange } from '../db/change-log.js';
import type { Tx } from '../db/database.js';
import { formatInstant } from '../wire/instants.js';
import type { Actor } from './actor.js';
import type { DbDeps } from './deps.js';

/** A thing before and after its change, as /api/v1 shows it; null if it does not exist then. */
interface Changed {
  /** A noun of /api/v1, such as `topics`. */
  readonly kind: string;
  readonly id: string | number;
  readonly before: object | null;
  readonly after: object | null;
  /** The call that the thing belongs to: what the audit shows is erased together with it. */
  readonly callId?: string;
  /** The people whose inbox it changes. */
  readonly concerns?: readonly string[];
}

/** What pages are told of, of the things that belong to no call. */
const TOLD = new Set(['meetings', 'plans']);

/**
 * Records a change, in the transaction that makes it, and tells pages to read the thing again. Does nothing if before and
 * after are the same.
 */
export async function recordChange(tx: Tx, actor: Actor, changed: Changed): Promise<void> {
  const { kind, id, callId, concerns = [], ...sides } = changed;
  const before = sides.before && JSON.stringify(sides.before);
  const after = sides.after && JSON.stringify(sides.after);
  if (before === after) return;
  await insertChange(tx, actor, {
    byKind: actor.by.kind,
    byId: actor.by.kind === 'command' ? null : actor.by.id,
    action: before === null ? 'create' : after === null ? 'delete' : 'update',
    kind,
    thingId: String(id),
    callId: callId ?? null,
    before,
    after,
  });
  if (callId === undefined && !TOLD.has(kind)) return;
  const change = { kind, thingId: String(id), callId: callId ?? null, userIds: concerns };
  await logChange(tx, actor, change, actor.by.kind === 'user');
}

/** The account's changes, newest first, starting before a given change or with the newest. */
export async function listChanges(
  { db }: DbDeps,
  actor: Actor,
  filter: ChangeFilter,
  page: { readonly before: number | null; readonly limit: number },
): Promise<Change[]> {
  const rows = await selectChanges(db, actor, filter, page);
  return rows.map(({ id, at, byKind, byId, action, kind, thingId, before, after }) => ({
    id,
    at: formatInstant(at),
    by: { kind: byKind, id: byId },
    action,
    kind,
    thingId,
    before: before === null ? null : JSON.parse(before),
    after: after === null ? null : JSON.parse(after),
  }));
}
