import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand, startCommand } from '../support/command.js';

// What is typed after `debrief`, where, and what it says when that is not what was meant.

async function said(...words: string[]) {
  const { code, stdout, stderr } = await runCommand(words, {});
  return { code, stdout, stderr };
}

test('--version', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await said('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('help COMMAND is COMMAND --help, for a command and for its first word; of none it says so', async () => {
  const [manual, group, unknown, near] = await Promise.all([
    said('help', 'user', 'invite'),
    said('help', 'user'),
    said('help', 'nonsense'),
    said('user', 'nonsense'),
  ]);
  expect(manual).toMatchObject({ code: 0, stdout: expect.stringMatching(/^debrief user invite USER --account ID\n/) });
  expect([group.code, group.stdout]).toEqual([0, expect.stringContaining('debrief user deactivate')]);
  expect(group.stdout).not.toContain('debrief account');
  expect([unknown.code, unknown.stdout]).toEqual([2, '']);
  expect(unknown.stderr).toContain('There is no command "nonsense"');
  expect(near.code).toBe(2);
  expect(near.stderr).toMatch(/^There is no command "user nonsense"[\s\S]*debrief user deactivate/);
  expect(near.stderr).not.toContain('debrief account');
});

test.each([
  [['serve', '--port', '1'], '--port is the setting PORT, which comes from the environment: PORT=1 debrief serve\n'],
  [['account', 'list', '--data-dir=/srv/x'], 'DATA_DIR=/srv/x debrief account list\n'],
  [['serve', '--database-url', 'postgres://u:secret@h/d'], 'DATABASE_URL=… debrief serve\n'],
  [['demo', '--log-level'], 'LOG_LEVEL=… debrief demo\n'],
  [['account', 'list', '--nam', 'x'], "Unknown option '--nam'\n\nUsage: debrief account list\n"],
  [['serve', '8080'], 'serve takes no words here, but got "8080".\n\nUsage: debrief serve\n'],
  [['import', 'calls', '--account', 'x'], 'import calls takes FILE.jsonl[.gz] here, but got none.'],
])('debrief %j', async (words, line) => {
  const { code, stderr, stdout } = await said(...words);
  expect(stderr).toContain(line);
  expect(stderr).not.toMatch(/secret|positional argument/);
  expect([code, stdout]).toEqual([2, '']);
});

let elsewhere: string;
beforeAll(() => {
  elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'debrief-elsewhere-')));
});
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

test('in a folder that is not the installation’s, a command makes no other one there', async () => {
  const command = startCommand(['account', 'create', '--name', 'x'], {}, undefined, elsewhere);
  const { code, stdout, stderr } = await command.ended;
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    `There is no installation in DATA_DIR, which is ${join(elsewhere, 'data')}: run this in the folder of the installation, or set DATA_DIR or DATABASE_URL to it. \`debrief serve\` or \`debrief migrate\` creates a new one.\n`,
  );
  expect(readdirSync(elsewhere)).toEqual([]);
});

test('what is wrong with DATA_DIR names it, and the path', async () => {
  const file = resolve('package.json');
  const { code, stderr } = await runCommand(['migrate'], { DATA_DIR: 'package.json' });
  expect(code).toBe(1);
  expect(stderr).toContain('DATA_DIR');
  expect(stderr).toContain(file);
  expect(stderr).not.toContain('    at ');
});
