import { expect, test } from 'vitest';
import { runCommand } from '../support/command.js';

async function textOf(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(words);
  expect([code, stderr], words.join(' ')).toEqual([0, '']);
  return stdout;
}

const ok = async (...words: string[]) => JSON.parse(await textOf(...words));

async function refused(code: 1 | 2, line: string, ...words: string[]) {
  const result = await runCommand(words);
  expect(result.stderr).toContain(line);
  expect([result.code, result.stdout], words.join(' ')).toEqual([code, '']);
}

test('accounts are listed and changed', async () => {
  const { accountId } = await ok('account', 'create', '--name', 'Before', '--language', 'fr');
  const shown = {
    accountId,
    name: 'Before',
    timeZone: 'America/New_York',
    language: 'fr',
    callVisibility: 'team',
    rate: { day: 5, night: 25, hours: '06:00-21:00', timeZone: 'America/New_York' },
    createdAt: expect.stringMatching(/^20.*Z$/),
  };
  expect((await ok('account', 'list')).accounts).toContainEqual(expect.objectContaining(shown));
  const set = ['account', 'set', '--account', accountId];
  expect(await ok(...set, '--name', 'After')).toMatchObject({ ...shown, name: 'After' });
  expect(await ok(...set, '--time-zone', 'Asia/Kolkata')).toMatchObject({ name: 'After', timeZone: 'Asia/Kolkata' });
  expect(await ok(...set, '--language', 'en')).toMatchObject({ name: 'After', language: 'en' });
  await refused(2, 'language "English" is not a language code', ...set, '--language', 'English');
  await refused(2, 'time zone "Mars/Olympus" is not known', ...set, '--time-zone', 'Mars/Olympus');
  const rate = { day: 2.5, night: 50, hours: '22:30-04:05', timeZone: 'Asia/Tokyo' };
  const rated = ['--rate', '2.5,50', '--rate-hours', '22:30-04:05', '--rate-zone', 'Asia/Tokyo'];
  expect(await ok(...set, ...rated)).toMatchObject({ name: 'After', rate });
  await refused(2, '--rate is "fast"; it takes two numbers', ...set, '--name', 'Never', '--rate', 'fast');
  await refused(2, '--rate-hours is "6"; it takes when day begins', ...set, '--rate-hours', '6');
  await refused(2, 'day end is "9pm"', ...set, '--name', 'Never', '--rate-hours', '06:00-9pm');
  expect(await ok(...set, '--rate', '5,25')).toMatchObject({ name: 'After', rate: { ...rate, day: 5, night: 25 } });
  await refused(2, 'has nothing to change', ...set);
  await refused(1, 'There is no account x', 'account', 'set', '--account', 'x', '--name', 'y');
});

test('credentials are listed without passwords', async () => {
  const { accountId } = await ok('account', 'create', '--name', 'Credentials');
  const create = ['credential', 'create', '--account', accountId, '--scopes'];
  const one = await ok(...create, 'read');
  const two = await ok(...create, 'write,delete', '--rate', '5,25');
  const three = await ok(...create, 'admin', '--rate', 'unlimited');
  await ok('credential', 'revoke', one.username);
  const listed = await ok('credential', 'list', '--account', accountId);
  const createdAt = expect.stringMatching(/^20.*Z$/);
  expect(listed.credentials).toEqual([
    { username: one.username, scopes: ['read'], rate: 'account', createdAt, revokedAt: createdAt },
    {
      username: two.username,
      scopes: ['write', 'delete'],
      rate: { day: 5, night: 25 },
      createdAt,
      revokedAt: null,
    },
    { username: three.username, scopes: ['admin'], rate: 'unlimited', createdAt, revokedAt: null },
  ]);
  await refused(1, 'There is no account x', 'credential', 'list', '--account', 'x');
  const set = ['credential', 'set', two.username, '--rate'];
  expect(await ok(...set, 'unlimited')).toEqual({ ...listed.credentials[1], rate: 'unlimited' });
  expect(await ok(...set, '0.5,1000')).toMatchObject({ rate: { day: 0.5, night: 1000 } });
  await refused(2, 'night rate is 1001', ...set, '5,1001');
  await refused(2, '--rate is "none"; it takes unlimited, account, or two numbers', ...set, 'none');
  expect(await ok(...set, 'account')).toMatchObject({ rate: 'account' });
  await refused(
    1,
    `There is no credential ${one.username} in force`,
    'credential',
    'set',
    one.username,
    '--rate',
    '1,1',
  );
});

test('users are listed, changed, deactivated and brought back', async () => {
  const { accountId } = await ok('account', 'create', '--name', 'Users');
  const account = ['--account', accountId];
  const names = ['--first-name', 'Ann', '--last-name', 'Lee'];
  const { userId } = await ok('user', 'create', ...account, '--email', 'ann@example.com', ...names);
  const ann = {
    id: userId,
    email: 'ann@example.com',
    firstName: 'Ann',
    lastName: 'Lee',
    role: 'rep',
    active: true,
    teamId: null,
    departmentId: null,
    systemIds: [],
    mergedInto: null,
  };
  expect(await ok('user', 'list', ...account)).toEqual({ users: [ann] });
  const set = ['user', 'set', userId, ...account];
  const changed = { ...ann, email: 'lee@example.com', role: 'manager', systemIds: ['crm-1', 'crm-2'] };
  const change = ['--email', 'lee@example.com', '--role', 'manager', '--system-ids', 'crm-1,crm-2'];
  expect(await ok(...set, ...change)).toEqual(changed);
  expect(await ok('user', 'deactivate', userId, ...account)).toEqual({ ...changed, active: false });
  expect(await ok('user', 'list', ...account)).toEqual({ users: [{ ...changed, active: false }] });
  expect(await ok(...set, '--active', 'true', '--system-ids', '')).toEqual({ ...changed, systemIds: [] });
  await refused(2, '--active is "maybe"', ...set, '--active', 'maybe');
  await refused(2, 'has nothing to change', ...set);
  await refused(1, 'There is no such user', 'user', 'deactivate', 'x', ...account);
  const twin = 'twin@example.com';
  const twins: string[] = [];
  for (let n = 0; n < 2; n++) {
    const name = ['--first-name', 'Twin', '--last-name', String(n)];
    twins.push((await ok('user', 'create', ...account, '--email', twin, ...name)).userId);
    expect(await ok('user', 'deactivate', 'Twin@example.com', ...account)).toMatchObject({
      id: twins[n],
      active: false,
    });
  }
  const ids = twins.sort().join(', ');
  await refused(
    2,
    `is several users, all deactivated; it takes one of their ids: ${ids}`,
    'user',
    'set',
    twin,
    ...account,
    '--role',
    'rep',
  );
  await ok('user', 'set', twins[1]!, ...account, '--active', 'true');
  expect(await ok('user', 'set', twin, ...account, '--role', 'manager')).toMatchObject({
    id: twins[1],
    role: 'manager',
  });
  // Another account's user is nobody.
  const other = await ok('account', 'create', '--name', 'Others');
  await refused(1, 'There is no such user', 'user', 'set', userId, '--account', other.accountId, '--role', 'admin');
});

test('help is there for a command, for a group and for all', async () => {
  const all = await textOf('help');
  expect(all).toContain('Exit codes: 0 success; 1 ');
  for (const title of ['Run:', 'Maintain:', 'Accounts:', 'Users:', 'API credentials:']) expect(all).toContain(title);
  const group = await textOf('user', '--help');
  expect(group).toContain('debrief user deactivate');
  expect(group).not.toContain('debrief account');
  const one = await textOf('user', 'deactivate', '--help');
  expect(one).toMatch(/^debrief user deactivate USER --account ID\n/);
  expect(one).toContain('For example:\n  debrief user deactivate ann@example.com --account ID\n');
  expect(one).toContain('Exit codes: 0 success; 1 ');
});
