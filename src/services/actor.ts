import type { Right, Role } from '../contract/access.js';
import type { Scope } from '../db/database.js';
import type { Sight } from '../db/visibility.js';
import { AppError } from '../errors.js';

/** A person with a session, a program with a credential, or a command at the server. */
type ActorIdentity =
  | { readonly kind: 'user'; readonly id: string; readonly role: Role }
  | { readonly kind: 'credential'; readonly id: string }
  | { readonly kind: 'command' };

/** The sender of a request or command in an account, with what they may do and which calls they see. */
export interface Actor extends Scope {
  readonly timeZone: string;
  readonly by: ActorIdentity;
  readonly rights: ReadonlySet<Right>;
  readonly sight: Sight;
}

/** The actor of a command at the server. It may do everything in the account. */
export function commandActor({ accountId }: Scope, timeZone = 'UTC'): Actor {
  return {
    accountId,
    timeZone,
    by: { kind: 'command' },
    rights: new Set(['admin', 'write', 'read', 'delete']),
    sight: 'all',
  };
}

/** The user who acts; null for a program or a command. */
export function userOf(actor: Actor): { readonly id: string; readonly role: Role } | null {
  return actor.by.kind === 'user' ? actor.by : null;
}

/**
 * The id of the user who does something that only a user can do, such as commenting. A person acts as themselves. A
 * program names the user in `field`; so may an administrator who imports history. Throws `invalid` if a program names
 * nobody, and `forbidden` if a person who is not an administrator names another user.
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

/**
 * Throws `forbidden` for a field that only imported history has, such as an id or a time, unless the actor may import
 * history.
 */
export function requireAdmin(actor: Actor, field: string): void {
  if (actor.rights.has('admin')) return;
  throw new AppError('forbidden', `${field} is chosen by the server unless the sender has the admin scope`, { field });
}

/** Whether the actor may do what only this user and admins may do. A program acts for any user that it names. */
export function mayActFor(actor: Actor, userId: string): boolean {
  const self = userOf(actor);
  return self === null || self.id === userId || self.role === 'admin';
}
