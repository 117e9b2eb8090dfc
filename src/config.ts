import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { invalid } from './errors.js';

interface Option<T, D extends string | null = string | null> {
  readonly default: D;
  readonly help: string;
  /** A secret may also be given as the path of a file that holds it, in NAME_FILE. */
  readonly secret?: true;
  /** Reads the text of a value; throws an `invalid` error that says what is allowed. */
  read(text: string, name: string): T;
}

const text = (value: string) => value;

function wholeNumber(min: number, max: number) {
  return (value: string, name: string): number => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) throw invalid(name, `is "${value}"`, `a whole number from ${min} to ${max}`);
    return number;
  };
}

function oneOf<const T extends string>(...allowed: readonly T[]) {
  return (value: string, name: string): T => {
    const found = allowed.find((word) => word === value);
    if (found === undefined) throw invalid(name, `is "${value}"`, allowed.join(', '));
    return found;
  };
}

const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

function networks(value: string, name: string): readonly string[] {
  const list = value.split(',').map((each) => each.trim());
  for (const each of list) {
    const [address = '', bits] = each.split('/', 2);
    const most = { 4: 32, 6: 128 }[isIP(address)] ?? 0;
    const rightBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most);
    if (NAMED_NETWORKS.includes(each) || (most > 0 && rightBits && each.split('/').length <= 2)) continue;
    throw invalid(name, `has "${each}"`, `addresses and networks (10.0.0.0/8), or ${NAMED_NETWORKS.join(', ')}`);
  }
  return list;
}

function option<T, D extends string | null>(given: Option<T, D>): Option<T, D> {
  return given;
}

/** Every setting, in one place: its name, its default, what it takes and what it is for. */
const options = {
  HOST: option({ default: '127.0.0.1', help: 'Address to listen on', read: text }),
  PORT: option({ default: '8080', help: 'Port to listen on; 0 takes a free one', read: wholeNumber(0, 65_535) }),
  DATA_DIR: option({ default: './data', help: 'Folder of the embedded PostgreSQL', read: text }),
  DATABASE_URL: option({
    default: null,
    help: 'A PostgreSQL server (15 or later) to use instead of the embedded one: postgres://user:password@host/database',
    secret: true,
    read: (value, name) => {
      if (!/^postgres(ql)?:\/\//.test(value))
        throw invalid(name, 'is no PostgreSQL URL', 'postgres://user:password@host/database');
      return value;
    },
  }),
  DATABASE_POOL: option({
    default: '10',
    help: 'Connections that a process keeps to the database at most',
    read: wholeNumber(2, 500),
  }),
  WORKERS: option({
    default: '1',
    help: 'Worker processes that `serve` runs beside the API; 0 where `debrief work` runs elsewhere',
    read: wholeNumber(0, 64),
  }),
  INGEST_THREADS: option({
    default: '2',
    help: 'Threads that read large calls as they come in',
    read: wholeNumber(1, 64),
  }),
  TRUST_PROXY: option({
    default: null,
    help: 'Proxies whose X-Forwarded-For, -Proto and -Host are believed: addresses, networks, `loopback`',
    read: networks,
  }),
  LOG_LEVEL: option({
    default: 'info',
    help: 'The least serious log lines to write',
    read: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  }),
} as const;

type Options = typeof options;
type ValueOf<O> = O extends { read(text: string, name: string): infer T } ? T : never;
export type Config = {
  readonly [K in keyof Options]: Options[K]['default'] extends string
    ? ValueOf<Options[K]>
    : ValueOf<Options[K]> | null;
};

export type ConfigDefaults = Partial<Record<keyof Options, string>>;

export interface Setting {
  readonly name: string;
  readonly default: string | null;
  readonly help: string;
  readonly secret: boolean;
}

/** Every setting, for documents. */
export const settings: readonly Setting[] = Object.entries(options as Record<string, Option<unknown>>).map(
  ([name, each]) => ({ name, default: each.default, help: each.help, secret: each.secret ?? false }),
);

/** Reads the settings from the environment. The only place that does. */
export function readConfig(defaults: ConfigDefaults = {}): Config {
  const values: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(options) as [keyof Options, Option<unknown>][]) {
    const sent = fromEnvironment(name, each) ?? defaults[name] ?? each.default;
    values[name] = sent === null ? null : each.read(sent, name);
  }
  return values as Config;
}

function fromEnvironment(name: string, each: Option<unknown>): string | undefined {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  const file = each.secret ? process.env[`${name}_FILE`] : undefined;
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw invalid(`${name}_FILE`, `cannot be read (${(error as Error).message})`, 'the path of a readable file');
  }
}

/** The environment of a child process that is to run with these settings. */
export function environmentOf(config: Config): NodeJS.ProcessEnv {
  const settings = Object.entries(config).filter(([, value]) => value !== null);
  return { ...process.env, ...Object.fromEntries(settings.map(([name, value]) => [name, String(value)])) };
}
