import { hash, randomBytes } from 'node:crypto';

/** A new secret of 256 random bits, as text for a URL or a header, with its digest. Only the digest is stored. */
export function newToken(): { readonly token: string; readonly digest: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, digest: digestOf(token) };
}

/** The SHA-256 of a token. A token with this many random bits needs no slow hash. */
export function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
