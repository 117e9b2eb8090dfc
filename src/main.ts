// The `debrief` command, and the only file that wires everything together.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { accountCreate, accountList, accountSet } from './cli/accounts.js';
import { type Command, type CommandGroup, manual, overview, readArgs } from './cli/command.js';
import { credentialCreate, credentialList, credentialRevoke, credentialSet } from './cli/credentials.js';
import { demo } from './cli/demo.js';
import { doctor } from './cli/doctor.js';
import { importCallsCommand } from './cli/import.js';
import { importObservationsCommand } from './cli/import-observations.js';
import { importRecordingsCommand } from './cli/import-recordings.js';
import { importTranscriptsCommand } from './cli/import-transcripts.js';
import { jobsRetry } from './cli/jobs.js';
import { userInvite, userPassword } from './cli/log-in.js';
import { type OpenDatabase, openDatabase } from './cli/open-database.js';
import { recordingsRetry } from './cli/recordings.js';
import { migrateCommand, serve, work } from './cli/serve.js';
import { summarize } from './cli/summarize.js';
import { topicsRematch } from './cli/topics.js';
import { userCreate, userDeactivate, userList, userSet } from './cli/users.js';
import { watch } from './cli/watch.js';
import { type Config, defaultOf, readConfig } from './config.js';
import { migrate } from './db/connection/migrate.js';
import { settleEnvironment } from './environment.js';
import { AppError } from './errors.js';
import { createLog } from './log.js';
import { inspectEmbedded } from './postgres/inspect.js';

const groups: readonly CommandGroup[] = [
  { title: 'Run', commands: [serve, work, demo] },
  { title: 'Maintain', commands: [doctor, migrateCommand, jobsRetry] },
  { title: 'Accounts', commands: [accountCreate, accountList, accountSet] },
  { title: 'Users', commands: [userCreate, userList, userSet, userDeactivate, userInvite, userPassword] },
  { title: 'API credentials', commands: [credentialCreate, credentialList, credentialSet, credentialRevoke] },
  {
    title: 'Calls',
    commands: [
      importCallsCommand,
      importRecordingsCommand,
      importTranscriptsCommand,
      watch,
      recordingsRetry,
      topicsRematch,
      summarize,
    ],
  },
  { title: 'Coaching', commands: [importObservationsCommand] },
];
const commands = groups.flatMap((group) => group.commands);
/** The commands whose standard output is a log; other commands print their result there. */
const services = new Set<Command>([serve, work]);

/** The help for all commands, or for those whose names begin with these words; null if there are none. */
function help(words: readonly string[] = []): string | null {
  const begin = words.map((word) => `${word} `).join('');
  const about = groups
    .map(({ title, commands }) => ({ title, commands: commands.filter(({ name }) => `${name} `.startsWith(begin)) }))
    .filter((group) => group.commands.length > 0);
  if (about.length === 0) return null;
  const title = 'Debrief: conversation intelligence and call coaching, on your own server.';
  return `${title}\n\n${overview(about)}`;
}

function findCommand(words: readonly string[]): { command: Command; rest: readonly string[] } | undefined {
  for (const command of commands) {
    const name = command.name.split(' ');
    if (name.every((word, i) => words[i] === word)) return { command, rest: words.slice(name.length) };
  }
  return undefined;
}

/** A one-line explanation of an error outside our control; null for a bug of ours. */
function explain(error: unknown): string | null {
  if (error instanceof AppError) return error.message;
  const { code, message = '' } = error as { code?: string; message?: string };
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ETIMEDOUT':
    case '57P01':
    case '57P02':
    case '57P03':
      return `The connection to the database was lost (${message || code}): check that it runs, and try again.`;
    case '42501':
      return `The database refused access (${message}): its user must own the database (docs/install.md).`;
    default:
      return null;
  }
}

const VERSION_WORDS = ['--version', '-V', 'version'];
const HELP_WORDS = ['--help', '-h', 'help'];

async function version(): Promise<string> {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/**
 * Prints which installation a command uses, since the person may be in an unexpected folder. Throws `not_found` instead
 * of creating a new installation by mistake.
 */
function sayWhere(command: Command, { DATABASE_URL, DATA_DIR }: Config, say: (line: string) => void): void {
  if (DATABASE_URL !== null || services.has(command)) return;
  const dir = resolve(DATA_DIR);
  const { exists } = inspectEmbedded(dir);
  if (!exists && DATA_DIR === defaultOf('DATA_DIR') && command.isFirst !== true) {
    throw new AppError(
      'not_found',
      `There is no installation in DATA_DIR, which is ${dir}: run this in the folder of the installation, or set DATA_DIR or DATABASE_URL to it. \`debrief serve\` or \`debrief migrate\` creates a new one.`,
    );
  }
  say(`DATA_DIR is ${dir}${exists ? '' : ': a new installation'}`);
}

async function main(words: readonly string[]): Promise<number> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  if (VERSION_WORDS.includes(words[0] ?? '')) {
    print(await version());
    return 0;
  }
  const asked = words.filter((word) => !HELP_WORDS.includes(word));
  const asksForHelp = words.some((word, i) => HELP_WORDS.includes(word) && (word !== 'help' || i === 0));
  const found = findCommand(asksForHelp ? asked : words);
  const about = help(asked);
  if (asksForHelp && (found || about !== null)) {
    print(found ? manual(found.command) : about!);
    return 0;
  }
  if (!found) {
    const what = words.length === 0 ? '' : `There is no command "${asked.join(' ')}".\n\n`;
    say(`${what}${about ?? help(asked.slice(0, 1)) ?? help()}`);
    return 2;
  }
  const { command, rest } = found;
  let opened: OpenDatabase | undefined;
  try {
    const args = readArgs(command, rest);
    const config = readConfig(command.defaults);
    const log = createLog(config.LOG_LEVEL, services.has(command) ? 'stdout' : 'stderr');
    const database = async () => {
      sayWhere(command, config, say);
      opened = await openDatabase(config, {
        mode: 'join',
        log,
        say,
        onFatal: (error) => {
          say(error.message);
          process.exit(1);
        },
      });
      return { ...opened, applied: await migrate(opened.pool, say) };
    };
    const answer = await command.run({ config, log, args, database, say });
    if (answer !== undefined) print(JSON.stringify(answer));
    return 0;
  } catch (error) {
    const known = explain(error);
    if (known === null) throw error;
    say(known);
    return error instanceof AppError && error.code === 'invalid' ? 2 : 1;
  } finally {
    await opened?.close();
  }
}

settleEnvironment();
process.exitCode = (await main(process.argv.slice(2))) || process.exitCode || 0;
