import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

// Network addresses in canonical form, in which they are compared, counted and recorded.

/**
 * The prefixes of IPv4 addresses in IPv6: on a dual-stack socket (RFC 4291 §2.5.5.2), and behind a translator (RFC
 * 6052).
 */
const IPV4_PREFIXES = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];
const IPV4_PREFIX_BITS = 96;

const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);
/** The names of networks that `readNetworks` takes. */
export const NAMED_NETWORKS: readonly string[] = [...NAMED.keys()];

/**
 * Reads an address and returns its canonical form: IPv4 with dots, IPv6 as in RFC 5952 without a zone id. Forms with
 * more, such as `::ffff:192.0.2.1`, `[2001:db8::1]:443`, `192.0.2.1:4711` and `fe80::1%eth0`, are reduced to the
 * address. Returns null for any other text.
 */
export function readAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  const [, bracketed, withPort] = /^\[(.*)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/.exec(text) ?? [];
  const bare = (bracketed ?? withPort ?? text).replace(/%.*$/s, '');
  if (isIPv4(bare) && bracketed === undefined) return bare;
  if (!isIPv6(bare)) return null;
  const groups = groupsOf(bare);
  if (IPV4_PREFIXES.includes(groups.slice(0, 6).join(':'))) return dotted(groups);
  return new URL(`http://[${bare}]`).hostname.slice(1, -1);
}

/**
 * What counts as one client: an IPv4 address, or the /64 of an IPv6 address, since a client has all addresses of it.
 */
export function clientNetwork(address: string): string {
  return isIPv6(address) ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address;
}

interface Network {
  readonly address: string;
  readonly bits: number;
}

/** The networks of a name, an address or `address/bits`; empty for any other text. */
export function readNetworks(text: string): readonly Network[] {
  return (NAMED.get(text) ?? [text]).flatMap((each) => {
    const [given = '', bits, ...more] = each.split('/');
    const bare = given.replace(/^\[(.*)\]$/, '$1');
    const address = readAddress(bare);
    if (address === null || isIP(bare) === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits ?? '0')) return [];
    const most = isIPv4(address) ? 32 : 128;
    const length = bits === undefined ? most : Number(bits) - (isIPv4(address) && isIPv6(bare) ? IPV4_PREFIX_BITS : 0);
    return length >= 1 && length <= most ? [{ address, bits: length }] : [];
  });
}

/** Makes a function that says whether an address, in any form, is in one of these networks. */
export function withinNetworks(networks: readonly string[]): (text: string) => boolean {
  const list = new BlockList();
  for (const { address, bits } of networks.flatMap(readNetworks)) {
    list.addSubnet(address, bits, isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return (text) => {
    const address = readAddress(text);
    return address !== null && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
}

/** The eight groups of an IPv6 address, in hexadecimal without leading zeros. */
function groupsOf(address: string): string[] {
  // A URL's host has `::` at most once, and never dots.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  return [...before!, ...Array<string>(8 - before!.length - after!.length).fill('0'), ...after!];
}

function dotted(groups: readonly string[]): string {
  const [high, low] = [Number.parseInt(groups[6]!, 16), Number.parseInt(groups[7]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
