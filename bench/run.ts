// npm run bench [name …]: runs all benches or those named, one after another, prints their tables, and writes them to
// bench/results/ and bench/README.md.

import { analyze } from './analyze.js';
import { crawl } from './crawl.js';
import { exportPages } from './export.js';
import { ingest } from './ingest.js';
import { rematch } from './rematch.js';
import { small } from './small.js';
import { createReport, type Report, tablesOf, writeResults, writeTables } from './support/report.js';
import { openSite, type Site } from './support/site.js';
import { topics } from './topics.js';

const benches: Readonly<Record<string, (site: Site, report: Report) => Promise<void>>> = {
  export: exportPages,
  ingest,
  crawl,
  small,
  topics,
  rematch,
  analyze,
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(benches);
const unknown = names.find((name) => !(name in benches));
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}"; there are ${Object.keys(benches).join(', ')}.`);
  process.exit(1);
}

for (const name of names) {
  console.log(`\n${name}`);
  const site = await openSite();
  // A million calls are not left behind by Ctrl-C; other processes end with this one.
  const interrupted = () => void site.close().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  const report = createReport();
  let postgres: string;
  try {
    await benches[name]!(site, report);
    postgres = (await site.pool.query('show server_version')).rows[0].server_version;
  } finally {
    process.off('SIGINT', interrupted);
    await site.close();
  }
  writeResults(name, report, postgres);
  writeTables(name, report);
  console.log(`\n${tablesOf(report)}`);
}
