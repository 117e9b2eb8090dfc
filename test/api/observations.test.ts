import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#debrief/services/actor.js';
import { importObservations } from '#debrief/services/coaching/observation-import.js';
import { accountAtRest, snapshotAccount } from '../support/account-snapshot.js';
import { type Coached, makeCoached } from '../support/coached.js';
import { startService, type TestService } from '../support/service.js';

// KPIs, their observations, and files of them.

let service: TestService;
let coached: Coached;
let kpiId: number;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());
beforeEach(async () => {
  coached = await makeCoached(service);
  kpiId = (await coached.make('kpis', { description: 'Dials', frequency: 'DAILY', target: 50 })).id;
});

const send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  coached.client.send(method, `/api/v1/${path}`, body, headers);

const importFile = async (body: string | Uint8Array, headers: Record<string, string> = {}) =>
  send('POST', 'observations/import', body, { 'content-type': 'text/csv', ...headers });

const AT = '2026-03-02T15:00:00Z';
const given = (more: object = {}) => ({
  observedAt: AT,
  observerId: coached.coachId,
  observedId: coached.repId,
  kpiId,
  value: 18.56,
  ...more,
});

async function observations(query = '') {
  return (await send('GET', `observations?limit=1000${query}`)).json().items;
}

/** Runs this and expects every row of the account to be as it was. */
async function unchanged(run: () => Promise<unknown>): Promise<void> {
  await accountAtRest(service, coached.account.accountId);
  const before = await snapshotAccount(service, coached.account.accountId);
  await run();
  expect(await snapshotAccount(service, coached.account.accountId)).toEqual(before);
}

describe('one by one', () => {
  test('are made, listed by time, changed and deleted', async () => {
    const other = await coached.account.addUser('other@example.com');
    const second = await coached.make('kpis', { description: 'Talks', frequency: 'WEEKLY', target: 5 });
    const late = await coached.make('observations', given({ observedAt: '2026-03-04T15:00:00.5Z', value: -0.001 }));
    const early = await coached.make('observations', given({ kpiId: second.id, observedId: other }));
    expect(await observations()).toEqual([early, late]);
    expect(await observations(`&kpiId=${kpiId}`)).toEqual([late]);
    expect(await observations(`&observedId=${other}`)).toEqual([early]);
    expect(await observations('&kpiId=999')).toEqual([]);
    const { next } = (await send('GET', 'observations?limit=1')).json();
    expect(await observations(`&cursor=${next}`)).toEqual([late]);
    const before = await coached.entry('kpis', late.id);
    expect((await send('PATCH', `observations/${late.id}`, { value: 3 })).json()).toEqual({ ...late, value: 3 });
    const after = await coached.entry('kpis', late.id);
    expect(after).toMatchObject({ value: 3, kpiId });
    expect(after.modified > before.modified).toBe(true);
    await send('PATCH', `observations/${late.id}`, { value: 3 });
    expect(await coached.entry('kpis', late.id)).toEqual(after);
    expect((await send('DELETE', `observations/${early.id}`)).status).toBe(204);
    expect(await coached.entry('kpis', early.id)).toBeUndefined();
    expect((await send('DELETE', `kpis/${second.id}`)).status).toBe(204);
    expect((await coached.client.get(`/api/ev/2/kpi/${second.id}`)).status).toBe(404);
  });

  test('what is refused changes nothing', async () => {
    const { id } = await coached.make('observations', given());
    const another = await coached.make('observations', given({ observedAt: '2026-03-03T15:00Z' }));
    const cases: [method: string, path: string, body: object | undefined, status: number, parameter: string | null][] =
      [
        ['POST', 'observations', given(), 409, 'observedAt'],
        ['POST', 'observations', given({ id, observedAt: '2026-03-05T15:00Z' }), 409, 'id'],
        ['POST', 'observations', given({ kpiId: 999 }), 400, 'kpiId'],
        ['POST', 'observations', given({ observerId: 'none' }), 400, 'observerId'],
        ['POST', 'observations', given({ observedId: 'none' }), 400, 'observedId'],
        ['POST', 'observations', { ...given(), observerId: undefined }, 400, 'observerId'],
        ['PATCH', `observations/${another.id}`, { observedAt: AT }, 409, 'observedAt'],
        ['PATCH', `observations/${id}`, { kpiId: 999 }, 400, 'kpiId'],
        ['PATCH', `observations/${id}`, { observedId: 'none' }, 400, 'observedId'],
        ['DELETE', `kpis/${kpiId}`, undefined, 409, null],
        ['POST', 'kpis', { id: kpiId, description: 'A', frequency: 'DAILY', target: 1 }, 409, 'id'],
      ];
    await unchanged(async () => {
      for (const [method, path, body, status, parameter] of cases) {
        const answer = await send(method, path, body);
        expect([answer.status, answer.json().parameter ?? null], `${path}: ${answer.text}`).toEqual([
          status,
          parameter,
        ]);
      }
    });
  });
});

describe('as CSV', () => {
  const HEADER = 'observedAt,observerEmail,observedId,kpiId,value';
  const line = (at: string, value: string, who = coached.repId) => `${at},coach@example.com,${who},${kpiId},${value}`;

  test('good lines go in, and bad ones are told with line, column and what is allowed', async () => {
    const nasty = [
      `\uFEFF"observedAt", observerEmail ,observedId,"kpiId",value`,
      line('2026-03-01T10:00:00Z', '18.56'),
      '',
      // A quoted field with a line end in it is one line that takes two.
      `"2026-03-02T10:00:00-05:00","COACH@example.com","${coached.repId}","${kpiId}"," -2e1 "`,
      line('2026-03-03T10:00Z', '"1,5"'),
      line('yesterday', '1'),
      line('2026-03-04T10:00Z', '1', 'a"b'),
      line('2026-03-05T10:00Z', '1', '"a\r\nb"'),
      line('2026-03-06T10:00Z', '1', '"none"x'),
      line('2026-03-07T10:00Z', ''),
      line('2026-03-08T10:00Z', '1').replace('coach@', 'nobody@'),
      line('2026-03-09T10:00Z', '1').replace(`,${kpiId},`, ',999,'),
      line('2026-03-10T10:00Z', '1').replace(`,${kpiId},`, ',1.0,'),
      '2026-03-11T10:00Z,coach@example.com',
      line('2026-03-12T10:00Z', '1e400'),
      line('2026-03-13T10:00Z', '=1+1'),
      line('2026-03-14T10:00Z', '1', ''),
      // A trailing empty column is none.
      `${line('2026-03-15T10:00Z', '1')},`,
      `${line('2026-03-15T11:00Z', '1')},note`,
      line('2026-03-16T10:00Z', '0x10', "'; drop table kpis; --"),
      line('2026-03-17T10:00Z', '1', '\0'),
      // The same as the first, corrected: the later counts.
      line('2026-03-01T10:00:00Z', '19'),
      `"never closed,${line('2026-03-18T10:00Z', '1')}`,
      line('2026-03-19T10:00Z', '1'),
    ].join('\r\n');
    const answer = await importFile(nasty);
    expect(answer.status, answer.text).toBe(200);
    const { refused, ...summary } = answer.json();
    expect(summary).toEqual({ accepted: 4, created: 3, changed: 0, unchanged: 1, refusedLines: 17 });
    expect(refused.map(({ line, column }: { line: number; column: string | null }) => [line, column])).toEqual([
      [5, 'value'],
      [6, 'observedAt'],
      [7, null],
      [8, 'observedId'],
      [10, null],
      [11, 'value'],
      [12, 'observerEmail'],
      [13, 'kpiId'],
      [14, 'kpiId'],
      [15, null],
      [16, 'value'],
      [17, 'value'],
      [18, 'observedId'],
      [20, null],
      [21, 'value'],
      [22, 'observedId'],
      [24, null],
    ]);
    for (const each of refused) expect([each.problem, each.allowed].every((text) => text.length > 3)).toBe(true);
    expect(refused[0]).toEqual({
      line: 5,
      column: 'value',
      problem: '"1,5" is not a valid number',
      allowed: 'a number such as 18.56, from -1000000000000 to 1000000000000',
    });
    const stored = (await observations()).map(({ observedAt, value }: { observedAt: string; value: number }) => [
      observedAt,
      value,
    ]);
    expect(stored).toEqual([
      ['2026-03-01T10:00:00Z', 19],
      ['2026-03-02T15:00:00Z', -20],
      ['2026-03-15T10:00:00Z', 1],
    ]);
  });

  test('the same file again changes nothing, and a corrected one only what was corrected', async () => {
    const file = (value: string) =>
      [HEADER, line('2026-03-01T10:00Z', '1'), line('2026-03-02T10:00Z', value)].join('\n');
    const first = (await importFile(file('2'))).json();
    expect(first).toEqual({ accepted: 2, created: 2, changed: 0, unchanged: 0, refusedLines: 0, refused: [] });
    const before = await observations();
    await unchanged(async () => {
      const again = (await importFile(file('2.0'))).json();
      expect(again).toMatchObject({ accepted: 2, created: 0, changed: 0, unchanged: 2 });
    });
    expect((await importFile(file('3'))).json()).toMatchObject({ accepted: 2, created: 0, changed: 1, unchanged: 1 });
    expect(await observations()).toEqual([before[0], { ...before[1], value: 3 }]);
    const audit = (await send('GET', `audit?kind=observations&id=${before[1].id}`)).json().items;
    expect(audit.map(({ action }: { action: string }) => action)).toEqual(['update', 'create']);
  });

  test('two at once bring every line once', async () => {
    const lines = Array.from({ length: 300 }, (_, i) =>
      line(new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString(), `${i}`),
    );
    const files = [lines, lines.toReversed()].map((each) => [HEADER, ...each].join('\n'));
    const answers = await Promise.all(files.map((file) => importFile(file)));
    expect(answers.map((answer) => answer.json().accepted)).toEqual([300, 300]);
    expect(answers.reduce((sum, answer) => sum + answer.json().created, 0)).toBe(300);
    expect(await observations()).toHaveLength(300);
  });

  test('more lines than one transaction stamps', async () => {
    const lines = Array.from({ length: 2_100 }, (_, i) =>
      line(new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString(), `${i}`),
    );
    lines[1_500] = 'bad';
    const answer = (await importFile([HEADER, ...lines].join('\n'))).json();
    expect(answer).toMatchObject({ accepted: 2_099, created: 2_099, refusedLines: 1, refused: [{ line: 1_502 }] });
    const stamps = await service.pool.query(
      'select count(*), count(distinct stamp) as stamps from kpi_observations where account_id = $1',
      [coached.account.accountId],
    );
    expect(stamps.rows).toEqual([{ count: 2_099, stamps: 2_099 }]);
  });

  test('what is wrong with the whole file', async () => {
    const refusals: [file: string | Uint8Array, status: number, detail: string, parameter?: string][] = [
      ['', 400, 'empty'],
      ['\r\n\r\n', 400, 'empty'],
      [',,,,\r\n , ,\r\n', 400, 'empty'],
      ['observedAt,observedId;kpiId;value\n', 400, 'is an unknown column', 'observedAt,observedId'],
      [`${HEADER.replaceAll(',', '\t')}\n`, 400, 'separated by tabs; it takes'],
      [`${HEADER.replaceAll(',', '|')}\n`, 400, 'separated by bars'],
      [`${HEADER},note\n`, 400, 'is an unknown column', 'note'],
      [`,${HEADER}\n`, 400, 'is an unknown column', 'column 1'],
      [`${HEADER},value\n`, 400, 'each column once', 'value'],
      [`${HEADER},observerId\n`, 400, 'one of the two', 'observerEmail'],
      ['observerId,observedId,kpiId,value\n', 400, 'is missing', 'observedAt'],
      ['observedAt,observerId,kpiId,value\n', 400, 'is missing', 'observedId'],
      ['observedAt,observedId,kpiId,value\n', 400, 'is missing', 'observerId'],
      ['"observedAt\n', 400, 'never closed'],
      [Buffer.from('observedAt,\xe9', 'latin1'), 400, 'UTF-8'],
      [Buffer.alloc(4 * 1024 * 1024 + 1, 'x'), 413, 'in parts'],
    ];
    await unchanged(async () => {
      for (const [file, status, detail, parameter] of refusals) {
        const answer = await importFile(file);
        const what = `${String(file).slice(0, 80)}: ${answer.text}`;
        expect([answer.status, answer.json().parameter], what).toEqual([status, parameter]);
        expect(answer.json().detail, what).toContain(detail);
      }
      for (const type of ['application/json', 'application/x-ndjson', 'text/plain']) {
        expect((await importFile(HEADER, { 'content-type': type })).status).toBe(415);
      }
      expect((await importFile(HEADER, { 'content-encoding': 'br' })).status).toBe(415);
      expect((await send('POST', 'kpis', HEADER, { 'content-type': 'text/csv' })).status).toBe(415);
    });
    expect((await importFile(`${HEADER}\n`, { 'content-type': 'text/csv; charset=utf-8' })).json().accepted).toBe(0);
  });

  describe('as spreadsheets leave it', () => {
    const stored = async () =>
      (await observations()).map(({ observedAt, value }: { observedAt: string; value: number }) => [observedAt, value]);
    const importWith = (dates: string, lines: readonly string[]) =>
      send('POST', `observations/import${dates}`, lines.join('\r\n'), { 'content-type': 'text/csv' });
    const refusedOf = (answer: { json(): { refused: { line: number }[] } }) =>
      answer.json().refused.map(({ line }) => line);

    test('empty rows, and empty columns at the end, are nothing; lines count as in the file', async () => {
      const answer = await importFile(
        [
          ',,,,,,',
          `${HEADER},,`,
          `${line('2026-03-01T10:00Z', '1')},,`,
          ',,,,,,',
          '"","","","","","",""',
          ' , ,\u00a0,,,,',
          `${line('2026-03-02T10:00Z', 'x')},,`,
          line('2026-03-03T10:00Z', '3'),
          ',,,,,,',
          '',
        ].join('\r\n'),
      );
      expect(answer.json()).toMatchObject({ accepted: 2, created: 2, refused: [{ line: 7, column: 'value' }] });
    });

    test('semicolons, and then a decimal comma', async () => {
      const rows = [
        HEADER,
        line('1.3.2026 10:00', '1,5'),
        line('2.3.2026 10:00', '2.5'),
        line('3.3.2026 10:00', '"-0,25"'),
        line('4.3.2026 10:00', '1.234,5'),
        line('5.3.2026 10:00', '1,234,5'),
      ];
      const semicolons = rows.map((row) =>
        row.split(',').reduce((all, part, at) => `${all}${at < 5 ? ';' : ','}${part}`),
      );
      for (const file of [
        ['\uFEFF', semicolons.join('\r\n'), '\r\n;;;;\r\n'],
        ['sep=;\r\n', semicolons.join('\r\n')],
        ['"sep=;"\n', semicolons.join('\n')],
      ]) {
        const answer = await importFile(file.join(''));
        expect(answer.json()).toMatchObject({ accepted: 3, refusedLines: 2 });
        const first = file[0]!.includes('sep') ? 6 : 5;
        expect(refusedOf(answer)).toEqual([first, first + 1]);
        expect(answer.json().refused[0].allowed).toContain('a number such as 18.56 or 18,56');
      }
      // 10:00 in New York, where the clocks are five hours behind.
      expect(await stored()).toEqual([
        ['2026-03-01T15:00:00Z', 1.5],
        ['2026-03-02T15:00:00Z', 2.5],
        ['2026-03-03T15:00:00Z', -0.25],
      ]);
      const commas = await importFile([HEADER, line('2026-03-09T10:00Z', '"1,5"')].join('\n'));
      expect(commas.json()).toMatchObject({ accepted: 0, refused: [{ line: 2, column: 'value' }] });
    });

    test("dates are the account's zone's where they have no offset", async () => {
      const cases: [written: string, instant: string][] = [
        ['2026-01-15', '2026-01-15T05:00:00Z'],
        ['16.1.2026', '2026-01-16T05:00:00Z'],
        ['2026-01-17 09:30', '2026-01-17T14:30:00Z'],
        ['2026-01-18T09:30:15.5', '2026-01-18T14:30:15.500Z'],
        ['19.01.2026 09:30', '2026-01-19T14:30:00Z'],
        ['2026-01-20T09:30Z', '2026-01-20T09:30:00Z'],
        ['2026-01-21 09:30 +0100', '2026-01-21T08:30:00Z'],
        // Skipped by the clocks: as much later. Shown twice: the earlier.
        ['2026-03-08 02:30', '2026-03-08T07:30:00Z'],
        ['2026-07-01', '2026-07-01T04:00:00Z'],
        ['2026-11-01 01:30', '2026-11-01T05:30:00Z'],
      ];
      const answer = await importFile([HEADER, ...cases.map(([written]) => line(written, '1'))].join('\n'));
      expect(answer.json()).toMatchObject({ accepted: cases.length, refused: [] });
      expect(await stored()).toEqual(cases.map(([, instant]) => [instant, 1]));
      const again = await importFile([HEADER, ...cases.map(([, instant]) => line(instant, '1'))].join('\n'));
      expect(again.json()).toMatchObject({ unchanged: cases.length });
    });

    test('dates with slashes by the order that the import names, and never guessed', async () => {
      const rows = [HEADER, line('3/8/2026', '1'), line('13/8/2026 9:30', '2'), line('8/13/2026 2:05 PM', '3')];
      await unchanged(async () => {
        const answer = await importWith('', [...rows, line('40/40/2026', '4'), line('3/8/26', '5')]);
        const { accepted, refused } = answer.json();
        expect([accepted, refused.map(({ problem }: { problem: string }) => problem)]).toEqual([
          0,
          [
            '"3/8/2026" is 2026-03-08 by MDY or 2026-08-03 by DMY',
            '"13/8/2026 9:30" is 2026-08-13 by DMY alone',
            '"8/13/2026 2:05 PM" is 2026-08-13 by MDY alone',
            '"40/40/2026" is not a valid time',
            '"3/8/26" is not a valid time',
          ],
        ]);
        expect(refused[0].allowed).toMatch(/^dates=MDY or dates=DMY with the import .*, or a date such as 2026-03-01/);
        expect(refused[3].allowed).toContain('a time such as 2026-03-01T14:30:00Z');
      });
      const months = await importWith('?dates=MDY', rows);
      expect(months.json()).toMatchObject({ accepted: 2, refused: [{ line: 3, column: 'observedAt' }] });
      expect(await stored()).toEqual([
        ['2026-03-08T05:00:00Z', 1],
        ['2026-08-13T18:05:00Z', 3],
      ]);
      const days = await importWith('?dates=DMY', rows);
      expect(days.json()).toMatchObject({ accepted: 2, refused: [{ line: 4, column: 'observedAt' }] });
      for (const dates of ['?dates=YMD', '?dates=mdy', '?dates=']) {
        const answer = await importWith(dates, rows);
        expect([answer.status, answer.json().parameter]).toEqual([400, 'dates']);
        expect(answer.json().detail).toContain('MDY or DMY');
      }
    });
  });

  test('a manager sends what they observed themselves, of the people of their teams', async () => {
    const manager = await coached.account.addUser('manager@example.com', { role: 'manager' });
    await send('PATCH', `teams/${coached.teamId}`, { managerId: manager });
    const actor: Actor = coached.person(manager, 'manager', [coached.teamId]);
    const run = (file: string) => importObservations({ db: service.db }, actor, Buffer.from(file));
    const mine = (column: string, ...lines: string[]) => [`observedAt,kpiId,value,${column}`, ...lines].join('\n');
    const answer = await run(
      mine('observedEmail', `${AT},${kpiId},1,REP@example.com`, `${AT},${kpiId},1,coach@example.com`),
    );
    expect(answer).toMatchObject({ accepted: 1, created: 1 });
    expect(answer.refused).toMatchObject([{ line: 3, column: 'observedEmail' }]);
    expect(await observations()).toMatchObject([{ observerId: manager, observedId: coached.repId }]);
    const others = await run(
      mine(
        'observedId,observerId',
        `${AT},${kpiId},1,${coached.repId},${coached.coachId}`,
        `${AT},${kpiId},2,${coached.repId},${manager}`,
      ),
    );
    expect(others).toMatchObject({ accepted: 1, changed: 1, refused: [{ line: 2, column: 'observerId' }] });
  });
});
