import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from './load/tasks.js';
import { giveCalls, transcripts } from './support/calls.js';
import { type LoadGenerator, startLoadGenerator } from './support/load.js';
import { prepareNginx } from './support/nginx.js';
import {
  cpuSeconds,
  peakBytes,
  resetPeak,
  runBaseline,
  type Server,
  startBaseline,
  startDebrief,
} from './support/processes.js';
import { type Figures, median, quantile, type Report, RUNS, repeated } from './support/report.js';
import { FASTEST, type Site } from './support/site.js';

const CALLS = 1000;
/** How long pages are asked for in a run; those under way then are waited for. */
const SECONDS = 4;
/** Enough for a p99 in each run, and little beside the pages. */
const SMALL_EVERY_MS = 20;
const CLIENTS = [1, 4] as const;

/** Pages of 1000 calls with their transcripts, as Debrief sends them and as others would. */
export async function exportPages(site: Site, report: Report): Promise<void> {
  report.say(`storing ${CALLS} calls of about 4,500 words`);
  await giveCalls(site, CALLS);
  await giveNaiveCalls(site);
  const authorization = await site.authorization(FASTEST);
  const env = { DATABASE_URL: site.databaseUrl, AUTHORIZATION: authorization };
  const page = await wholePage(site, authorization);
  report.say(`a page is ${(page.length / 1e6).toFixed(1)} MB of JSON`);

  const limitRuns = { ...env, RUNS: String(RUNS), SECONDS: String(SECONDS) };
  const limitRow = (name: string, pagesPerSecond: readonly number[]) =>
    report.row(
      name,
      pagesPerSecond.map((pages) => ({ [SPEED]: (pages * page.length) / 1e6 })),
    )[SPEED]!;
  const copies = await runBaseline<Record<'streams' | 'driver' | 'drivers', number[]>>('bare-copy', limitRuns);
  const streamsSpeed = limitRow('COPY by pg-copy-streams × 1', copies.streams);
  const driverSpeed = { 1: limitRow('COPY by pg × 1', copies.driver), 4: limitRow('COPY by pg × 4', copies.drivers) };
  const inflateSpeed = limitRow('bare inflate', await runBaseline('bare-inflate', limitRuns));

  const [generator, prober] = [startLoadGenerator(), startLoadGenerator()];
  const setup: Setup = { generator, prober, authorization, jsonBytes: page.length, report };
  const debrief = await measureAll(setup, {
    ...{ name: 'Debrief', pages: '/api/ev/2/calls', small: '/api/ev/2/check' },
    start: () => startDebrief(site.databaseUrl),
  });
  const nginx = await prepareNginx(page);
  const paths = { pages: '/calls', small: '/check' };
  if (nginx) await measureAll(setup, { name: 'nginx', ...paths, start: nginx.start });
  else report.row('nginx', [], 'skipped: it is not installed');
  await nginx?.remove();
  const first = await measureAll(setup, {
    name: 'jsonb',
    ...paths,
    start: () => startBaseline('naive-export', { env }),
  });
  await Promise.all([generator.close(), prober.close()]);

  const speed = (of: Found, variant: string) => of.get(variant)?.[SPEED] ?? Number.NaN;
  report.aim('gzip × 1 by COPY by pg-copy-streams × 1', speed(debrief, 'gzip × 1') / streamsSpeed, { atLeast: 0.7 });
  for (const n of CLIENTS) {
    report.aim(`gzip × ${n} by COPY by pg × ${n}`, speed(debrief, `gzip × ${n}`) / driverSpeed[n], { atLeast: 0.7 });
  }
  report.aim('gzip × 1 by jsonb, identity × 1', speed(debrief, 'gzip × 1') / speed(first, 'identity × 1'), {
    atLeast: 30,
  });
  for (const n of CLIENTS) {
    report.aim(`identity × ${n} by bare inflate`, speed(debrief, `identity × ${n}`) / inflateSpeed, { atLeast: 0.6 });
  }
  const most = (measure: string) => Math.max(...[...debrief.values()].map((figures) => figures[measure]!));
  report.aim('Debrief: peak MB, the most of its rows', most('peak MB'), { atMost: 200 });
  report.aim('Debrief: small p99 ms, the most', most('small p99 ms'), { atMost: 50 });
  report.aim('Debrief: first byte ms, the most', most('first byte ms'), { atMost: 100 });
}

const SPEED = 'MB/s of JSON';

interface Variant {
  readonly name: string;
  start(): Promise<Server>;
  /** The path of pages, and of a small request that is made meanwhile. */
  readonly pages: string;
  readonly small: string;
}

interface Setup {
  readonly generator: LoadGenerator;
  /** A process of its own, so that the small requests do not wait for pages to be read. */
  readonly prober: LoadGenerator;
  readonly authorization: string;
  readonly jsonBytes: number;
  readonly report: Report;
}

type Found = ReadonlyMap<string, Figures>;

/** Medians by encoding and number of clients; each with a new process, for its memory. */
async function measureAll(setup: Setup, variant: Variant): Promise<Found> {
  const found = new Map<string, Figures>();
  for (const clients of CLIENTS) {
    for (const encoding of ['gzip', 'identity']) {
      const server = await variant.start();
      const name = `${variant.name}, ${encoding} × ${clients}`;
      try {
        const runs = await repeated(() => measure(setup, variant, server, encoding, clients));
        found.set(`${encoding} × ${clients}`, setup.report.row(name, runs));
      } catch (error) {
        // A result, too: a process may be unable to hold so many such pages. Its end may be heard after its connections'.
        await sleep(500);
        setup.report.row(name, [], `failed: ${server.fate() ?? (error as Error).message.split('\r\n')[0]}`);
      }
      await server.stop();
    }
  }
  return found;
}

async function measure(
  { generator, prober, authorization, jsonBytes }: Setup,
  variant: Variant,
  server: Server,
  encoding: string,
  clients: number,
): Promise<Figures> {
  const target = { url: server.url, headers: { authorization, 'accept-encoding': encoding } };
  resetPeak(server);
  const cpuBefore = cpuSeconds(server);
  const probe = prober.probe({ ...target, path: variant.small, everyMs: SMALL_EVERY_MS });
  const load = { ...target, paths: freshPaths(variant.pages), connections: clients, until: { seconds: SECONDS } };
  let small: Outcome;
  let outcome: Outcome;
  try {
    outcome = await generator.load(load);
  } finally {
    small = await probe.stop();
  }
  const { ms, firstByteMs, elapsedMs, bytes } = outcome;
  const pages = ms.length;
  return {
    [SPEED]: (pages * jsonBytes) / 1000 / elapsedMs,
    'sent MB': bytes / pages / 1e6,
    'first byte ms': median(firstByteMs),
    'CPU s': (cpuSeconds(server) - cpuBefore) / pages,
    'peak MB': peakBytes(server) / 1e6,
    'small p99 ms': quantile(small.ms, 0.99),
  };
}

let minutes = 0;

/** Paths of the same page, each by another minute before it: a second request by the same one would be a replay. */
function freshPaths(pages: string): string[] {
  return Array.from({ length: 500 }, () => {
    const since = new Date(Date.UTC(2025, 11, 31) - minutes++ * 60_000).toISOString().slice(0, 16);
    return `${pages}?since=${since}Z&last_id=&limit=${CALLS}&include_transcripts=true`;
  });
}

/** The page's JSON, which is the same by gzip. */
async function wholePage(site: Site, authorization: string): Promise<Buffer> {
  const server = await startDebrief(site.databaseUrl);
  const url = new URL(freshPaths('/api/ev/2/calls')[0]!, server.url);
  const read = async (encoding: string) => {
    const response = await fetch(url, { headers: { authorization, 'accept-encoding': encoding } });
    if (!response.ok) throw new Error(await response.text());
    return Buffer.from(await response.arrayBuffer());
  };
  const plain = await read('identity');
  const same = plain.equals(await read('gzip'));
  await server.stop();
  if (!same) throw new Error('the page differs by its encoding');
  return plain;
}

/** What one would store first: a row a call, its transcript as jsonb. */
async function giveNaiveCalls({ pool, accountId, settled }: Site): Promise<void> {
  await pool.query(
    `create table naive_calls (id text, "callerEmail" text, "callerId" text, "callSummary" jsonb, "callTime" timestamptz,
       duration double precision, direction text, state text, transcript jsonb, stats jsonb, "originalPath" text,
       metadata jsonb, modified timestamptz, primary key (modified, id))`,
  );
  let n = 0;
  for (const json of transcripts(CALLS)) {
    await pool.query(
      `insert into naive_calls select call_id, null, null, null, call_time, duration, direction, state, $3, stats, null, metadata, stamp
       from calls where account_id = $1 order by stamp, call_id limit 1 offset $2`,
      [accountId, n++, json],
    );
  }
  await settled();
}
