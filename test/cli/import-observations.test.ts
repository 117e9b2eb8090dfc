import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../support/command.js';
import { makeAccount, startService, type TestService } from '../support/service.js';

let service: TestService;
let folder: string;

beforeAll(async () => {
  service = await startService();
  folder = await mkdtemp(join(tmpdir(), 'debrief-observations-'));
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

test('a file of KPI observations goes in, and its bad lines are told', async () => {
  const account = await makeAccount(service);
  const client = await account.client();
  await account.addUser('ada@example.com');
  const kpi = { description: 'Dials', frequency: 'DAILY', target: 50 };
  const kpiId = (await client.send('POST', '/api/v1/kpis', kpi)).json().id;
  const path = join(folder, 'june.csv');
  const line = (day: number, value: string) =>
    `2026-06-0${day}T10:00Z,ada@example.com,ada@example.com,${kpiId},${value}`;
  await writeFile(path, ['observedAt,observerEmail,observedEmail,kpiId,value', line(1, '4'), line(2, 'x')].join('\n'));
  const command = ['import', 'observations', path, '--account', account.accountId];
  const first = await runCommand(command);
  expect([first.code, JSON.parse(first.stdout)]).toMatchObject([1, { accepted: 1, created: 1, refusedLines: 1 }]);
  expect(first.stderr).toContain('line 3: value "x" is no such number; it takes a number such as 18.56');
  await writeFile(path, ['observedAt,observerEmail,observedEmail,kpiId,value', line(1, '4'), line(2, '5')].join('\n'));
  const corrected = await runCommand(command);
  expect([corrected.code, corrected.stderr]).toEqual([0, '']);
  expect(JSON.parse(corrected.stdout)).toMatchObject({ accepted: 2, created: 1, unchanged: 1 });
  const entries = (await client.get('/api/ev/2/kpis?since=2020-01-01T00:00Z')).json();
  expect(entries.map(({ value }: { value: number }) => value)).toEqual([4, 5]);
  const missing = await runCommand([
    'import',
    'observations',
    join(folder, 'none.csv'),
    '--account',
    account.accountId,
  ]);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('cannot be read')]);
});
