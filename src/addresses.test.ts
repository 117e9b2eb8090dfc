import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientNetwork, readAddress, readNetworks, withinNetworks } from './addresses.js';

describe('an address has one form', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:443', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:65535', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:80', 'fe80::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['::1', '::1'],
  ])('%s', (text, address) => expect(readAddress(text)).toBe(address));

  test.each([
    ...['', 'unknown', '_hidden', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', '010.0.0.1', '0x7f.1', '2130706433'],
    ...['1.2.3.4:', '1.2.3.4:http', '[1.2.3.4]', '[::1', '::1]', '[::1]x', ':::', '1::2::3', '2001:db8::g', ' 1.2.3.4'],
  ])('%j is none', (text) => expect(readAddress(text)).toBeNull());

  test('however it is written, and read again', () => {
    fc.assert(
      fc.property(
        fc.ipV6(),
        fc.ipV4(),
        fc.nat(65_535),
        fc.constantFrom('', '%eth0', '%25en1'),
        (six, four, port, zone) => {
          const address = readAddress(six)!;
          for (const form of [
            address,
            six.toUpperCase(),
            `${six}${zone}`,
            `[${six}${zone}]`,
            `[${six}${zone}]:${port}`,
          ]) {
            expect(readAddress(form), form).toBe(address);
          }
          for (const form of [`${four}:${port}`, `::ffff:${four}`, `[::ffff:${four}${zone}]:${port}`]) {
            expect(readAddress(form), form).toBe(four);
          }
        },
      ),
    );
  });
});

test('one client is an IPv4 address, or a /64', () => {
  expect(clientNetwork('192.0.2.1')).toBe('192.0.2.1');
  const network = clientNetwork('2001:db8:0:7::1');
  expect(network).toBe('2001:db8:0:7::/64');
  for (const same of ['2001:db8:0:7:ffff:ffff:ffff:ffff', '2001:db8:0:7::']) expect(clientNetwork(same)).toBe(network);
  for (const other of ['2001:db8:0:8::1', '2001:db8:1:7::1', '::1']) expect(clientNetwork(other)).not.toBe(network);
});

describe('networks', () => {
  test.each([
    ['loopback', ['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1'], ['128.0.0.1', '::2']],
    ['linklocal', ['169.254.1.1', 'fe80::1%eth0', '[febf::1]:80'], ['169.253.1.1', 'fec0::1']],
    ['uniquelocal', ['10.1.2.3:80', '172.31.0.1', '192.168.1.1', 'fd00::1'], ['172.32.0.1', 'fe00::1']],
    ['10.1.2.3', ['10.1.2.3', '::ffff:10.1.2.3', '10.1.2.3:9'], ['10.1.2.4', 'unknown', '']],
    ['10.1.0.0/16', ['10.1.255.255'], ['10.2.0.0', '::10.1.0.1']],
    ['::ffff:10.1.0.0/112', ['10.1.255.255', '::ffff:10.1.0.1'], ['10.2.0.0']],
    ['::ffff:10.1.2.3', ['10.1.2.3'], ['10.1.2.4']],
    ['[2001:db8::]/32', ['2001:db8:ffff::1', '[2001:db8::1]:1'], ['2001:db9::1']],
    ['fe80::1%eth0', ['fe80::1', 'fe80::1%eth1'], ['fe80::2']],
  ])('%s', (network, inside, outside) => {
    const within = withinNetworks([network]);
    for (const address of inside) expect(within(address), address).toBe(true);
    for (const address of outside) expect(within(address), address).toBe(false);
  });

  test.each([
    ...['', 'everyone', '10.0.0.0/0', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/255.0.0.0', '10.0.0.1:80'],
    ...['::/0', '::1/129', '::ffff:10.0.0.0/95', '::ffff:10.0.0.0/96', '[::1]:80'],
  ])('%j is none', (text) => expect(readNetworks(text)).toEqual([]));
});
