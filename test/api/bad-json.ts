// Bodies that break the contract, made from its schemas: a field that is added to one is tested from then on.

/** The part of JSON Schema that the contract's bodies use. */
export interface BodySchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly BodySchema[];
  readonly properties?: Readonly<Record<string, BodySchema>>;
  readonly required?: readonly string[] | undefined;
  readonly patternProperties?: object;
  readonly items?: BodySchema;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** A value as JSON text: some cannot come from JSON.stringify. */
export interface BadValue {
  readonly json: string;
  /** Where it breaks the rule, below the field itself: `[0].name`. */
  readonly at: string;
  /** The rule names a place somewhere below `at`. */
  readonly below?: true;
  readonly why: string;
}

const OF_EACH_TYPE: Record<string, string> = {
  string: '"2020-01-01T00:00:00Z"',
  number: '1.5',
  integer: '7',
  boolean: 'true',
  null: 'null',
  array: '[]',
  object: '{}',
};

const DEEP = 100_000;
const anywhere: readonly BadValue[] = [
  { json: '"a\\u0000b"', at: '', why: 'a NUL' },
  { json: '"\\ud800"', at: '', why: 'half a surrogate pair' },
  { json: '"\\udc00\\ud800"', at: '', why: 'surrogates in the wrong order' },
  { json: '1e400', at: '', why: 'a number beyond doubles' },
  { json: '9007199254740993', at: '', why: 'an integer beyond doubles' },
  { json: `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`, at: '', below: true, why: 'arrays nested deeply' },
  { json: `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`, at: '', below: true, why: 'objects nested deeply' },
];

/** Every way to break a field's schema, one at a time; the field itself included. */
export function badValues(schema: BodySchema): BadValue[] {
  return [...anywhere, ...bySchema(schema)];
}

function bySchema(schema: BodySchema): BadValue[] {
  const nullable = schema.anyOf?.some((option) => option.type === 'null') ?? false;
  const described = schema.anyOf?.find((option) => option.type !== 'null') ?? schema;
  const type = described.type ?? (described.enum ? 'string' : 'object');
  const taken = new Set([type, ...(nullable ? ['null'] : []), ...(type === 'number' ? ['integer'] : [])]);
  const wrongTypes = Object.entries(OF_EACH_TYPE)
    .filter(([each]) => !taken.has(each))
    .map(([each, json]) => ({ json, at: '', why: `${each} for ${type}` }));
  return [...wrongTypes, ...(OF_TYPE[type]?.(described) ?? [])];
}

const OF_TYPE: Record<string, (schema: BodySchema) => BadValue[]> = {
  string(schema) {
    const texts: [why: string, text: string][] = [];
    const { minLength = 0, maxLength, description = '' } = schema;
    if (schema.enum) texts.push(['empty', ''], ['no such value', 'nope'], ['a blank after', `${schema.enum[0]!} `]);
    if (minLength > 0) texts.push(['empty', '']);
    if (maxLength !== undefined) {
      texts.push(['too long', 'x'.repeat(maxLength + 1)], ['too many emojis', '😀'.repeat(maxLength + 1)]);
      texts.push(['combining marks', `e${'\u0301'.repeat(maxLength)}`], ['a megabyte', 'x'.repeat(1_000_000)]);
    }
    if (description.startsWith('an id')) for (const id of BAD_IDS) texts.push(['no id', id]);
    if (description.startsWith('an e-mail')) for (const email of BAD_EMAILS) texts.push(['no address', email]);
    if (description.startsWith('an ISO 8601')) for (const instant of BAD_INSTANTS) texts.push(['no instant', instant]);
    return texts.map(([why, text]) => ({ json: JSON.stringify(text), at: '', why: `${why} (${text.slice(0, 40)})` }));
  },
  integer: (schema) => numbers(schema, ['1.5', '0.1', '-0.5', '1e-3']),
  number: (schema) => numbers(schema, []),
  array({ items, maxItems }) {
    if (!items) return [];
    const each = bySchema(items).map(({ json, at, why }) => ({ json: `[${json}]`, at: `[0]${at}`, why }));
    if (maxItems === undefined) return each;
    const many = `[${Array(maxItems + 1)
      .fill(sample(items))
      .join(',')}]`;
    return [...each, { json: many, at: '', why: 'too many' }];
  },
  object(schema) {
    const { properties, required = [], patternProperties } = schema;
    if (!properties || patternProperties) return [];
    const withField = (name: string, json: string | null) => {
      const fields = required.filter((each) => each !== name).map((each) => [each, sample(properties[each]!)]);
      if (json !== null) fields.push([name, json]);
      return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
    };
    return [
      ...required.map((name) => ({ json: withField(name, null), at: `.${name}`, why: 'missing' })),
      ...UNKNOWN_FIELDS.map((name) => ({ json: withField(name, '1'), at: `.${name}`, why: 'an unknown field' })),
      ...Object.entries(properties).flatMap(([name, property]) =>
        bySchema(property).map(({ json, at, why }) => ({ json: withField(name, json), at: `.${name}${at}`, why })),
      ),
    ];
  },
};

function numbers({ minimum, maximum }: BodySchema, more: readonly string[]): BadValue[] {
  const found = [...more];
  if (minimum !== undefined) found.push(String(minimum - 1), ...(minimum < 0 ? [] : ['-1e-9']));
  if (maximum !== undefined) found.push(String(maximum + 1), '1e15');
  return found.map((json) => ({ json, at: '', why: `out of range (${json})` }));
}

/** JSON of something that the schema takes. */
export function sample(schema: BodySchema): string {
  const described = schema.anyOf?.find((option) => option.type !== 'null') ?? schema;
  const { description = '', properties = {}, required = [], items, minItems = 0 } = described;
  if (described.enum) return JSON.stringify(described.enum[0]);
  if (described.type === 'array')
    return `[${Array(minItems)
      .fill(items && sample(items))
      .join(',')}]`;
  if (described.type === 'object') {
    return `{${required.map((name) => `${JSON.stringify(name)}:${sample(properties[name]!)}`).join(',')}}`;
  }
  if (described.type !== 'string') return described.type === 'boolean' ? 'true' : '7';
  if (description.startsWith('an e-mail')) return '"sample@example.com"';
  return description.startsWith('an ISO 8601') ? '"2020-01-01T00:00:00Z"' : '"sample"';
}

export const UNKNOWN_FIELDS = ['nope', '__proto__', 'constructor', 'toString', 'a/b', 'a~b', ' ', 'x'.repeat(99)];

const BAD_IDS = [' x', 'x ', '\tx', 'x\n', 'a\u0001b', 'a\nb', '\u007f', 'a\u007fb', ' ', '\u00a0x', 'x\u2003', '\r\n'];
const BAD_EMAILS = [
  '',
  'nobody',
  '@',
  'a@',
  '@b',
  'a b@c.d',
  'a@b c',
  'a@b@c',
  'a@b\n',
  '\u0007@b',
  `${'x'.repeat(400)}@b.c`,
];
const BAD_INSTANTS = [
  '',
  'yesterday',
  '2026-03-01',
  '2026-13-01T00:00Z',
  '2026-02-30T00:00Z',
  '2026-03-01T24:00Z',
  '2026-03-01T10:60Z',
  '1899-12-31T23:59:59Z',
  '2200-01-01T00:00Z',
  '9999-12-31T23:59:59Z',
  '+002026-03-01T00:00Z',
  '2026-03-01T10:00Z ',
  "2026-03-01T10:00Z'; --",
  '2026-03-01T10:00+99:00',
  'Sun, 01 Mar 2026 10:00:00 GMT',
];

interface BadWord {
  readonly why: string;
  /** JSON of the word. */
  readonly json: string;
  /** Below `transcript[i]`. */
  readonly at: string;
}

/** A word that breaks one rule, for every rule that words have (ingest/words.ts). */
export function badWords(): BadWord[] {
  const good: Record<string, string> = { start: '"3.0"', end: '"3.5"', word: '"hello"', p: '"."', v: '1' };
  const withField = (field: string, json: string | null): string => {
    const fields = Object.entries({ ...good, [field]: json }).filter(([, value]) => value !== null);
    return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
  };
  const broken = (field: string, values: readonly (string | null)[]): BadWord[] =>
    values.map((json) => ({
      why: `${field} ${json?.slice(0, 40) ?? 'missing'}`,
      json: withField(field, json),
      at: `.${field}`,
    }));
  const noText = ['7', 'true', '[]', '{}', '"a\\u0000b"', '"\\ud83d"'];
  const noTime = [
    null,
    'null',
    'true',
    '[]',
    '{}',
    '""',
    '"-1"',
    '-1',
    '"+1"',
    '"1e2"',
    '1e400',
    '"0x10"',
    '" 1"',
    '"1 "',
    '"1,5"',
    '"."',
    '"1."',
    '".5"',
    '"NaN"',
    '"Infinity"',
    '"00:00:03"',
    '"1000000.1"',
    '1000001',
    '"12345678"',
    `"1.${'0'.repeat(20)}1"`,
    '"1\\u00002"',
    '"١"',
  ];
  return [
    ...['null', '1', '"hello"', 'true', '[]', '[{}]'].map((json) => ({ why: `${json} for a word`, json, at: '' })),
    ...UNKNOWN_FIELDS.map((name) => ({ why: `an unknown ${name}`, json: withField(name, '1'), at: `.${name}` })),
    ...broken('start', noTime),
    ...broken('end', [...noTime, '"2.9"', '2.999999']),
    ...broken('word', [
      null,
      'null',
      '""',
      ...noText,
      JSON.stringify('x'.repeat(1001)),
      JSON.stringify('x'.repeat(1_000_000)),
    ]),
    ...broken('p', [...noText, JSON.stringify('.'.repeat(21))]),
    ...broken('v', [null, 'null', '-1', '1.5', '65536', '1e400', '"1"', 'true', '[]', '{}']),
  ];
}
