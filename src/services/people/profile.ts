import { compileCheck } from '../../contract/check.js';
import { ProfilePatch, type Session } from '../../contract/sessions.js';
import { atomic } from '../../db/atomic.js';
import { findOwnTimeZone, lockUser, writeOwnTimeZone } from '../../db/users.js';
import { type Actor, userOf } from '../actor.js';
import { recordChange } from '../audit.js';
import type { DbDeps } from '../deps.js';
import { checkTimeZone } from '../time-zones.js';
import { readSession } from './sessions.js';

const checkPatch = compileCheck(ProfilePatch);

/** Changes what the actor chooses for themselves. Throws `invalid` for a time zone that is not known. */
export async function changeProfile({ db }: DbDeps, actor: Actor, sessionId: string, body: unknown): Promise<Session> {
  const { timeZone } = checkPatch(body);
  if (timeZone != null) checkTimeZone('timeZone', timeZone);
  return atomic(db, async (tx) => {
    if (timeZone !== undefined) {
      const { id } = userOf(actor)!;
      await lockUser(tx, actor, id);
      const before = { timeZone: await findOwnTimeZone(tx, actor, id) };
      await writeOwnTimeZone(tx, actor, id, timeZone);
      await recordChange(tx, actor, { kind: 'profiles', id, before, after: { timeZone } });
    }
    return readSession({ db: tx }, actor, sessionId);
  });
}
