/** What a credential may do. `admin` implies `write` implies `read`; `delete` stands alone. */
export type Scope = 'read' | 'write' | 'admin' | 'delete';
export const SCOPES: readonly Scope[] = ['read', 'delete', 'write', 'admin'];

/** What a person may do in general: a manager what a rep may, and an admin everything. */
export type Role = 'admin' | 'manager' | 'rep';
