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
  expect(first.stderr).toContain('line 3: value "x" is not a valid number; it takes a number such as 18.56');
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

test("a spreadsheet's file, by the account's zone and the order that --dates says", async () => {
  const account = await makeAccount(service, 'Asia/Kolkata');
  const client = await account.client();
  await account.addUser('ada@example.com');
  const kpi = { description: 'Dials', frequency: 'DAILY', target: 50 };
  const kpiId = (await client.send('POST', '/api/v1/kpis', kpi)).json().id;
  const path = join(folder, 'july.csv');
  const line = (at: string, value: string) => `${at};ada@example.com;ada@example.com;${kpiId};${value};;`;
  const header = 'observedAt;observerEmail;observedEmail;kpiId;value;;';
  await writeFile(
    path,
    ['\uFEFF', header, line('3/8/2026 10:00', '1,5'), ';;;;;;', ''].join('\r\n').replace('\r\n', ''),
  );
  const command = ['import', 'observations', path, '--account', account.accountId];
  const refused = await runCommand(command);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('line 2: observedAt "3/8/2026 10:00" is 2026-03-08 by MDY or 2026-08-03 by DMY; it');
  const wrong = await runCommand([...command, '--dates', 'YMD']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--dates is "YMD"')]);
  const done = await runCommand([...command, '--dates', 'DMY']);
  expect([done.code, JSON.parse(done.stdout)]).toMatchObject([0, { accepted: 1, created: 1 }]);
  const [entry] = (await client.get('/api/ev/2/kpis?since=2020-01-01T00:00Z')).json();
  expect(entry).toMatchObject({ observedAt: '2026-08-03T04:30:00Z', value: 1.5 });
});
