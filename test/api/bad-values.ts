import type { QueryParam } from '#debrief/contract/params.js';

// Values that break a parameter's or a field's rule, made from the contract itself: a route or a field that is added
// to it is tested from then on.

/** Text that has broken other servers. Well-formed all of it: where any text is taken, it is kept as it is. */
export const HOSTILE_TEXTS = [
  "' or '1'='1",
  "'; drop table calls; --",
  "\\'; select pg_sleep(30); --",
  '../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '%2e%2e%2f',
  '%zz',
  '__proto__',
  'constructor',
  'toString',
  '{{7*7}}#{7*7}',
  '<script>alert(1)</script>',
  '😀👨‍👩‍👧‍👦',
  'é\u0301\u202Eright to left',
  'a\uFEFFmark',
  '\uFFFE\uFFFF',
  'null',
  'NaN',
];

/** Escapes in a URL that are no percent-encoded UTF-8. */
export const BROKEN_ENCODINGS = ['%zz', '%', '%2', 'a%', '%ff', '%c0%af', '%ed%a0%80', '%f5%80%80%80', '%u0041'];

/** As they stand in the URL, which is why none has a raw control character. */
const NO_NUMBERS = [
  '-1',
  '+1',
  '%201',
  '1%20',
  '1.',
  '1e2',
  '0x10',
  '1,5',
  '%D9%A1',
  '1_0',
  'NaN',
  'Infinity',
  '1;2',
  '9'.repeat(400),
];

const BAD_QUERY: Record<QueryParam['kind'], readonly string[]> = {
  instant: [
    'yesterday',
    '0',
    '1640942100',
    '1640942100000',
    '2021',
    '2021-12',
    '2021-1-1',
    '2021-13-01T00:00Z',
    '2021-00-01T00:00Z',
    '2021-02-29T00:00Z',
    '2021-12-32',
    '2021-12-31T24:00Z',
    '2021-12-31T09',
    '2021-12-31T09:60Z',
    '2021-12-31T09:15:61Z',
    '2021-12-31T09:15:00.Z',
    '2021-12-31T09:15%2B24:00',
    '2021-12-31T09:15%2B01:60',
    '2021-12-31T09:15Zjunk',
    '%202021-12-31T09:15Z',
    '2021-12-31T09:15Z%20',
    '2021-12-31T09:15Z%00',
    '2021-W52-5',
    '%2B002021-12-31T09:15Z',
    '-2021-12-31T09:15Z',
    '20211231T091500Z',
    '12/31/2021',
    '%EF%BC%92021-12-31',
    '2021-12-31T09:15:00.0000000000Z',
  ],
  limit: [...NO_NUMBERS, '1001', '1000000', '1.0', 'true', 'all'],
  // The longest is 200 characters, so 201 of any kind are too long; NUL is in no id.
  lastId: ['x'.repeat(201), '%F0%9F%98%80'.repeat(201), 'a%00b', '%00'],
  id: ['x'.repeat(201), '%F0%9F%98%80'.repeat(201), 'a%00b', '%00'],
  ids: ['x'.repeat(201), 'a,%00', 'a,,b', ',', 'a,', ',a', Array(51).fill('a').join(',')],
  path: ['calls', '//evil.example', '/%5Cevil.example', 'https://evil.example/', '/a%20b', `/${'x'.repeat(2000)}`],
  text: [],
  choice: ['inbound', 'INBOUND,OUTBOUND', 'x', '%20INBOUND', 'INBOUND%20', 'null', '0'],
  number: [...NO_NUMBERS, '1000001', '10000000', '.5', '-0', `0.${'0'.repeat(21)}`],
  search: [
    '%20',
    '-a',
    'or',
    'a%20or',
    'or%20a',
    'a%20or%20or%20b',
    '%22a',
    '%22%22',
    '-',
    '%26',
    '(a)',
    'a*',
    'a%20NEAR/5',
    'NEAR/5%20a',
    'a%20NEAR/0%20b',
    'a%20NEAR/31%20b',
    'a%20NEAR/x%20b',
    'a%20NEAR/2%20b%20NEAR/2%20c',
    'a%20NEAR/2%20-b',
    'x'.repeat(501),
    '%22%22%20'.repeat(50),
  ],
  // Base64url of {}, [], null, [null], [[1]], ["\0"], nine keys.
  cursor: [
    'abc',
    'e30',
    'W10',
    'bnVsbA',
    'W251bGxd',
    'W1sxXV0',
    'WyJcdTAwMDAiXQ',
    'WzEsMiwzLDQsNSw2LDcsOCw5XQ',
    'x'.repeat(6001),
  ],
  boolean: [
    '2',
    '-1',
    '01',
    '1.0',
    'yes',
    'on',
    't',
    '%20true',
    'true%20',
    'truefalse',
    '%C4%B1',
    'null',
    'true,false',
  ],
  seconds: [...NO_NUMBERS, '0', '0.0', '1000001', '.5', '0.0000001'],
  count: [...NO_NUMBERS, '0', '1000001', '1.5', '1.0'],
};

/** Values in a URL that a parameter of this kind does not take. */
export function badQueryValues(param: QueryParam): string[] {
  const anyText = ['lastId', 'id', 'ids', 'search', 'text'].includes(param.kind);
  const controls = anyText ? [] : ['%00', '1%00', '%01', '%0a', '1%0d%0aSet-Cookie:x', '%7f'];
  const texts = anyText ? [] : HOSTILE_TEXTS.map(encodeURIComponent);
  // Of another list: its keys are not this one's.
  const foreign = param.kind === 'cursor' && param.keys ? ['WyJhIl0', 'WzEsMCwiYSJd', 'WzAsImEiXQ'] : [];
  return [...BAD_QUERY[param.kind], ...foreign, ...BROKEN_ENCODINGS, ...controls, ...texts];
}

/** A value in a URL that a parameter of this kind takes. */
export function goodQueryValue(param: QueryParam): string {
  const good = {
    instant: '2020-01-01T00:00Z',
    limit: '100',
    lastId: 'none',
    id: 'none',
    ids: 'none,7',
    choice: param.kind === 'choice' ? param.of[0]! : '',
    number: '1',
    search: '%22good%20price%22%20-bad',
    // ["-date","",0,"a"], of the only list that checks its keys, or ["a"].
    cursor: param.kind === 'cursor' && param.keys ? 'WyItZGF0ZSIsIiIsMCwiYSJd' : 'WyJhIl0',
    path: '/calls',
    text: 'none',
    boolean: 'false',
    seconds: '60',
    count: '1',
  };
  return good[param.kind];
}
