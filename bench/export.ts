import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Bench, Figures, RoundFigure, Variant } from './support/bench.js';
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
import { FASTEST, type Site } from './support/site.js';
import { median, quantile } from './support/statistics.js';

const CALLS = 1000;
/** How many seconds pages are requested for in a round. Those under way at the end are waited for. */
const SECONDS = 2;
/** Enough requests for a p99 in each round, and little load beside the pages. */
const SMALL_EVERY_MS = 20;
const CLIENTS = [1, 4] as const;
const ENCODINGS = ['gzip', 'identity'] as const;
/** Rounds of a variant that takes half a minute per page. With several clients it takes minutes and has one round. */
const SLOW_ROUNDS = 5;

const SPEED = 'MB/s of JSON';
const CPU = 'CPU s';
const STREAMS = 'COPY by pg-copy-streams × 1';
const driver = (clients: number) => `COPY by pg × ${clients}`;
const INFLATE = 'bare inflate';
const INFLATE_AND_SEND = 'inflate and send';
const asked = (what: string, encoding: string, clients: number) => `${what}, ${encoding} × ${clients}`;
const DEBRIEF = CLIENTS.flatMap((clients) => ENCODINGS.map((encoding) => asked('Debrief', encoding, clients)));

const most = (of: RoundFigure, measure: string) => Math.max(...DEBRIEF.map((variant) => of(variant, measure)));

/** Pages of 1000 calls with their transcripts, as Debrief and alternatives send them. */
export const exportPages: Bench = {
  bars: [
    {
      name: `gzip × 1 by ${STREAMS}`,
      figure: (of) => of(asked('Debrief', 'gzip', 1), SPEED) / of(STREAMS, SPEED),
      atLeast: 0.7,
    },
    ...CLIENTS.map((clients) => ({
      name: `gzip × ${clients} by ${driver(clients)}`,
      figure: (of: RoundFigure) => of(asked('Debrief', 'gzip', clients), SPEED) / of(driver(clients), SPEED),
      atLeast: 0.7,
    })),
    {
      name: 'gzip × 1 by jsonb, identity × 1',
      figure: (of) => of(asked('Debrief', 'gzip', 1), SPEED) / of(asked('jsonb', 'identity', 1), SPEED),
      atLeast: 30,
    },
    ...CLIENTS.map((clients) => ({
      name: `identity × ${clients}: CPU by inflate and send, and gzip`,
      figure: (of: RoundFigure) =>
        of(asked('Debrief', 'identity', clients), CPU) /
        (of(asked(INFLATE_AND_SEND, 'identity', clients), CPU) + of(asked('Debrief', 'gzip', clients), CPU)),
      atMost: 1.4,
    })),
    { name: 'Debrief: peak MB, the most of its rows', figure: (of) => most(of, 'peak MB'), atMost: 200 },
    { name: 'Debrief: small p99 ms, the most', figure: (of) => most(of, 'small p99 ms'), atMost: 50 },
    { name: 'Debrief: first byte ms, the most', figure: (of) => most(of, 'first byte ms'), atMost: 100 },
  ],
  async prepare(openSite, say) {
    const site = await openSite();
    say(`storing ${CALLS} calls of about 4,500 words`);
    await giveCalls(site, CALLS);
    await giveNaiveCalls(site);
    const authorization = await site.authorization(FASTEST);
    const env = { DATABASE_URL: site.databaseUrl, AUTHORIZATION: authorization };
    const page = await wholePage(site, authorization);
    say(`a page is ${(page.length / 1e6).toFixed(1)} MB of JSON`);

    const limit = (name: string, program: string, more: Record<string, string>): Variant => ({
      name,
      baseline: true,
      async run() {
        const found = await runBaseline<Limit>(program, { ...env, SECONDS: String(SECONDS), ...more });
        return { [SPEED]: (found.pagesPerSecond * page.length) / 1e6, [CPU]: found.cpuSecondsPerPage };
      },
    });
    const [generator, prober] = [startLoadGenerator(), startLoadGenerator()];
    const setup: Setup = { generator, prober, authorization, jsonBytes: page.length };
    const debrief = keptServers(() => startDebrief(site.databaseUrl));
    const nginx = await prepareNginx({ calls: page, 'calls.gz': gzipSync(page, { level: 6 }) });
    const nginxes = keptServers(() => nginx!.start());
    const inflating = keptServers(() => startBaseline('inflate-server', { env }));
    const paths = { pages: '/calls', small: '/check' };
    const baseline = { ...paths, baseline: true };
    const variants = CLIENTS.flatMap((clients) =>
      ENCODINGS.flatMap((encoding) => [
        served(
          setup,
          { what: 'Debrief', pages: '/api/ev/2/calls', small: '/api/ev/2/check', with: debrief.with },
          encoding,
          clients,
        ),
        ...(encoding === 'identity'
          ? [
              served(
                setup,
                { what: INFLATE_AND_SEND, ...baseline, pages: '/pages', with: inflating.with },
                encoding,
                clients,
              ),
            ]
          : []),
        ...(nginx ? [served(setup, { what: 'nginx', ...baseline, with: nginxes.with }, encoding, clients)] : []),
        served(
          setup,
          { what: 'jsonb', ...baseline, slow: true, with: newServer(() => startBaseline('naive-export', { env })) },
          encoding,
          clients,
        ),
      ]),
    );
    if (!nginx) say('nginx is left out: it is not installed');
    return {
      variants: [
        limit(STREAMS, 'bare-copy', { BY: 'streams', CONNECTIONS: '1' }),
        ...CLIENTS.map((clients) =>
          limit(driver(clients), 'bare-copy', { BY: 'driver', CONNECTIONS: String(clients) }),
        ),
        limit(INFLATE, 'bare-inflate', {}),
        ...variants,
      ],
      async close() {
        await Promise.all([generator.close(), prober.close(), debrief.stop(), inflating.stop(), nginxes.stop()]);
        await nginx?.remove();
      },
    };
  },
};

/** The speed of a program that does nothing else. */
export interface Limit {
  readonly pagesPerSecond: number;
  readonly cpuSecondsPerPage: number;
}

/** Provides a variant with its server while it measures. */
type WithServer = (variant: string, use: (server: Server) => Promise<Figures>) => Promise<Figures>;

/** One server per variant, kept from its first round to the end so that its memory use is comparable. */
function keptServers(start: () => Promise<Server>): { readonly with: WithServer; stop(): Promise<void> } {
  const servers = new Map<string, Server>();
  return {
    async with(variant, use) {
      const server = servers.get(variant) ?? (await start());
      servers.set(variant, server);
      return use(server);
    },
    async stop() {
      await Promise.all([...servers.values()].map((server) => server.stop()));
    },
  };
}

/**
 * A new server for each round, for variants that hold gigabytes. If one fails, the reason why the server ended is
 * reported.
 */
function newServer(start: () => Promise<Server>): WithServer {
  return async (_, use) => {
    const server = await start();
    try {
      return await use(server);
    } catch (error) {
      // A process may be unable to hold so many such pages. Its connections may close before its exit is reported.
      await sleep(500);
      throw new Error(server.fate() ?? (error as Error).message);
    } finally {
      await server.stop();
    }
  };
}

interface Served {
  readonly what: string;
  /** The path of pages, and that of a small request sent meanwhile. */
  readonly pages: string;
  readonly small: string;
  readonly baseline?: boolean;
  readonly slow?: boolean;
  readonly with: WithServer;
}

interface Setup {
  readonly generator: LoadGenerator;
  /** A separate process, so that the small requests do not wait for pages to be read. */
  readonly prober: LoadGenerator;
  readonly authorization: string;
  readonly jsonBytes: number;
}

function served(setup: Setup, of: Served, encoding: string, clients: number): Variant {
  const name = asked(of.what, encoding, clients);
  return {
    name,
    baseline: of.baseline ?? false,
    ...(of.slow && { rounds: clients > 1 ? 1 : SLOW_ROUNDS, mayFail: true }),
    run: () => of.with(name, (server) => measure(setup, of, server, encoding, clients)),
  };
}

async function measure(
  { generator, prober, authorization, jsonBytes }: Setup,
  { pages, small }: Served,
  server: Server,
  encoding: string,
  clients: number,
): Promise<Figures> {
  const target = { url: server.url, headers: { authorization, 'accept-encoding': encoding } };
  resetPeak(server);
  const cpuBefore = cpuSeconds(server);
  const probe = prober.probe({ ...target, path: small, everyMs: SMALL_EVERY_MS });
  const load = { ...target, paths: freshPaths(pages), connections: clients, until: { seconds: SECONDS } };
  const outcome = await generator.load(load).catch(async (error) => {
    await probe.stop().catch(() => {});
    throw error;
  });
  const smallMs = (await probe.stop()).ms;
  const { ms, firstByteMs, elapsedMs, bytes } = outcome;
  const count = ms.length;
  return {
    [SPEED]: (count * jsonBytes) / 1000 / elapsedMs,
    'sent MB': bytes / count / 1e6,
    'first byte ms': median(firstByteMs),
    [CPU]: (cpuSeconds(server) - cpuBefore) / count,
    'peak MB': peakBytes(server) / 1e6,
    'small p99 ms': quantile(smallMs, 0.99),
  };
}

let minutes = 0;

/**
 * Paths of the same page, each starting a minute before the previous one: a second request by the same path would be a
 * replay.
 */
function freshPaths(pages: string): string[] {
  return Array.from({ length: 500 }, () => {
    const since = new Date(Date.UTC(2025, 11, 31) - minutes++ * 60_000).toISOString().slice(0, 16);
    return `${pages}?since=${since}Z&last_id=&limit=${CALLS}&include_transcripts=true`;
  });
}

/** The page's JSON. Checks that it is the same with gzip. */
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

/** Stores calls as a first version would: one row per call, its transcript as jsonb. */
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
