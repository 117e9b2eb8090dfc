import { listAccounts, readAccount } from '../db/accounts.js';
import { invalid } from '../errors.js';
import { createAccount, updateAccount } from '../services/accounts.js';
import type { Command } from './command.js';

export const accountFlag = { value: 'ID', help: "the account's id", required: true } as const;

export const accountCreate: Command = {
  name: 'account create',
  summary: 'Create an account; prints {"accountId"}.',
  flags: {
    name: { value: 'N', help: "the company's name", required: true },
    'time-zone': { value: 'Z', help: 'an IANA time zone (America/New_York)' },
  },
  examples: ["account create --name 'Example Ltd' --time-zone Europe/London"],
  async run({ args, database }) {
    const { db } = await database();
    const timeZone = args.values['time-zone'] ?? 'America/New_York';
    return { accountId: await createAccount(db, { name: args.values.name!, timeZone }) };
  },
};

export const accountList: Command = {
  name: 'account list',
  summary: 'List the accounts; prints {"accounts"}.',
  examples: ['account list'],
  async run({ database }) {
    const { db } = await database();
    return { accounts: await listAccounts(db) };
  },
};

export const accountSet: Command = {
  name: 'account set',
  summary:
    'Change an account; prints it. Its time zone is how times without one are read from then on; stored ones stay.',
  flags: {
    account: accountFlag,
    name: { value: 'N', help: "the company's name" },
    'time-zone': { value: 'Z', help: 'an IANA time zone' },
  },
  examples: ['account set --account ID --name "Example plc" --time-zone Europe/London'],
  async run({ args, database }) {
    const { account, name, 'time-zone': timeZone } = args.values;
    if (name === undefined && timeZone === undefined) {
      throw invalid('account set', 'is told nothing to change', '--name or --time-zone');
    }
    const { db } = await database();
    const scope = { accountId: account! };
    await updateAccount(db, scope, {
      ...(name !== undefined && { name }),
      ...(timeZone !== undefined && { timeZone }),
    });
    return readAccount(db, scope);
  },
};
