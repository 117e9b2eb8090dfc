// The command, and the only file that wires everything together.
import { accountCreate, credentialCreate, credentialRevoke, userCreate } from './cli/accounts.js';
import { type Command, readArgs, usage } from './cli/command.js';
import { demo } from './cli/demo.js';
import { importCallsCommand } from './cli/import.js';
import { migrateCommand, serve, work } from './cli/serve.js';
import { readConfig } from './config.js';
import { AppError } from './errors.js';
import { createLog } from './log.js';
import { migrate } from './postgres/migrate.js';
import { type OpenDatabase, openDatabase } from './postgres/open.js';

const commands: readonly Command[] = [
  serve,
  work,
  migrateCommand,
  demo,
  accountCreate,
  userCreate,
  credentialCreate,
  credentialRevoke,
  importCallsCommand,
];
/** Their standard output is a log; that of every other command is its result. */
const services = new Set<Command>([serve, work]);

function help(): string {
  return `Debrief: conversation intelligence and call coaching, on your own server.\n\n${commands.map(usage).join('\n\n')}`;
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
    process.stdout.write(`${found ? usage(found.command) : help()}\n`);
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
