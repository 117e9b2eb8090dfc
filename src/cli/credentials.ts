import { RIGHTS, type Right } from '../contract/access.js';
import { type CredentialRate, selectCredentials } from '../db/credentials.js';
import { AppError } from '../errors.js';
import { requireAccount } from '../services/accounts/accounts.js';
import { createCredential, revokeCredential, setCredentialRate } from '../services/accounts/credentials.js';
import { accountFlag } from './accounts.js';
import type { Command } from './command.js';
import { readRates } from './rates.js';

function readRate(text: string): CredentialRate {
  if (text === 'unlimited' || text === 'account') return text;
  return readRates(text, 'unlimited, account, or ');
}

const rateFlag = {
  value: 'unlimited|account|DAY,NIGHT',
  help: "requests per second to API v2, by day and by night; account means the account's rates",
} as const;

/** `debrief credential create`. */
export const credentialCreate: Command = {
  name: 'credential create',
  summary: 'Create an API credential; prints {"username","password"}. The password is shown only once.',
  flags: {
    account: accountFlag,
    scopes: { value: RIGHTS.join(','), help: 'admin implies write implies read; delete stands alone', required: true },
    rate: { ...rateFlag, help: `${rateFlag.help} (account)` },
  },
  examples: [
    'credential create --account ID --scopes read',
    'credential create --account ID --scopes write,delete --rate 5,25',
  ],
  async run({ args, database }) {
    const { account: accountId, scopes, rate } = args.values;
    const rights = scopes!.split(',').map((scope) => scope.trim()) as Right[];
    const limits = readRate(rate ?? 'account');
    const { db } = await database();
    return createCredential({ db }, { accountId: accountId! }, { scopes: rights, rate: limits });
  },
};

/** `debrief credential list`. */
export const credentialList: Command = {
  name: 'credential list',
  summary:
    'List the API credentials of an account, revoked ones included; prints {"credentials"}. Passwords are not stored.',
  flags: { account: accountFlag },
  examples: ['credential list --account ID'],
  async run({ args, database }) {
    const { db } = await database();
    const scope = { accountId: args.values.account! };
    await requireAccount({ db }, scope.accountId);
    return { credentials: await selectCredentials(db, scope) };
  },
};

/** `debrief credential set`. */
export const credentialSet: Command = {
  name: 'credential set',
  summary: 'Change the rate of an API credential, from its next request on; prints the credential.',
  positionals: ['USERNAME'],
  flags: { rate: { ...rateFlag, required: true } },
  examples: ['credential set USERNAME --rate unlimited', 'credential set USERNAME --rate account'],
  async run({ args, database }) {
    const rate = readRate(args.values.rate!);
    const { db } = await database();
    const username = args.positionals[0]!;
    const scope = await setCredentialRate({ db }, username, rate);
    return (await selectCredentials(db, scope)).find((credential) => credential.username === username)!;
  },
};

/** `debrief credential revoke`. */
export const credentialRevoke: Command = {
  name: 'credential revoke',
  summary: 'Revoke an API credential at once; prints {"username","revoked"}.',
  positionals: ['USERNAME'],
  examples: ['credential revoke USERNAME'],
  async run({ args, database }) {
    const { db } = await database();
    const username = args.positionals[0]!;
    if (!(await revokeCredential({ db }, username))) {
      throw new AppError('not_found', `There is no credential ${username} in force.`);
    }
    return { username, revoked: true };
  },
};
