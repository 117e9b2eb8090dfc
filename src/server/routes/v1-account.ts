import { compileCheck } from '../../contract/check.js';
import { v1Routes } from '../../contract/routes.js';
import { AccountPatch } from '../../contract/v1.js';
import { readAccount, updateAccount } from '../../services/accounts/accounts.js';
import { listChanges } from '../../services/audit.js';
import { jsonBody, sendTagged } from '../bodies.js';
import { ifMatchOf, type Register } from '../context.js';
import { byId, pageOf } from '../crud.js';
import { numberBefore } from '../list-cursor.js';

const checkPatch = compileCheck(AccountPatch);

/** The account's settings and the record of its changes: `/api/v1/account`, `/api/v1/audit`. */
export function registerV1Account(register: Register): void {
  register(v1Routes.readAccount, async ({ deps, caller, reply }) => sendTagged(reply, await readAccount(deps, caller)));
  register(v1Routes.updateAccount, async ({ deps, caller, request, reply }) =>
    sendTagged(reply, await updateAccount(deps, caller, checkPatch(jsonBody(request)), ifMatchOf(request))),
  );
  register(v1Routes.audit, async ({ deps, caller, query }) => {
    const { limit, cursor, kind, id: thingId } = query;
    const page = { before: numberBefore(cursor), limit: limit + 1 };
    return pageOf(await listChanges(deps, caller, { kind, thingId }, page), limit, byId);
  });
}
