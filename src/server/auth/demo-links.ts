import type { Scope } from '../../db/database.js';

/** The links of a running demo, by the SHA-256 of their tokens in hexadecimal: whom each logs in. */
export type DemoLinks = ReadonlyMap<string, Scope & { readonly userId: string }>;
