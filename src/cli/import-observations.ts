import { readFile } from 'node:fs/promises';
import { AppError, invalid } from '../errors.js';
import { readAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import type { FileOptions } from '../services/coaching/observation-file.js';
import type { Command } from './command.js';

function dateOrder(given: string | undefined): FileOptions['dates'] {
  if (given === undefined || given === 'MDY' || given === 'DMY') return given ?? null;
  throw invalid('--dates', `is "${given}"`, 'MDY, where the month comes first, or DMY');
}

/** `debrief import observations`. */
export const importObservationsCommand: Command = {
  name: 'import observations',
  summary: 'Import KPI observations from CSV; importing the same file again changes nothing.',
  positionals: ['FILE.csv'],
  flags: {
    account: { value: 'ID', help: "the account's id", required: true },
    dates: { value: 'MDY|DMY', help: 'whether the month or the day comes first in dates with slashes' },
  },
  examples: ['import observations june.csv --account ID', 'import observations june.csv --account ID --dates DMY'],
  async run({ args, database, say }) {
    const path = args.positionals[0]!;
    const dates = dateOrder(args.values.dates);
    const bytes = await readFile(path).catch((error: Error) => {
      throw new AppError('invalid', `${path} cannot be read: ${error.message}`);
    });
    const { db } = await database();
    const scope = { accountId: args.values.account! };
    const { timeZone } = await readAccount({ db }, scope);
    const { importObservations } = await import('../services/coaching/observation-import.js');
    const summary = await importObservations({ db }, commandActor(scope, timeZone), bytes, dates);
    for (const { line, column, problem, allowed } of summary.refused) {
      say(`line ${line}: ${column === null ? '' : `${column} `}${problem}; it takes ${allowed}`);
    }
    if (summary.refusedLines > 0) {
      say(`${summary.refusedLines} lines were refused; correct them and import the file again. The others are stored.`);
      process.exitCode = 1;
    }
    return summary;
  },
};
