/**
 * What a credential may do. `admin` implies `write`, and `write` implies `read`; `delete` is separate. Users know
 * rights as a credential's scopes.
 */
export type Right = 'read' | 'write' | 'admin' | 'delete';
/** All rights, in the order in which documents name them. */
export const RIGHTS: readonly Right[] = ['read', 'delete', 'write', 'admin'];

/** What a user may do in general. A manager may do what a rep may, and an admin may do everything. */
export type Role = 'admin' | 'manager' | 'rep';
