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
    if (!(error instanceof AppError)) throw error;
    say(error.message);
    return error.code === 'invalid' ? 2 : 1;
  } finally {
    await opened?.close();
  }
}

process.exitCode = (await main(process.argv.slice(2))) || process.exitCode || 0;
