import { compileCheck } from '../../contract/check.js';
import { parseDayHours } from '../../contract/day-hours.js';
import { v1Routes } from '../../contract/routes.js';
import { AccountPatch } from '../../contract/v1.js';
import { readAccount } from '../../db/accounts.js';
import { updateAccount } from '../../services/accounts/accounts.js';
import { type AuditEntry, listChanges } from '../../services/audit.js';
import { formatInstant } from '../../wire/instants.js';
import { jsonBody, sendTagged } from '../bodies.js';
import { ifMatchOf, type Register } from '../context.js';
import { pageOf } from '../crud.js';

const checkPatch = compileCheck(AccountPatch);

/** The account's settings, and what was changed in it: `/api/v1/account`, `/api/v1/audit`. */
export function registerV1Account(register: Register): void {
  register(v1Routes.readAccount, async ({ deps, caller, reply }) =>
    sendTagged(reply, await readAccount(deps.db, caller)),
  );
  register(v1Routes.updateAccount, async ({ deps, caller, request, reply }) => {
    const { rate, ...patch } = checkPatch(jsonBody(request));
    const rates =
      rate?.day === undefined || rate.night === undefined ? undefined : { day: rate.day, night: rate.night };
    const dayHours = rate?.hours === undefined ? null : parseDayHours(rate.hours);
    const changed = { ...patch, rates, dayHours: dayHours ?? undefined, rateTimeZone: rate?.timeZone };
    return sendTagged(reply, await updateAccount(deps, caller, changed, ifMatchOf(request)));
  });
  register(v1Routes.audit, async ({ deps, caller, query }) => {
    const before = query.cursor === null ? null : Number(query.cursor[0]);
    const changes = await listChanges(deps.db, caller, {
      before: Number.isSafeInteger(before) ? before : null,
      limit: query.limit + 1,
      kind: query.kind,
      thingId: query.id,
    });
    const { items, next } = pageOf(changes, query.limit, ({ id }) => [id]);
    return { items: items.map(showChange), next };
  });
}

function showChange({ id, at, byKind, byId, action, kind, thingId, before, after }: AuditEntry) {
  const parsed = (json: string | null) => (json === null ? null : JSON.parse(json));
  return {
    ...{ id, at: formatInstant(at), by: { kind: byKind, id: byId }, action, kind, thingId },
    ...{ before: parsed(before), after: parsed(after) },
  };
}
