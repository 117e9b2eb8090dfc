import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { sql } from 'kysely';
import { systemClock } from '../clock.js';
import type { Db, Scope } from '../db/schema.js';
import { AppError } from '../errors.js';
import { createCallReader } from '../ingest/reader.js';
import { isWorkerAlive } from '../jobs/heartbeat.js';
import { workOff } from '../jobs/worker.js';
import type { OpenDatabase } from '../postgres/open.js';
import { requireAccount } from '../services/accounts.js';
import { importCalls } from '../services/import.js';
import type { Command, CommandContext } from './command.js';
import { createProgress } from './progress.js';

const MAX_LINE_BYTES = 64 * 1024 * 1024;

export const importCallsCommand: Command = {
  name: 'import calls',
  summary: 'Import calls, one JSON object a line; a run that was interrupted goes on where it stopped.',
  positionals: ['FILE.jsonl[.gz]'],
  flags: {
    account: { value: 'ID', help: "the account's id", required: true },
    caller: { value: 'EMAIL', help: 'the caller of lines that name none' },
  },
  async run(context) {
    const { args, config, say } = context;
    const path = args.positionals[0]!;
    const size = await fileSize(path);
    const opened = await context.database();
    const scope: Scope = { accountId: args.values.account! };
    await requireAccount(opened.db, scope.accountId);
    const reader = createCallReader(config.INGEST_THREADS);
    const progress = createProgress('Importing');
    const { bytes, bytesRead } = openFile(path);
    try {
      const summary = await importCalls({ db: opened.db, clock: systemClock, read: reader.read }, scope, bytes, {
        fileDigest: await digestOf(path),
        callerEmail: args.values.caller ?? null,
        maxLineBytes: MAX_LINE_BYTES,
        onLine(line, error) {
          progress.count();
          progress.at(bytesRead() / size);
          if (error) progress.note(`line ${line}: ${error.message}`);
        },
      });
      progress.end();
      await settle(context, opened, scope);
      if (summary.refused.length > 0) {
        say(`${summary.refused.length} lines were refused; correct them and import the file again: the rest is kept.`);
        process.exitCode = 1;
      }
      return summary;
    } finally {
      progress.end();
      await reader.close();
    }
  },
};

async function fileSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw new AppError('invalid', `${path} cannot be read: ${(error as Error).message}`);
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function openFile(path: string): { bytes: Readable; bytesRead: () => number } {
  const file = createReadStream(path);
  // An error of either part ends the reading loop with it.
  const bytes = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => {}) : file;
  return { bytes, bytesRead: () => file.bytesRead };
}

/** Without a running worker, the import works off the analysis that it caused before it ends. */
async function settle({ log }: CommandContext, { pool, db, connection }: OpenDatabase, scope: Scope): Promise<void> {
  if (await isWorkerAlive(pool)) return;
  const total = await waiting(db, scope);
  if (total === 0) return;
  const progress = createProgress('Analysing');
  const timer = setInterval(async () => progress.at(1 - (await waiting(db, scope)) / total), 500);
  try {
    await workOff({ db, connection, log });
  } finally {
    clearInterval(timer);
    progress.end();
  }
}

async function waiting(db: Db, scope: Scope): Promise<number> {
  const found = await sql<{ count: number }>`select count(*) as count from calls
    where account_id = ${scope.accountId} and state = 'ANALYZING'`.execute(db);
  return found.rows[0]!.count;
}
