import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { type Config, type ConfigDefaults, settings } from '../config.js';
import { AppError } from '../errors.js';
import type { OpenDatabase } from './open-database.js';

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

/**
 * A command's heavy parts are imported inside `run`: every command loads all the others' descriptions, and must still
 * start at once.
 */
export interface Command {
  /** The words that call it, such as `account create`. */
  readonly name: string;
  readonly summary: string;
  readonly positionals?: readonly string[];
  readonly flags?: Readonly<Record<string, Flag>>;
  /** What may follow `debrief`, as it would be typed. */
  readonly examples?: readonly string[];
  /** It may begin an installation in the folder that it is run in; other commands want one there, or a DATA_DIR that is named. */
  readonly isFirst?: true;
  /** Settings that this command has other defaults for. */
  readonly defaults?: ConfigDefaults;
  /** What it answers is printed as one JSON object; undefined prints nothing. */
  run(context: CommandContext): Promise<object | undefined>;
}

function usage(command: Command): string {
  const flags = Object.entries(command.flags ?? {});
  const words = [
    `debrief ${command.name}`,
    ...(command.positionals ?? []),
    ...flags.map(([name, { value, required }]) => (required ? `--${name} ${value}` : `[--${name} ${value}]`)),
  ];
  const lines = flags.map(([name, { help }]) => `  --${name.padEnd(12)} ${help}`);
  return [`${words.join(' ')}`, `  ${command.summary}`, ...lines].join('\n');
}

/** All that there is to say about one command. */
export function manual(command: Command): string {
  const examples = (command.examples ?? []).map((example) => `  debrief ${example}`);
  return [usage(command), ...(examples.length > 0 ? ['', 'For example:', ...examples] : []), '', EXIT_CODES].join('\n');
}

/** Commands under their titles, a line each. */
export function overview(groups: readonly CommandGroup[]): string {
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map(({ name }) => name.length)));
  const parts = groups.map(({ title, commands }) =>
    [`${title}:`, ...commands.map(({ name, summary }) => `  debrief ${name.padEnd(width)}  ${summary}`)].join('\n'),
  );
  return [
    ...parts,
    `\`debrief COMMAND --help\` says what it takes, with examples. Settings come from the environment: docs/configure.md.
${EXIT_CODES}`,
  ].join('\n\n');
}

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

const EXIT_CODES = 'Exit codes: 0 fine; 1 refused, failed or in need of attention; 2 wrong usage or a wrong setting.';

/** Reads the words after a command's name. Throws an `invalid` error that shows how it is used. */
export function readArgs(command: Command, words: readonly string[]): Args {
  const flags = Object.entries(command.flags ?? {});
  const refuse = (problem: string) => new AppError('invalid', `${problem}\n\nUsage: ${usage(command)}`);
  refuseSettings(command, words);
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: Object.fromEntries(flags.map(([name]) => [name, { type: 'string' as const }])),
    });
  } catch (error) {
    // Without its advice on words that begin with a dash.
    throw refuse((error as Error).message.replace(/\. To specify .*/s, ''));
  }
  const values = parsed.values as Record<string, string | undefined>;
  for (const [name, flag] of flags) {
    if (flag.required && !values[name]) throw refuse(`--${name} is missing: ${flag.help}`);
  }
  const wanted = command.positionals ?? [];
  if (parsed.positionals.length !== wanted.length) {
    const given = parsed.positionals.map((word) => `"${word}"`).join(' ') || 'none';
    throw refuse(`${command.name} takes ${wanted.join(' ') || 'no words'} here, and is given ${given}.`);
  }
  return { positionals: parsed.positionals, values };
}

/** Settings are no options: a `--port` that did nothing would be worse than one that is refused. */
function refuseSettings(command: Command, words: readonly string[]): void {
  for (const [index, word] of words.entries()) {
    const [, flag = '', value = words[index + 1]] = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(word) ?? [];
    const setting = settings.find(({ name }) => name === flag.toUpperCase().replaceAll('-', '_'));
    if (setting === undefined || command.flags?.[flag] !== undefined) continue;
    const shown = setting.secret || value === undefined || value.startsWith('-') ? '…' : value;
    throw new AppError(
      'invalid',
      `--${flag} is the setting ${setting.name}, which comes from the environment: ${setting.name}=${shown} debrief ${command.name}`,
    );
  }
}
