import { findHolder } from '../../db/addresses.js';
import type { CallRecord } from '../../db/call-records.js';
import type { Scope, Tx } from '../../db/database.js';
import { usersNamed } from '../../db/named-users.js';
import { invalid } from '../../errors.js';
import type { Micros } from '../../wire/instants.js';
import type { SentCaller } from './call-input.js';

/** The caller of a call, and the address that the source sent for them. */
export type Caller = Pick<CallRecord, 'callerId' | 'callerEmailSent' | 'callerSystemIdSent'>;

/** A call without a caller. */
export const NO_CALLER: Caller = { callerId: null, callerEmailSent: null, callerSystemIdSent: null };

const addressed = {
  callerEmail: { kind: 'email', field: 'callerEmailSent' },
  callerSystemId: { kind: 'system', field: 'callerSystemIdSent' },
} as const;

/**
 * Finds the user whom a source names as the caller. An address that the call already had stays bound to its user. An
 * address that names nobody is stored, and bound when a user with it is added. The caller of this function holds the
 * people lock (`holdPeople`). Throws `invalid` if an id is not that of a user.
 */
export async function resolveCaller(
  tx: Tx,
  scope: Scope,
  caller: SentCaller,
  callTime: Micros,
  before: Caller,
): Promise<Caller> {
  if (caller === null) return NO_CALLER;
  const { by, value } = caller;
  if (by === 'callerId') {
    const user = (await usersNamed(tx, scope, [value])).get(value);
    if (!user) throw invalid('callerId', 'is not a user of this account', "a user's id");
    return { ...NO_CALLER, callerId: user.id };
  }
  const { kind, field } = addressed[by];
  const sent = before[field];
  const same = sent === value || (kind === 'email' && sent?.toLowerCase() === value.toLowerCase());
  if (same && before.callerId !== null) {
    const { callerId, callerEmailSent, callerSystemIdSent } = before;
    return { callerId, callerEmailSent, callerSystemIdSent };
  }
  return { ...NO_CALLER, callerId: await findHolder(tx, scope, kind, value, callTime), [field]: value };
}
