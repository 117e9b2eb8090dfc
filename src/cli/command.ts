import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { type Config, type ConfigDefaults, settings } from '../config.js';
import { AppError } from '../errors.js';
import type { OpenDatabase } from './open-database.js';

/** What a command is given: its settings and arguments, and the database if it asks for it. */
export interface CommandContext {
  readonly config: Config;
  readonly log: Logger;
  readonly args: Args;
  /** Connects to the database, or starts it while the command runs, and migrates it. It is closed after the command. */
  readonly database: () => Promise<OpenDatabase & { readonly applied: readonly string[] }>;
  /** Prints a line for the person at the terminal to standard error, so that standard output stays one JSON object. */
  readonly say: (line: string) => void;
}

/** The arguments after a command's name. */
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
 * A command of the `debrief` program. Its heavy parts are imported inside `run`: every command loads the descriptions
 * of all the others, and must still start quickly.
 */
export interface Command {
  /** The words that select it, such as `account create`. */
  readonly name: string;
  readonly summary: string;
  /** The last one may be given several times if it ends with `…`. */
  readonly positionals?: readonly string[];
  readonly flags?: Readonly<Record<string, Flag>>;
  /** Arguments after `debrief`, as a person would type them. */
  readonly examples?: readonly string[];
  /**
   * Whether it may create an installation in the folder where it is run. Other commands require an installation there,
   * or a DATA_DIR that names one.
   */
  readonly isFirst?: true;
  /** Settings for which this command has other defaults. */
  readonly defaults?: ConfigDefaults;
  /** Runs the command. Its result is printed as one JSON object; undefined prints nothing. */
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

/** The full help of one command. */
export function manual(command: Command): string {
  const examples = (command.examples ?? []).map((example) => `  debrief ${example}`);
  return [usage(command), ...(examples.length > 0 ? ['', 'For example:', ...examples] : []), '', EXIT_CODES].join('\n');
}

/** The commands under their group titles, one per line. */
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

/** Commands listed together in the help. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

const EXIT_CODES =
  'Exit codes: 0 success; 1 refused, failed or in need of attention; 2 wrong usage or a wrong setting.';

/** Reads the arguments after a command's name. Throws `invalid`, with the command's usage. */
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
    // Without the advice of `parseArgs` about arguments that begin with a dash.
    throw refuse((error as Error).message.replace(/\. To specify .*/s, ''));
  }
  const values = parsed.values as Record<string, string | undefined>;
  for (const [name, flag] of flags) {
    if (flag.required && !values[name]) throw refuse(`--${name} is missing: ${flag.help}`);
  }
  const wanted = command.positionals ?? [];
  const takesMore = wanted.at(-1)?.endsWith('…') === true && parsed.positionals.length > wanted.length;
  if (parsed.positionals.length !== wanted.length && !takesMore) {
    const given = parsed.positionals.map((word) => `"${word}"`).join(' ') || 'none';
    throw refuse(`${command.name} takes ${wanted.join(' ') || 'no words'} here, but got ${given}.`);
  }
  return { positionals: parsed.positionals, values };
}

/** Throws `invalid` for a setting given as an option: a `--port` that was ignored would be worse than an error. */
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
