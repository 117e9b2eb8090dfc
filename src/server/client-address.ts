import type { FastifyRequest } from 'fastify';
import { readAddress } from '../addresses.js';

/**
 * Where a request comes from, in the one form of an address: for the log, what is written down, and the slow-down. Where the
 * proxies that are believed name no address (`unknown`), the nearest that is known; '' of a socket that is gone.
 */
export function clientAddress({ ip, ips }: FastifyRequest): string {
  if (ips === undefined) return readAddress(ip ?? '') ?? '';
  for (const text of [...ips].reverse()) {
    const address = readAddress(text ?? '');
    if (address !== null) return address;
  }
  return '';
}
