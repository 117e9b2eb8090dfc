import type { FastifyRequest } from 'fastify';
import { readAddress, withinNetworks } from '../addresses.js';

const isLoopback = withinNetworks(['loopback']);

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

/** What proxies add to the requests that they pass on. */
const ADDED_BY_PROXIES = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'via'];

/**
 * Whether a request comes from this machine itself: over loopback, or from the address that it was sent to. A request
 * that a proxy passed on comes from where the proxy says; if the proxy is not trusted, it may come from anywhere.
 */
export function isFromThisMachine({ ip, ips = [ip], headers, socket }: FastifyRequest): boolean {
  if (ips.length < 2 && ADDED_BY_PROXIES.some((name) => headers[name] !== undefined)) return false;
  const address = readAddress(ips.at(-1) ?? '');
  if (address === null) return false;
  return isLoopback(address) || address === readAddress(socket.localAddress ?? '');
}
