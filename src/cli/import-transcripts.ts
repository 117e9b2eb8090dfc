import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { systemClock } from '../clock.js';
import { AppError } from '../errors.js';
import { MAX_CALL_BYTES } from '../ingest/call-body.js';
import { createCallReader } from '../ingest/reader.js';
import { requireAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import { accountFlag } from './accounts.js';
import type { Command } from './command.js';
import { callNames, readPattern } from './file-pattern.js';
import { createProgress } from './progress.js';
import { settleJobs } from './settle-jobs.js';

/** `debrief import transcripts`. */
export const importTranscriptsCommand: Command = {
  name: 'import transcripts',
  summary: 'Give calls the transcripts in files of other programs; importing the same files again changes nothing.',
  positionals: ['FILE…'],
  flags: {
    account: accountFlag,
    pattern: {
      value: 'TEXT',
      help: 'how a file is named for its call, with {externalId} or {callId}, and * for anything; by default {externalId}.*',
    },
  },
  examples: [
    'import transcripts calls/*.vtt --account ID',
    "import transcripts zoom/* --account ID --pattern 'GMT*_{externalId}.transcript.vtt'",
  ],
  async run(context) {
    const { args, config, say } = context;
    const pattern = readPattern(args.values.pattern ?? '{externalId}.*');
    const opened = await context.database();
    const { db } = opened;
    const actor = commandActor({ accountId: args.values.account! });
    await requireAccount({ db }, actor.accountId);
    const { importTranscript } = await import('../services/calls/transcript-files.js');
    const { findCallId } = await import('../db/call-records.js');
    const reader = createCallReader(config.INGEST_THREADS);
    const progress = createProgress('Importing');
    const summary = { files: 0, changed: 0, unchanged: 0, refused: [] as { file: string; reason: string }[] };
    try {
      for (const path of args.positionals) {
        summary.files += 1;
        try {
          const names = callNames(pattern, basename(path));
          const callId = await findCallId(db, actor, names);
          if (callId === null) {
            const [[kind, name] = []] = Object.entries(names);
            throw new AppError('not_found', `no call has the ${kind} "${name}".`);
          }
          const receipt = await importTranscript(
            { db, clock: systemClock, reader },
            actor,
            callId,
            await bytesOf(path),
          );
          summary[receipt.changed ? 'changed' : 'unchanged'] += 1;
          for (const note of receipt.notes) progress.note(`${path}: ${note}`);
        } catch (error) {
          // Any other error, such as a lost database, ends the import.
          if (!(error instanceof AppError)) throw error;
          summary.refused.push({ file: path, reason: error.message });
          progress.note(`${path}: ${error.message}`);
        }
        progress.count();
        progress.at(summary.files / args.positionals.length);
      }
      progress.end();
      await settleJobs(context, opened, actor);
      if (summary.refused.length > 0) {
        say(`${summary.refused.length} files were refused; the others are stored.`);
        process.exitCode = 1;
      }
      return summary;
    } finally {
      progress.end();
      await reader.close();
    }
  },
};

async function bytesOf(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new AppError('invalid', `it cannot be read: ${error.message}`);
  });
  if (bytes.length > MAX_CALL_BYTES) throw new AppError('too_large', `it is larger than ${MAX_CALL_BYTES} bytes.`);
  return bytes;
}
