/** What a credential may do. `admin` implies `write` implies `read`; `delete` stands alone. */
export type Right = 'read' | 'write' | 'admin' | 'delete';
export const RIGHTS: readonly Right[] = ['read', 'delete', 'write', 'admin'];

/** What a person may do in general: a manager what a rep may, and an admin everything. */
export type Role = 'admin' | 'manager' | 'rep';
