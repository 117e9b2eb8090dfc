import { expect, test } from 'vitest';
import { createNameReader } from './file-pattern.js';

const zone = 'America/New_York';

test.each([
  [
    '{callerSystemId}_{date}_{externalId}.wav',
    '4711_2026-03-01_c-9.wav',
    { callerSystemId: '4711', callTime: '2026-03-01T05:00:00Z', externalId: 'c-9' },
  ],
  ['{externalId}', 'c 9.MP3', { externalId: 'c 9' }],
  ['{externalId}', 'c9', { externalId: 'c9' }],
  ['{date}-{externalId}.wav', '20260301143000-x.WAV', { callTime: '2026-03-01T19:30:00Z', externalId: 'x' }],
  [
    '{date}_{time}_{*}_{externalId}',
    '2026-07-01_14-30_room 4_x.wav',
    { callTime: '2026-07-01T18:30:00Z', externalId: 'x' },
  ],
  [
    '{date} {callerEmail}',
    '20260301T143000Z ann@example.com.wav',
    { callTime: '2026-03-01T14:30:00Z', callerEmail: 'ann@example.com' },
  ],
  ['{direction}_{externalId}', 'out_x.wav', { direction: 'OUTBOUND', externalId: 'x' }],
  ['a+b({externalId}).wav', 'a+b(1).wav', { externalId: '1' }],
  ['a+b({externalId}).wav', 'aab(1).wav', null],
])('%s reads %s', (pattern, name, expected) => {
  expect(createNameReader(pattern, zone)(name)).toEqual(expected);
});

test.each(['{nobody}.wav', '{externalId}{externalId}', 'call.wav', '{externalId', '{*}'])(
  '%s is refused',
  (pattern) => {
    expect(() => createNameReader(pattern, zone)).toThrow(/--pattern .*it takes text with some of/);
  },
);

test('a date that does not exist is named', () => {
  expect(() => createNameReader('{date}', zone)('2026-02-30.wav')).toThrow(/^2026-02-30.wav names no time that exists/);
});
