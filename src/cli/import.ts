import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { systemClock } from '../clock.js';
import { removeImport } from '../db/imports.js';
import { AppError } from '../errors.js';
import { MAX_CALL_BYTES } from '../ingest/call-body.js';
import { createCallReader } from '../ingest/reader.js';
import { requireAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import type { Command } from './command.js';
import { createProgress } from './progress.js';
import { settleAnalysis } from './settle-analysis.js';

/** `debrief import calls`. */
export const importCallsCommand: Command = {
  name: 'import calls',
  summary: 'Import calls, one JSON object per line; an interrupted run continues where it stopped.',
  positionals: ['FILE.jsonl[.gz]'],
  flags: {
    account: { value: 'ID', help: "the account's id", required: true },
    caller: { value: 'EMAIL', help: 'the caller of lines that name none' },
  },
  examples: ['import calls calls.jsonl.gz --account ID --caller ann@example.com'],
  async run(context) {
    const { args, config, say } = context;
    const path = args.positionals[0]!;
    const size = await fileSize(path);
    const opened = await context.database();
    const scope = commandActor({ accountId: args.values.account! });
    await requireAccount({ db: opened.db }, scope.accountId);
    const { importCalls } = await import('../services/calls/import.js');
    const reader = createCallReader(config.INGEST_THREADS);
    const progress = createProgress('Importing');
    let refused = 0;
    try {
      const fileDigest = await digestOf(path);
      const { bytes, bytesRead } = openFile(path);
      const summary = await importCalls({ db: opened.db, clock: systemClock, read: reader.read }, scope, bytes, {
        fileDigest,
        callerEmail: args.values.caller ?? null,
        maxLineBytes: MAX_CALL_BYTES,
        onLine(line, error) {
          progress.count();
          progress.at(bytesRead() / size);
          if (!error) return;
          refused += 1;
          progress.note(`line ${line}: ${error.message}`);
        },
      });
      progress.end();
      await settleAnalysis(context, opened, scope);
      // Done last, so that a run stopped during the analysis need not read the lines again.
      await removeImport(opened.db, scope, fileDigest);
      if (summary.skipped > 0) {
        say(`An earlier run had done the first ${summary.skipped} lines, and reported those it refused.`);
      }
      if (refused > 0) {
        say(`${refused} lines were refused; correct them and import them as a separate file. The others are stored.`);
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
  const found = await stat(path).catch((error: Error) => {
    throw unreadable(path, error);
  });
  if (!found.isFile()) throw new AppError('invalid', `${path} is not a file.`);
  return found.size;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readChunks(path, createReadStream(path))) hash.update(chunk);
  return hash.digest('hex');
}

function openFile(path: string): { bytes: AsyncIterable<Buffer>; bytesRead: () => number } {
  const file = createReadStream(path);
  // An error of either stream ends the loop that reads it.
  const bytes = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => {}) : file;
  return { bytes: readChunks(path, bytes), bytesRead: () => file.bytesRead };
}

async function* readChunks(path: string, bytes: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of bytes) yield chunk as Buffer;
  } catch (error) {
    throw unreadable(path, error as Error);
  }
}

/** The error for a file that cannot be read. Lines read before stay imported. */
function unreadable(path: string, error: Error): AppError {
  return new AppError('invalid', `${path} cannot be read: ${error.message}`);
}
