import type { Clock } from '../../clock.js';
import { selectAccounts } from '../../db/accounts.js';
import type { Scope, Tx } from '../../db/database.js';
import {
  deleteDoomed,
  markSilentDoomed,
  selectAccountsWithDoomed,
  selectDoomed,
  selectUnknown,
} from '../../db/stored-objects.js';
import { enqueue } from '../../queue/jobs.js';
import { objectKey, type StoreDeps } from './objects.js';

const BATCH = 500;
/** A writer that has said nothing for so long is dead: it says something every minute. In microseconds. */
const SILENT_MICROS = 600_000_000;
const OBJECT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Removes an account's doomed objects from the store, and their rows once the store has confirmed it. Tries all of them,
 * and then throws the first error, so that the job is tried again.
 */
export async function removeDoomedObjects(deps: StoreDeps, scope: Scope, signal: AbortSignal): Promise<void> {
  const { db, store } = deps;
  const problems: unknown[] = [];
  let after: string | null = null;
  for (;;) {
    const objectIds = await selectDoomed(db, scope, after, BATCH);
    for (const objectId of objectIds) {
      signal.throwIfAborted();
      try {
        await store.remove(objectKey(scope, objectId));
        await deleteDoomed(db, scope, objectId);
      } catch (error) {
        problems.push(error);
      }
    }
    if (objectIds.length < BATCH) break;
    after = objectIds.at(-1)!;
  }
  if (problems.length > 0) throw problems[0];
}

/**
 * Finds what was left behind: half written objects of writers that were killed, doomed objects whose job gave up, and
 * objects without a row. Only folders of this installation's accounts are looked into.
 */
export async function sweepObjects(deps: StoreDeps & { readonly clock: Clock }, signal: AbortSignal): Promise<void> {
  const { db, store, clock } = deps;
  await markSilentDoomed(db, clock.now() - SILENT_MICROS);
  for (const { accountId } of await selectAccountsWithDoomed(db)) {
    await enqueue(db as Tx, 'remove_objects', { accountId });
  }
  for (const { accountId } of await selectAccounts(db)) await removeUnknownObjects(deps, { accountId }, signal);
  await store.sweep();
}

async function removeUnknownObjects(deps: StoreDeps, scope: Scope, signal: AbortSignal): Promise<void> {
  const { db, store } = deps;
  let listed: string[] = [];
  // A row is there before its object is and goes after it has, so what has no row when it was listed is a stray.
  const removeStrays = async () => {
    signal.throwIfAborted();
    for (const objectId of await selectUnknown(db, scope, listed)) await store.remove(objectKey(scope, objectId));
    listed = [];
  };
  for await (const { key } of store.list(`${scope.accountId}/`)) {
    const name = key.slice(scope.accountId.length + 1);
    if (OBJECT_ID.test(name)) listed.push(name);
    if (listed.length === BATCH) await removeStrays();
  }
  await removeStrays();
}
