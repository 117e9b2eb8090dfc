import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { runEngine } from '#debrief/adapters/speech/engine-process.js';
import { appeared, gone } from './speech-conformance.js';

const command = {
  name: 'The engine',
  program: 'sh',
  folder: '/tmp',
  environment: process.env,
  maxSeconds: 60,
  signal: new AbortController().signal,
};
/** A program that starts another and waits; both have this text in their arguments. */
const waiting = (mark: string) => ['-c', `sh -c 'sleep 600; :' ${mark} & wait`, mark];

test('it gets nothing to read, any time limit, a folder for temporary files and a low priority', async () => {
  const script = 'cat; echo "$TMPDIR"; cut -d " " -f 19 /proc/self/stat';
  const output = await runEngine({ ...command, maxSeconds: 1e8, folder: '/tmp/of its own', args: ['-c', script] });
  expect(output).toBe('/tmp/of its own\n10\n');
});

test('each line of its output comes as it is whole', async () => {
  const lines: string[] = [];
  const onLine = (line: string) => lines.push(line);
  await runEngine({ ...command, onLine, args: ['-c', 'printf "one\\ntw"; sleep 0.1; printf "o\\nrest"'] });
  expect(lines).toEqual(['one', 'two']);
});

test('one that takes too long ends, with all that it started', async () => {
  const mark = `debrief-late-${process.pid}`;
  const running = runEngine({ ...command, maxSeconds: 0.5, args: waiting(mark) });
  await expect(running).rejects.toMatchObject({
    code: 'unavailable',
    message: 'The engine took longer than 1 seconds.',
  });
  expect(await gone(mark)).toBe(true);
});

test('it ends with all that it started when its parent is killed', async () => {
  const mark = `debrief-orphan-${process.pid}`;
  const module = JSON.stringify(pathToFileURL('dist/adapters/speech/engine-process.js').href);
  const asked = JSON.stringify({ ...command, args: waiting(mark) });
  const source = `import { runEngine } from ${module};
    await runEngine({ ...${asked}, signal: new AbortController().signal, environment: process.env });`;
  // Encoded, so that the mark is not in its own arguments.
  const url = `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', `await import('${url}')`], { stdio: 'inherit' });
  await appeared(mark);
  const ended = once(parent, 'exit');
  parent.kill('SIGKILL');
  await ended;
  expect(await gone(mark)).toBe(true);
});
