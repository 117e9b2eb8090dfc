import { hash, randomBytes } from 'node:crypto';

/** A secret of 256 random bits, as text for a URL or a header, and its digest, which alone is stored. */
export function newToken(): { readonly token: string; readonly digest: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, digest: digestOf(token) };
}

/** The SHA-256 of a token. What is random to that many bits needs no slow hash. */
export function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
