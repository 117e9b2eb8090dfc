import type { Right, Role } from '../contract/access.js';
import type { Scope } from '../db/database.js';
import type { Sight } from '../db/visibility.js';
import { AppError } from '../errors.js';

/** Who that is: a person by a session, or a program by a credential, or by a command at the server. */
type ActorIdentity =
  | { readonly kind: 'user'; readonly id: string; readonly role: Role }
  | { readonly kind: 'credential'; readonly id: string }
  | { readonly kind: 'command' };

/** Who looks at or changes something. */
export interface Actor extends Scope {
  readonly timeZone: string;
  readonly by: ActorIdentity;
  readonly rights: ReadonlySet<Right>;
  readonly sight: Sight;
}

/** A command at the server may do everything in the account. */
export function commandActor({ accountId }: Scope, timeZone = 'UTC'): Actor {
  return {
    accountId,
    timeZone,
    by: { kind: 'command' },
    rights: new Set(['admin', 'write', 'read', 'delete']),
    sight: 'all',
  };
}

/** The user who acts; null for a program. */
export function userOf(actor: Actor): { readonly id: string; readonly role: Role } | null {
  return actor.by.kind === 'user' ? actor.by : null;
}

/**
 * Who does what only a user can do, such as comment: a person does it themselves. A program says for whom, and so
 * does an administrator who brings history in.
 */
export function requireUser(actor: Actor, field: string, given: string | undefined): string {
  const self = userOf(actor);
  if (given === undefined) {
    if (self !== null) return self.id;
    throw new AppError('invalid', `${field} is missing; it takes the id of the user who does this`, {
      field,
      allowed: "a user's id",
    });
  }
  if (self !== null && given !== self.id) requireAdmin(actor, field);
  return given;
}

/** What only history that is brought in has: an id, a time or an author of its own. */
export function requireAdmin(actor: Actor, field: string): void {
  if (actor.rights.has('admin')) return;
  throw new AppError('forbidden', `${field} is chosen by the server unless the sender has the admin scope`, { field });
}

/** Whether somebody may do what is for one user, or an admin, to do. A program acts for whomever it names. */
export function mayActFor(actor: Actor, userId: string): boolean {
  const self = userOf(actor);
  return self === null || self.id === userId || self.role === 'admin';
}
