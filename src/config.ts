import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { parse } from 'pg-connection-string';
import { NAMED_NETWORKS, readNetworks } from './addresses.js';
import { inherited } from './environment.js';
import { invalid } from './errors.js';

interface Option<T, D extends string | null = string | null> {
  readonly default: D;
  readonly help: string;
  /** A secret may also be in a file, whose path is in NAME_FILE. */
  readonly secret?: true;
  /**
   * Parses the text of a value.
   * @throws AppError `invalid` that says what is allowed.
   */
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

function networks(value: string, name: string): readonly string[] {
  const list = value.split(',').map((each) => each.trim());
  for (const each of list) {
    if (readNetworks(each).length > 0) continue;
    throw invalid(name, `has "${each}"`, `addresses and networks (10.0.0.0/8), or ${NAMED_NETWORKS.join(', ')}`);
  }
  return list;
}

/** A URL of which only the origin counts. */
function origin(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  const bare = url !== null && `${url.pathname}${url.search}${url.hash}${url.username}${url.password}` === '/';
  if (!bare || !/^https?:$/.test(url.protocol)) {
    throw invalid(name, `is "${value}"`, 'http or https, a host and perhaps a port: https://debrief.example.com');
  }
  return url.origin;
}

function httpUrl(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw invalid(name, `is "${value}"`, 'an http or https URL without a query: https://api.example.com/v1');
  }
  return value.replace(/\/+$/, '');
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

function issuer(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname))) return value;
  throw invalid(name, `is "${value}"`, 'an https URL (plain http only on this machine itself)');
}

/** Its text stays out of errors, because it contains a password. */
function databaseUrl(value: string, name: string): string {
  const form = 'postgres://user:password@host/database';
  if (!/^postgres(ql)?:\/\//.test(value)) throw invalid(name, 'is not a PostgreSQL URL', form);
  try {
    parse(value);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof URIError)) {
      throw invalid(name, `cannot be used: ${(error as Error).message}`, form);
    }
    const how = `${form}, with / # ? @ : and % in the user and the password written as %2F %23 %3F %40 %3A %25`;
    throw invalid(name, 'cannot be read as a URL', how);
  }
  return value;
}

/** Its text stays out of errors. */
function secretText(value: string, name: string): string {
  if (value.length >= 16 && value.length <= 200) return value;
  throw invalid(name, `has ${value.length} characters`, '16 to 200 characters that nobody can guess');
}

function host(value: string, name: string): string {
  const bare = value.replace(/^\[(.*)\]$/, '$1');
  if (isIPv6(bare) || /^[\p{L}\p{N}._-]+$/u.test(bare)) return bare;
  throw invalid(
    name,
    `is "${value}"`,
    'an address or name of this machine, without a port: 127.0.0.1, 0.0.0.0, ::, localhost',
  );
}

function scopes(value: string, name: string): string {
  const list = value.trim().split(/\s+/);
  if (!list.includes('openid')) throw invalid(name, `is "${value}"`, 'scopes separated by blanks, including openid');
  return list.join(' ');
}

function option<T, D extends string | null>(given: Option<T, D>): Option<T, D> {
  return given;
}

/** All settings: name, default, what each takes and what it is for. */
const options = {
  HOST: option({ default: '127.0.0.1', help: 'Address to listen on', read: host }),
  PORT: option({ default: '8080', help: 'Port to listen on; 0 takes a free one', read: wholeNumber(0, 65_535) }),
  DATA_DIR: option({ default: './data', help: 'Folder of the embedded PostgreSQL', read: text }),
  DATABASE_URL: option({
    default: null,
    help: 'A PostgreSQL server (15 or later) to use instead of the embedded one: postgres://user:password@host/database',
    secret: true,
    read: databaseUrl,
  }),
  DATABASE_POOL: option({
    default: '10',
    help: 'The most database connections of a process',
    read: wholeNumber(2, 500),
  }),
  WORKERS: option({
    default: '1',
    help: 'Worker processes that `serve` runs beside the API; 0 where `debrief work` runs elsewhere',
    read: wholeNumber(0, 64),
  }),
  INGEST_THREADS: option({
    default: '2',
    help: 'Threads that parse large incoming calls',
    read: wholeNumber(1, 64),
  }),
  TRUST_PROXY: option({
    default: null,
    help: 'Proxies whose X-Forwarded-For, -Proto and -Host are trusted: addresses, networks, `loopback`',
    read: networks,
  }),
  PUBLIC_URL: option({
    default: null,
    help: 'The URL at which browsers reach Debrief, such as https://debrief.example.com: the base of links; by default, the host that the request was sent to',
    read: origin,
  }),
  SETUP_TOKEN: option({
    default: null,
    help: 'A secret of your choice with which the first account is made in a browser, from anywhere; by default, `serve` prints a link that works on its own machine',
    secret: true,
    read: secretText,
  }),
  MAIL_COMMAND: option({
    default: null,
    help: 'A program that takes a mail on its standard input, such as `sendmail -t -i`; it runs without a shell. Needs PUBLIC_URL',
    read: text,
  }),
  MAIL_FROM: option({ default: null, help: 'The sender of mails; by default, the program sets one', read: text }),
  OIDC_ISSUER: option({
    default: null,
    help: 'The https URL of the OpenID provider with which users may log in',
    read: issuer,
  }),
  OIDC_CLIENT_ID: option({ default: null, help: 'The id of this server at the OpenID provider', read: text }),
  OIDC_CLIENT_SECRET: option({
    default: null,
    help: 'The secret of this server at the OpenID provider; none for a public client',
    secret: true,
    read: text,
  }),
  OIDC_ACCOUNT: option({
    default: null,
    help: 'The id of the account whose users log in with the OpenID provider',
    read: text,
  }),
  OIDC_SCOPES: option({
    default: 'openid email',
    help: 'The scopes to request from the OpenID provider',
    read: scopes,
  }),
  OIDC_EMAIL_VERIFIED: option({
    default: 'required',
    help: 'Whether the provider must say that it verified the e-mail address; `optional` also accepts one that does not say',
    read: oneOf('required', 'optional'),
  }),
  KEEP_UPLOADS: option({
    default: 'yes',
    help: 'Whether recordings are kept as they were sent once a call is COMPLETE; what is played is always kept',
    read: oneOf('yes', 'no'),
  }),
  STORAGE: option({
    default: 'disk',
    help: 'Where recordings are stored: `disk` is the folder `recordings` in DATA_DIR, `s3` is any S3 API',
    read: oneOf('disk', 's3'),
  }),
  S3_ENDPOINT: option({
    default: null,
    help: 'The URL of the S3 API, if it is not Amazon: https://minio.example.com',
    read: origin,
  }),
  S3_REGION: option({ default: 'us-east-1', help: 'The region of the bucket', read: text }),
  S3_BUCKET: option({ default: null, help: 'The bucket of the recordings', read: text }),
  S3_PREFIX: option({ default: '', help: 'What the keys of all objects begin with, such as `debrief/`', read: text }),
  S3_ACCESS_KEY_ID: option({ default: null, help: 'The access key', read: text }),
  S3_SECRET_ACCESS_KEY: option({ default: null, help: 'The secret of the access key', secret: true, read: text }),
  FFMPEG_PATH: option({
    default: null,
    help: 'The ffmpeg that decodes recordings, or `embedded`; by default the one on PATH, else the embedded engine',
    read: text,
  }),
  SPEECH: option({
    default: 'none',
    help: 'The engine that recognises speech (docs/speech.md)',
    read: oneOf('none', 'openai', 'whisper', 'sherpa-onnx', 'command', 'pocketsphinx'),
  }),
  SPEECH_URL: option({
    default: 'https://api.openai.com/v1',
    help: 'For `openai`: the URL before /audio/transcriptions',
    read: httpUrl,
  }),
  SPEECH_API_KEY: option({ default: null, help: 'For `openai`: the API key', secret: true, read: text }),
  SPEECH_MODEL: option({
    default: null,
    help: 'For `openai` the name of a model; for `whisper` the path of a ggml file; for `sherpa-onnx` that of a folder',
    read: text,
  }),
  SPEECH_COMMAND: option({
    default: null,
    help: 'For `command`: a program that gets the path of a WAV file and prints JSON (docs/speech.md); it runs without a shell',
    read: text,
  }),
  SUMMARY: option({
    default: 'extractive',
    help: 'How calls are summarised: from their own sentences, by a chat model, or not at all',
    read: oneOf('extractive', 'openai', 'none'),
  }),
  SUMMARY_URL: option({
    default: 'https://api.openai.com/v1',
    help: 'For `openai`: the URL before /chat/completions',
    read: httpUrl,
  }),
  SUMMARY_API_KEY: option({ default: null, help: 'For `openai`: the API key', secret: true, read: text }),
  SUMMARY_MODEL: option({ default: null, help: 'For `openai`: the name of the model', read: text }),
  LOG_LEVEL: option({
    default: 'info',
    help: 'The least serious log lines to write',
    read: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  }),
} as const;

type Options = typeof options;
type ValueOf<O> = O extends { read(text: string, name: string): infer T } ? T : never;
/** The settings, parsed. */
export type Config = {
  readonly [K in keyof Options]: Options[K]['default'] extends string
    ? ValueOf<Options[K]>
    : ValueOf<Options[K]> | null;
};

/** Defaults of a command that differ from the general ones, as text. */
export type ConfigDefaults = Partial<Record<keyof Options, string>>;

/** A setting, for documents. */
export interface Setting {
  readonly name: string;
  readonly default: string | null;
  readonly help: string;
  readonly secret: boolean;
}

/** All settings, for documents. */
export const settings: readonly Setting[] = Object.entries(options as Record<string, Option<unknown>>).map(
  ([name, each]) => ({ name, default: each.default, help: each.help, secret: each.secret ?? false }),
);

/** The default of a setting; null if it has none. */
export function defaultOf(name: keyof Config): string | null {
  return options[name].default;
}

/**
 * Reads the settings from the environment. Nothing else reads it.
 * @throws AppError `invalid`, naming the setting.
 */
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

/**
 * The environment for a program that is not ours: as this process was started, without our settings, and so without our
 * secrets.
 */
export function foreignEnvironment(): NodeJS.ProcessEnv {
  const ours = new Set(settings.flatMap(({ name }) => [name, `${name}_FILE`]));
  return Object.fromEntries(Object.entries(inherited).filter(([name]) => !ours.has(name)));
}

/** The environment for a child process that is to have these settings. */
export function environmentOf(config: Config): NodeJS.ProcessEnv {
  const settings = Object.entries(config).filter(([, value]) => value !== null);
  return { ...process.env, ...Object.fromEntries(settings.map(([name, value]) => [name, String(value)])) };
}
