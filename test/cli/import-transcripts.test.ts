// `debrief import transcripts` as a process of its own, on a real database.

import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atRest } from '../support/analysed.js';
import { runCommand } from '../support/command.js';
import { makeAccount, startService, type TestClient, type TestService } from '../support/service.js';

let service: TestService;
let dir: string;
let client: TestClient;

beforeAll(async () => {
  service = await startService();
  dir = await mkdtemp(join(tmpdir(), 'debrief-transcripts-'));
  client = await (await makeAccount(service)).client();
});
afterAll(async () => {
  await service.close();
  await rm(dir, { recursive: true, force: true });
});

const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await runCommand(['import', 'transcripts', ...args, '--account', client.accountId]);
  return { code, summary: stdout === '' ? null : JSON.parse(stdout), stderr };
};

test('files find their calls by name, and again change nothing', async () => {
  const call = { callTime: '2026-03-01T14:30:00Z', direction: 'INBOUND' };
  const ids: string[] = [];
  for (const externalId of ['first', 'second.1']) {
    ids.push((await client.send('POST', '/api/v1/calls', { ...call, externalId })).json().id);
  }
  const file = async (sample: string, name: string) => {
    await copyFile(`test/transcripts/samples/${sample}`, join(dir, name));
    return join(dir, name);
  };
  const [first, second, stranger] = [
    await file('zoom.vtt', 'first.vtt'),
    await file('deepgram.json', 'second.1.json'),
    await file('plain.srt', 'third.srt'),
  ];
  const broken = join(dir, 'first.txt');
  await writeFile(broken, 'no transcript');
  const all = [first, second, stranger, broken, join(dir, 'none.vtt')] as const;
  const { code, summary, stderr } = await run(...all);
  expect(summary).toEqual({
    files: 5,
    changed: 2,
    unchanged: 0,
    refused: [
      { file: stranger, reason: 'no call has the externalId "third".' },
      { file: broken, reason: expect.stringContaining('it has text that begins with "no transcript"') },
      { file: all[4], reason: 'no call has the externalId "none".' },
    ],
  });
  expect(code).toBe(1);
  expect(stderr).toContain(`${stranger}: no call has the externalId "third".`);
  await atRest(service, client.accountId);
  for (const id of ids) expect((await client.get(`/api/v1/calls/${id}`)).json().state).toBe('COMPLETE');

  const again = await run(first, second);
  expect([again.code, again.summary]).toEqual([0, { files: 2, changed: 0, unchanged: 2, refused: [] }]);

  const renamed = await file('teams.vtt', `GMT2026_${ids[0]}.transcript.vtt`);
  const byId = await run(renamed, first, '--pattern', 'GMT*_{callId}.transcript.vtt');
  expect(byId.summary).toMatchObject({
    changed: 1,
    refused: [{ file: first, reason: expect.stringContaining('does not fit the pattern') }],
  });
});

test.each([
  ['{externalId}{callId}', 'is "{externalId}{callId}"'],
  ['call.vtt', 'is "call.vtt"'],
  ['{extId}.vtt', 'has {extId}'],
])('the pattern %s is refused', async (pattern, problem) => {
  const { code, stderr } = await run('a.vtt', '--pattern', pattern);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(`--pattern ${problem}; it takes a file name with {externalId}`),
  ]);
});
