import { invalid } from '../errors.js';
import { requireAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import { namedUserId } from '../services/people/named-users.js';
import { accountFlag } from './accounts.js';

import type { Command } from './command.js';

/** Loaded on demand: its schemas take longer to load than most commands take to run. */
const users = () => import('../services/people/users.js');

const role = { value: 'admin|manager|rep', help: 'what the user may do' };

/** `debrief user create`. */
export const userCreate: Command = {
  name: 'user create',
  summary: 'Create a user; prints {"userId"}.',
  flags: {
    account: accountFlag,
    email: { value: 'E', help: "the user's e-mail address", required: true },
    'first-name': { value: 'F', help: "the user's first name", required: true },
    'last-name': { value: 'L', help: "the user's last name", required: true },
    role: { ...role, help: `${role.help} (rep)` },
  },
  examples: ['user create --account ID --email ann@example.com --first-name Ann --last-name Lee --role manager'],
  async run({ args, database }) {
    const { db } = await database();
    const { account: accountId, email, role, 'first-name': firstName, 'last-name': lastName } = args.values;
    await requireAccount({ db }, accountId!);
    const body = { email, firstName, lastName, ...(role !== undefined && { role }) };
    const { createUser } = await users();
    const user = await createUser({ db }, commandActor({ accountId: accountId! }), body);
    return { userId: user.id };
  },
};

/** `debrief user list`. */
export const userList: Command = {
  name: 'user list',
  summary: 'List the users of an account, deactivated ones included; prints {"users"}.',
  flags: { account: accountFlag },
  examples: ['user list --account ID'],
  async run({ args, database }) {
    const { db } = await database();
    const scope = { accountId: args.values.account! };
    await requireAccount({ db }, scope.accountId);
    const { listUsers } = await users();
    return { users: await listUsers({ db }, scope) };
  },
};

/** `debrief user set`. */
export const userSet: Command = {
  name: 'user set',
  summary:
    'Change a user (id or e-mail address); prints the user. Calls that show the user are updated in the background.',
  positionals: ['USER'],
  flags: {
    account: accountFlag,
    email: { value: 'E', help: "the user's e-mail address" },
    'first-name': { value: 'F', help: "the user's first name" },
    'last-name': { value: 'L', help: "the user's last name" },
    role,
    'system-ids': { value: 'A,B', help: "the user's ids in other systems; '' for none" },
    active: { value: 'true|false', help: 'false deactivates the user, true reactivates them' },
  },
  examples: [
    'user set ann@example.com --account ID --email ann.lee@example.com',
    'user set USER_ID --account ID --active true',
  ],
  async run({ args, database }) {
    const { account, email, role, active, 'first-name': firstName, 'last-name': lastName } = args.values;
    const ids = args.values['system-ids'];
    if (active !== undefined && active !== 'true' && active !== 'false') {
      throw invalid('--active', `is "${active}"`, 'true or false');
    }
    const given = {
      email,
      firstName,
      lastName,
      role,
      systemIds: ids?.split(',').filter((id) => id !== ''),
      active: active === undefined ? undefined : active === 'true',
    };
    const patch = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    if (Object.keys(patch).length === 0) throw invalid('user set', 'has nothing to change', 'one of its options');
    const { db } = await database();
    const scope = { accountId: account! };
    await requireAccount({ db }, scope.accountId);
    const { updateUser } = await users();
    return updateUser({ db }, commandActor(scope), await namedUserId({ db }, scope, args.positionals[0]!), patch);
  },
};

/** `debrief user deactivate`. */
export const userDeactivate: Command = {
  name: 'user deactivate',
  summary: 'Remove a user (id or e-mail address) from the lists; calls keep naming them. Prints the user.',
  positionals: ['USER'],
  flags: { account: accountFlag },
  examples: ['user deactivate ann@example.com --account ID'],
  async run({ args, database }) {
    const { db } = await database();
    const scope = { accountId: args.values.account! };
    await requireAccount({ db }, scope.accountId);
    const { updateUser } = await users();
    const userId = await namedUserId({ db }, scope, args.positionals[0]!);
    return updateUser({ db }, commandActor(scope), userId, { active: false });
  },
};
