import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

// Nothing follows the zone or the language of the machine: neither what the code is written with, nor what comes out.

const MACHINES = [
  { TZ: 'America/New_York', LC_ALL: 'de_DE.UTF-8' },
  { TZ: 'Asia/Kolkata', LC_ALL: 'fr_FR.UTF-8' },
  { TZ: 'Pacific/Apia', LC_ALL: 'ar_EG.UTF-8' },
];

test('the suites about times pass under other zones and languages', async () => {
  const runs = MACHINES.map(async (machine) => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.zones.config.ts', '--reporter', 'dot'];
    const child = spawn(process.execPath, args, { env: { ...process.env, ...machine, NO_COLOR: '1' } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    const [code] = await once(child, 'close');
    return { machine, code, output };
  });
  for (const { machine, code, output } of await Promise.all(runs)) {
    expect(code, `${JSON.stringify(machine)}: ${output}`).toBe(0);
    expect(output).toMatch(/Test Files +8 passed/);
  }
}, 300_000);

/** What goes by the machine's zone or language, unless it is told another. */
const BY_MACHINE: readonly [what: string, pattern: RegExp][] = [
  ['a field of a Date', /\.[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)\(/],
  ['a Date of local fields', /new Date\([^()]*(?:\([^()]*\)[^()]*)*,/],
  ['a text for people', /\.toLocale\w*\((?!'en-US')/],
  ['a text of a Date', /\.to(?:Date|Time)String\(/],
  ['an order of a language', /localeCompare|Intl\.Collator/],
  ['a language', /new Intl\.\w+\((?!'en-US')/],
  ['a zone', /Intl\.DateTimeFormat\((?!'en-US', \{\s*timeZone\b)/],
  // Of texts without an offset, the machine's zone is taken.
  ['a text that is read', /Date\.parse\(|new Date\(['"`]/],
];

/** Where one of these is, and why it may be. */
const ALLOWED: Readonly<Record<string, string>> = {
  'src/client/retry.ts: a text that is read': 'dates in headers are in GMT',
  'src/cli/summarize.ts: a text that is read': 'a day without a time is taken in UTC',
  'src/demo/coaching.ts: a text that is read': 'the demo writes its times in UTC',
  'src/retry-after.ts: a text that is read': 'dates in headers are in GMT',
  'src/templates/dates.ts: a text that is read': 'UTC is given where the text has no zone',
  'src/transcripts/vcon.ts: a text that is read': 'UTC is given where the text has no zone',
  'src/web/calls/calls-query.ts: a text for people': 'a number is in the language of its reader',
  'src/web/calls/days.ts: a language': 'a page is in the language of its reader',
  'src/web/calls/days.ts: a text that is read': 'UTC is given',
  'src/web/calls/days.ts: a zone': 'it is told which',
  'src/web/instants.ts: a language': 'a page is in the language of its reader',
  'src/web/instants.ts: a zone': 'it is told which, or gives that of the browser to an outsider',
  'src/web/library/clip-shares.tsx: a text that is read': 'the server gives it in UTC',
  'src/web/local-times.ts: a language': 'its parts are read one by one',
  'src/web/local-times.ts: a text that is read': 'UTC is given where the text has no zone',
  'src/web/local-times.ts: a zone': 'it is told which',
  'src/web/names.ts: a language': 'names are in the order of their reader',
  'src/web/names.ts: an order of a language': 'names are in the order of their reader',
  'src/web/shares/call-shares.tsx: a text that is read': 'the server gives it in UTC',
  'src/web/shell/search-results.ts: a text for people': 'what is typed is compared as its writer would',
  'src/web/upload/file-names.ts: a text that is read': 'UTC is given where the text has no zone',
  'src/web/upload/upload-row.tsx: a language': 'a number is in the language of its reader',
};

describe('the code', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => ({ name: `src/${name}`, text: readFileSync(`src/${name}`, 'utf8') }));
  const found = (text: string) => BY_MACHINE.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);

  test('uses nothing that goes by the machine', () => {
    const uses = files.flatMap(({ name, text }) => found(text).map((what) => `${name}: ${what}`));
    expect(uses.sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  test.each([
    'at.getHours()',
    'at.setDate(1)',
    'new Date(year, month - 1)',
    'new Date(Number(year), month)',
    'at.toLocaleString()',
    "at.toLocaleDateString('de-DE')",
    'at.toDateString()',
    'a.localeCompare(b)',
    'new Intl.NumberFormat()',
    "new Intl.DateTimeFormat('en-US')",
    "new Date('2026-03-08')",
    'Date.parse(text)',
  ])('%s would be found', (text) => {
    expect(found(text)).not.toEqual([]);
  });
});
