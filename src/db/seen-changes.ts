import { sql } from 'kysely';
import type { LoggedChange } from './change-log.js';
import { seesCoaching } from './coaching-visibility.js';
import type { Db } from './database.js';
import type { SessionHolder } from './sessions.js';
import { managedTeams, sightOf, visible } from './visibility.js';

// Who may know of a change.

/** What the viewer may know of some changes. */
export interface SeenThings {
  /** The calls of the changes that they see. */
  readonly callIds: ReadonlySet<string>;
  /** The plans and meetings, as `kind:id`. */
  readonly coaching: ReadonlySet<string>;
}

/** What a person may know of some changes of their account, by what they see now. */
export async function selectSeenThings(
  db: Db,
  holder: SessionHolder,
  changes: readonly LoggedChange[],
): Promise<SeenThings> {
  const { accountId, userId, role } = holder;
  const sight = sightOf(holder);
  const callIds = [...new Set(changes.flatMap(({ callId }) => (callId === null ? [] : [callId])))];
  const seen =
    callIds.length === 0
      ? []
      : (
          await sql<{ id: string }>`select c.call_id as id from calls c
            where c.account_id = ${accountId} and c.call_id = any(${callIds}) and ${visible(sight, 'c')}`.execute(db)
        ).rows;
  const coaching = new Set<string>();
  for (const kind of ['plans', 'meetings'] as const) {
    const ids = changes.filter((change) => change.kind === kind).map(({ thingId }) => thingId);
    if (ids.length === 0) continue;
    const key = kind === 'plans' ? sql.ref('t.plan_id') : sql.ref('t.meeting_id');
    const whole = role === 'admin' ? 'all' : { userId, teamIds: await managedTeams(db, holder, userId) };
    const found = await sql<{ id: string }>`select ${key} as id from ${sql.table(kind)} t
      where t.account_id = ${accountId} and ${key} = any(${ids})
        and ${seesCoaching(whole, 't', 'coach_id', 'recipient_id')}`.execute(db);
    for (const { id } of found.rows) coaching.add(`${kind}:${id}`);
  }
  return { callIds: new Set(seen.map(({ id }) => id)), coaching };
}
