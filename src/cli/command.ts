import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import type { Config, ConfigDefaults } from '../config.js';
import { AppError } from '../errors.js';
import type { OpenDatabase } from '../postgres/open.js';

/** What a command is given: its settings and words, and the database when it asks for it. */
export interface CommandContext {
  readonly config: Config;
  readonly log: Logger;
  readonly args: Args;
  /** Joins the database, or starts it for the command's own time, and migrates it; closed after the command. */
  readonly database: () => Promise<OpenDatabase & { readonly applied: readonly string[] }>;
  /** A line for the person at the terminal; goes to standard error, so that output stays one JSON object. */
  readonly say: (line: string) => void;
}

export interface Args {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | undefined>>;
}

interface Flag {
  readonly help: string;
  readonly value: string;
  readonly required?: true;
}

export interface Command {
  /** The words that call it, such as `account create`. */
  readonly name: string;
  readonly summary: string;
  readonly positionals?: readonly string[];
  readonly flags?: Readonly<Record<string, Flag>>;
  /** Settings that this command has other defaults for. */
  readonly defaults?: ConfigDefaults;
  /** What it answers is printed as one JSON object; undefined prints nothing. */
  run(context: CommandContext): Promise<object | undefined>;
}

export function usage(command: Command): string {
  const flags = Object.entries(command.flags ?? {});
  const words = [
    `debrief ${command.name}`,
    ...(command.positionals ?? []),
    ...flags.map(([name, { value, required }]) => (required ? `--${name} ${value}` : `[--${name} ${value}]`)),
  ];
  const lines = flags.map(([name, { help }]) => `  --${name.padEnd(12)} ${help}`);
  return [`${words.join(' ')}`, `  ${command.summary}`, ...lines].join('\n');
}

/** Reads the words after a command's name. Throws an `invalid` error that shows how it is used. */
export function readArgs(command: Command, words: readonly string[]): Args {
  const flags = Object.entries(command.flags ?? {});
  const refuse = (problem: string) => new AppError('invalid', `${problem}\n\nUsage: ${usage(command)}`);
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: Object.fromEntries(flags.map(([name]) => [name, { type: 'string' as const }])),
    });
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const values = parsed.values as Record<string, string | undefined>;
  for (const [name, flag] of flags) {
    if (flag.required && !values[name]) throw refuse(`--${name} is missing: ${flag.help}`);
  }
  const wanted = command.positionals ?? [];
  if (parsed.positionals.length !== wanted.length) throw refuse(`It takes ${wanted.join(' ') || 'no words'} here.`);
  return { positionals: parsed.positionals, values };
}
