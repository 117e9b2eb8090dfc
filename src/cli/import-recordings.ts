import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../adapters/storage/open-store.js';
import { systemClock } from '../clock.js';
import { AppError, invalid } from '../errors.js';
import { readAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import type { FileIntake } from '../services/recordings/file-intake.js';
import { createNameReader } from '../services/recordings/file-pattern.js';
import type { Args, Command } from './command.js';
import { createProgress } from './progress.js';
import { settleJobs } from './settle-jobs.js';
import { hasEngine } from './worker-parts.js';

/** The flags of commands that take recordings from files. */
export const recordingFlags = {
  account: { value: 'ID', help: "the account's id", required: true },
  pattern: { value: 'PATTERN', help: "what the files' names say, such as {callerSystemId}_{date}_{externalId}.wav" },
  ours: { value: 'left|right', help: "the channel of the account's own side" },
  direction: { value: 'WORD', help: 'INBOUND (the default), OUTBOUND or SCREENSHARE, unless the name says it' },
} as const;

/** How files become calls, by a command's flags. Throws `invalid` for a flag's value. */
export function intakeOf({ values }: Args, timeZone: string): Omit<FileIntake, 'onBytes'> {
  const { pattern, ours = null, direction = 'INBOUND' } = values;
  if (ours !== null && ours !== 'left' && ours !== 'right') throw invalid('--ours', `is "${ours}"`, 'left or right');
  return { readName: pattern === undefined ? null : createNameReader(pattern, timeZone), ours, direction };
}

/** `debrief import recordings`. */
export const importRecordingsCommand: Command = {
  name: 'import recordings',
  summary: 'Import recordings, each of which makes a call; importing them again makes nothing twice.',
  positionals: ['DIR|FILE…'],
  flags: recordingFlags,
  examples: ["import recordings ./calls --account ID --pattern '{callerSystemId}_{date}_{externalId}.wav' --ours left"],
  async run(context) {
    const { args, config, database, say } = context;
    const files = await filesOf(args.positionals);
    const opened = await database();
    const { db } = opened;
    const scope = { accountId: args.values.account! };
    const { timeZone } = await readAccount({ db }, scope);
    const how = intakeOf(args, timeZone);
    const { takeFile } = await import('../services/recordings/file-intake.js');
    const store = await openStore(config);
    const deps = { db, clock: systemClock, store, hasEngine: hasEngine(config) };
    const progress = createProgress('Importing');
    const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) || 1;
    const summary = {
      files: files.length,
      created: 0,
      unchanged: 0,
      refused: [] as { file: string; reason: string }[],
    };
    let done = 0;
    try {
      for (const { path, sizeBytes } of files) {
        try {
          const onBytes = (bytes: number) => progress.at((done + bytes) / total);
          const { created } = await takeFile(deps, commandActor(scope, timeZone), path, { ...how, onBytes });
          summary[created ? 'created' : 'unchanged'] += 1;
        } catch (error) {
          if (!isRefusal(error)) throw error;
          summary.refused.push({ file: path, reason: error.message });
          progress.note(`${path}: ${error.message}`);
        }
        done += sizeBytes;
        progress.count();
        progress.at(done / total);
      }
      progress.end();
      await settleJobs(context, opened, scope);
    } finally {
      progress.end();
      await store.close();
    }
    if (summary.refused.length > 0) {
      say(`${summary.refused.length} files were refused; the others are stored.`);
      process.exitCode = 1;
    }
    return summary;
  },
};

/** Errors of a file itself. Any other, such as a full disk or a lost database, ends the import. */
export function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && ['invalid', 'conflict', 'too_large', 'forbidden'].includes(error.code);
}

interface LocalFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** The files named, and those in the folders named, in order of their names. Hidden ones in folders are left out. */
async function filesOf(paths: readonly string[]): Promise<LocalFile[]> {
  const files: LocalFile[] = [];
  for (const path of paths) {
    const found = await stat(path).catch((error: Error) => {
      throw new AppError('invalid', `${path} cannot be read: ${error.message}`);
    });
    if (!found.isDirectory()) files.push({ path, sizeBytes: found.size });
    else {
      const entries = await readdir(path, { withFileTypes: true, recursive: true });
      for (const entry of entries.filter((each) => each.isFile() && !each.name.startsWith('.'))) {
        const inside = join(entry.parentPath, entry.name);
        files.push({ path: inside, sizeBytes: (await stat(inside)).size });
      }
    }
  }
  if (files.length === 0) throw new AppError('invalid', `There are no files in ${paths.join(', ')}.`);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
