import type { FastifyRequest } from 'fastify';
import { readAddress } from '../addresses.js';

/**
 * The address that a request comes from, in canonical form: for the log, for records, and for the slowdown. If the
 * trusted proxies give no address (`unknown`), it is the nearest known one; '' if the socket is closed.
 */
export function clientAddress({ ip, ips }: FastifyRequest): string {
  if (ips === undefined) return readAddress(ip ?? '') ?? '';
  for (const text of [...ips].reverse()) {
    const address = readAddress(text ?? '');
    if (address !== null) return address;
  }
  return '';
}
