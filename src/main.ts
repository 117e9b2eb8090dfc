// The command, and the only file that wires everything together.
import { accountCreate, accountList, accountSet } from './cli/accounts.js';
import { type Command, type CommandGroup, manual, overview, readArgs } from './cli/command.js';
import { credentialCreate, credentialList, credentialRevoke, credentialSet } from './cli/credentials.js';
import { demo } from './cli/demo.js';
import { doctor } from './cli/doctor.js';
import { importCallsCommand } from './cli/import.js';
import { importObservationsCommand } from './cli/import-observations.js';
import { jobsRetry } from './cli/jobs.js';
import { userInvite, userPassword } from './cli/log-in.js';
import { migrateCommand, serve, work } from './cli/serve.js';
import { topicsRematch } from './cli/topics.js';
import { userCreate, userDeactivate, userList, userSet } from './cli/users.js';
import { readConfig } from './config.js';
import { AppError } from './errors.js';
import { createLog } from './log.js';
import { migrate } from './postgres/migrate.js';
import { type OpenDatabase, openDatabase } from './postgres/open.js';

const groups: readonly CommandGroup[] = [
  { title: 'Run', commands: [serve, work, demo] },
  { title: 'Look after it', commands: [doctor, migrateCommand, jobsRetry] },
  { title: 'Accounts', commands: [accountCreate, accountList, accountSet] },
  { title: 'Users', commands: [userCreate, userList, userSet, userDeactivate, userInvite, userPassword] },
  { title: 'API credentials', commands: [credentialCreate, credentialList, credentialSet, credentialRevoke] },
  { title: 'Calls', commands: [importCallsCommand, topicsRematch] },
  { title: 'Coaching', commands: [importObservationsCommand] },
];
const commands = groups.flatMap((group) => group.commands);
/** Their standard output is a log; that of every other command is its result. */
const services = new Set<Command>([serve, work]);

/** Of all commands, or of those that begin with a word. */
function help(word = ''): string {
  const about = groups
    .map(({ title, commands }) => ({ title, commands: commands.filter(({ name }) => `${name} `.startsWith(word)) }))
    .filter((group) => group.commands.length > 0);
  const title = 'Debrief: conversation intelligence and call coaching, on your own server.';
  return `${title}\n\n${overview(about.length > 0 ? about : groups)}`;
}

function findCommand(words: readonly string[]): { command: Command; rest: readonly string[] } | undefined {
  for (const command of commands) {
    const name = command.name.split(' ');
    if (name.every((word, i) => words[i] === word)) return { command, rest: words.slice(name.length) };
  }
  return undefined;
}

/** One line for what can go wrong around us; null for what would be our own fault. */
function explain(error: unknown): string | null {
  if (error instanceof AppError) return error.message;
  const { code, message = '' } = error as { code?: string; message?: string };
  switch (code) {
    case 'EADDRINUSE':
      return `${message}: another program listens there. Set PORT to a free port, or to 0.`;
    case 'EACCES':
    case 'EADDRNOTAVAIL':
      return `${message}: set HOST and PORT to an address that this machine lets you listen on.`;
    case 'ECONNREFUSED':
    case 'ENOENT':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return `The database cannot be reached (${message || code}): check DATABASE_URL.`;
    case '28P01':
    case '28000':
    case '3D000':
      return `The database refused us (${message}): check DATABASE_URL.`;
    default:
      return null;
  }
}

async function main(words: readonly string[]): Promise<number> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const asksForHelp = words.includes('--help') || words.includes('-h');
  const found = findCommand(words);
  if (asksForHelp || words[0] === 'help') {
    const word = words.find((each) => !each.startsWith('-') && each !== 'help');
    process.stdout.write(`${found ? manual(found.command) : help(word && `${word} `)}\n`);
    return 0;
  }
  if (!found) {
    say(words.length === 0 ? help() : `There is no command "${words.join(' ')}".\n\n${help()}`);
    return 2;
  }
  const { command, rest } = found;
  let opened: OpenDatabase | undefined;
  try {
    const args = readArgs(command, rest);
    const config = readConfig(command.defaults);
    const log = createLog(config.LOG_LEVEL, services.has(command) ? 'stdout' : 'stderr');
    const database = async () => {
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
    if (answer !== undefined) process.stdout.write(`${JSON.stringify(answer)}\n`);
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

process.exitCode = (await main(process.argv.slice(2))) || process.exitCode || 0;
