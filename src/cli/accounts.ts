import { type Scope as Right, SCOPES } from '../contract/routes.js';
import { AppError, invalid } from '../errors.js';
import { createAccount, createCredential, type Rate, requireAccount, revokeCredential } from '../services/accounts.js';
import { createUser } from '../services/people.js';
import type { Command } from './command.js';

const account = { value: 'ID', help: "the account's id", required: true } as const;

export const accountCreate: Command = {
  name: 'account create',
  summary: 'Create an account; prints {"accountId"}.',
  flags: {
    name: { value: 'N', help: "the company's name", required: true },
    'time-zone': { value: 'Z', help: 'an IANA time zone (America/New_York)' },
  },
  async run({ args, database }) {
    const { db } = await database();
    const timeZone = args.values['time-zone'] ?? 'America/New_York';
    return { accountId: await createAccount(db, { name: args.values.name!, timeZone }) };
  },
};

export const userCreate: Command = {
  name: 'user create',
  summary: 'Create a user; prints {"userId"}.',
  flags: {
    account,
    email: { value: 'E', help: "the user's e-mail address", required: true },
    'first-name': { value: 'F', help: "the user's first name", required: true },
    'last-name': { value: 'L', help: "the user's last name", required: true },
    role: { value: 'admin|manager|rep', help: 'what the user may do (rep)' },
  },
  async run({ args, database }) {
    const { db } = await database();
    const { account: accountId, email, role, 'first-name': firstName, 'last-name': lastName } = args.values;
    await requireAccount(db, accountId!);
    const body = { email, firstName, lastName, ...(role !== undefined && { role }) };
    const user = await createUser(db, { accountId: accountId! }, body, false);
    return { userId: user.id };
  },
};

export const credentialCreate: Command = {
  name: 'credential create',
  summary: 'Create an API credential; prints {"username","password"}. The password is shown this once.',
  flags: {
    account,
    scopes: { value: SCOPES.join(','), help: 'admin implies write implies read; delete stands alone', required: true },
    rate: { value: 'unlimited|DAY,NIGHT', help: 'requests a second by day and by night (the account’s own)' },
  },
  async run({ args, database }) {
    const { db } = await database();
    const { account: accountId, scopes, rate } = args.values;
    const rights = scopes!.split(',').map((scope) => scope.trim()) as Right[];
    return createCredential(db, { accountId: accountId! }, { scopes: rights, rate: readRate(rate) });
  },
};

function readRate(text: string | undefined): Rate {
  if (text === undefined) return null;
  if (text === 'unlimited') return 'unlimited';
  const [, day, night] = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const rates = { day: Number(day), night: Number(night) };
  if (!(rates.day > 0 && rates.night > 0)) {
    throw invalid('--rate', `is "${text}"`, 'unlimited, or two numbers of requests a second such as 5,25');
  }
  return rates;
}

export const credentialRevoke: Command = {
  name: 'credential revoke',
  summary: 'Revoke an API credential at once; prints {"username","revoked"}.',
  positionals: ['USERNAME'],
  async run({ args, database }) {
    const { db } = await database();
    const username = args.positionals[0]!;
    if (!(await revokeCredential(db, username))) {
      throw new AppError('not_found', `There is no credential ${username} in force.`);
    }
    return { username, revoked: true };
  },
};
