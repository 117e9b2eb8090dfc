import { readFile } from 'node:fs/promises';
import { AppError } from '../errors.js';
import { requireAccount } from '../services/accounts.js';
import { commandActor } from '../services/actor.js';
import type { Command } from './command.js';

export const importObservationsCommand: Command = {
  name: 'import observations',
  summary: 'Import KPI observations from CSV; the same file again changes nothing.',
  positionals: ['FILE.csv'],
  flags: { account: { value: 'ID', help: "the account's id", required: true } },
  examples: ['import observations june.csv --account ID'],
  async run({ args, database, say }) {
    const path = args.positionals[0]!;
    const bytes = await readFile(path).catch((error: Error) => {
      throw new AppError('invalid', `${path} cannot be read: ${error.message}`);
    });
    const { db } = await database();
    const actor = commandActor({ accountId: args.values.account! });
    await requireAccount(db, actor.accountId);
    const { importObservations } = await import('../services/observation-import.js');
    const summary = await importObservations(db, actor, bytes);
    for (const { line, column, problem, allowed } of summary.refused) {
      say(`line ${line}: ${column === null ? '' : `${column} `}${problem}; it takes ${allowed}`);
    }
    if (summary.refusedLines > 0) {
      say(`${summary.refusedLines} lines were refused; correct them and import the file again: the others are in.`);
      process.exitCode = 1;
    }
    return summary;
  },
};
