import { type CallVisibility, selectAccounts } from '../db/accounts.js';
import { invalid } from '../errors.js';
import { type AccountChange, createAccount, updateAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import type { Command } from './command.js';
import { readDayHours, readRates } from './rates.js';

/** The `--account` flag, which names the account by its id. */
export const accountFlag = { value: 'ID', help: "the account's id", required: true } as const;

/** `debrief account create`. */
export const accountCreate: Command = {
  name: 'account create',
  summary: 'Create an account; prints {"accountId"}.',
  flags: {
    name: { value: 'N', help: "the company's name", required: true },
    'time-zone': { value: 'Z', help: 'an IANA time zone (America/New_York)' },
    language: { value: 'CODE', help: 'the main language of the calls (en)' },
  },
  examples: ["account create --name 'Example Ltd' --time-zone Europe/London"],
  async run({ args, database }) {
    const { db } = await database();
    const { name, language, 'time-zone': timeZone = 'America/New_York' } = args.values;
    return { accountId: await createAccount({ db }, { name: name!, timeZone, language }) };
  },
};

/** `debrief account list`. */
export const accountList: Command = {
  name: 'account list',
  summary: 'List the accounts; prints {"accounts"}.',
  examples: ['account list'],
  async run({ database }) {
    const { db } = await database();
    return { accounts: await selectAccounts(db) };
  },
};

const VISIBILITIES: readonly CallVisibility[] = ['everyone', 'team', 'own'];

function readVisibility(text: string | undefined): CallVisibility | undefined {
  const found = VISIBILITIES.find((visibility) => visibility === text);
  if (found !== undefined || text === undefined) return found;
  throw invalid('--visibility', `is "${text}"`, VISIBILITIES.join(', '));
}

/** `debrief account set`. */
export const accountSet: Command = {
  name: 'account set',
  summary: 'Change an account; prints it. The rates are those of API v2, for credentials without rates of their own.',
  flags: {
    account: accountFlag,
    name: { value: 'N', help: "the company's name" },
    'time-zone': { value: 'Z', help: 'an IANA time zone, in which times without a zone are read from now on' },
    language: {
      value: 'CODE',
      help: 'the main language of the calls; with en, searches find the English forms of a word (en)',
    },
    visibility: {
      value: VISIBILITIES.join('|'),
      help: 'whose calls people see; with team, managers see those of their teams (team)',
    },
    rate: { value: 'DAY,NIGHT', help: 'requests per second, by day and by night (5,25)' },
    'rate-hours': { value: 'START-END', help: 'when the day begins and ends (06:00-21:00)' },
    'rate-zone': { value: 'Z', help: 'the time zone of --rate-hours (America/New_York)' },
  },
  examples: [
    'account set --account ID --name "Example plc" --time-zone Europe/London',
    'account set --account ID --rate 10,50 --rate-hours 08:00-18:00 --rate-zone Europe/London',
  ],
  async run({ args, database }) {
    const { account, rate, 'rate-hours': hours, ...values } = args.values;
    const change: AccountChange = {
      name: values.name,
      timeZone: values['time-zone'],
      language: values.language,
      callVisibility: readVisibility(values.visibility),
      rate: {
        ...(rate !== undefined && readRates(rate)),
        hours: hours === undefined ? undefined : readDayHours(hours),
        timeZone: values['rate-zone'],
      },
    };
    if (Object.keys(args.values).every((flag) => flag === 'account')) {
      throw invalid(
        'account set',
        'has nothing to change',
        '--name, --time-zone, --language, --visibility, --rate, --rate-hours, --rate-zone',
      );
    }
    const { db } = await database();
    return updateAccount({ db }, commandActor({ accountId: account! }), change);
  },
};
