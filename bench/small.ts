import type { Bench, RoundFigure, Variant } from './support/bench.js';
import { giveLightCalls } from './support/calls.js';
import { startLoadGenerator } from './support/load.js';
import { cpuSeconds, type Server, startBaseline, startDebrief } from './support/processes.js';
import type { Site } from './support/site.js';
import { quantile } from './support/statistics.js';

const LIMIT = 100;
const CONNECTIONS = 8;
const SECONDS = 2;
/** More pages than any server here sends in a round; each round requests different ones. */
const ROUND_PAGES = 16_000;
const ROUNDS_OF_PAGES = 13;
const CALLS = ROUND_PAGES * ROUNDS_OF_PAGES + LIMIT;

const CPU = 'server CPU ms';
const cpuBy = (of: RoundFigure, one: string, other: string) => of(one, CPU) / of(other, CPU);

/**
 * Requests per second for `/check` and for a small page, by an unlimited credential, compared with Node's own server.
 */
export const small: Bench = {
  bars: [
    {
      name: '/check: server CPU by node:http',
      figure: (of) => cpuBy(of, '/check, Debrief', '/check, node:http'),
      atMost: 1.7,
    },
    {
      name: '/check: server CPU by Fastify with the same log, metrics and ids',
      figure: (of) => cpuBy(of, '/check, Debrief', '/check, Fastify'),
      atMost: 1.2,
    },
    {
      name: `page of ${LIMIT}: server CPU by node:http with the same SQL`,
      figure: (of) => cpuBy(of, `page of ${LIMIT}, Debrief`, `page of ${LIMIT}, node:http, Debrief’s SQL`),
      atMost: 2.2,
    },
  ],
  async prepare(openSite) {
    const site = await openSite();
    await giveLightCalls(site, CALLS);
    // One credential each: the ends remembered for one server's pages would make the other's pages replays.
    const [bareUser, debriefUser] = [await site.authorization('unlimited'), await site.authorization('unlimited')];
    const pages = await pagePaths(site);
    const generator = startLoadGenerator();
    const credentialId = Buffer.from(bareUser.slice('Basic '.length), 'base64').toString().split(':')[0]!;
    // Started when it is first measured: when two builds are compared, only one of them measures it.
    const started = new Map<string, Promise<Server>>();
    const baseline = (name: string) => () => {
      const server =
        started.get(name) ??
        startBaseline(name, {
          env: {
            DATABASE_URL: site.databaseUrl,
            AUTHORIZATION: bareUser,
            ACCOUNT_ID: site.accountId,
            CREDENTIAL_ID: credentialId,
          },
        });
      started.set(name, server);
      return server;
    };
    const bare = baseline('bare-http');
    const debriefServer = startDebrief(site.databaseUrl);
    const debrief = () => debriefServer;

    const load = async (server: Server, authorization: string, paths: readonly string[]) => {
      const before = cpuSeconds(server);
      const { elapsedMs, ms } = await generator.load({
        url: server.url,
        headers: { authorization },
        paths,
        connections: CONNECTIONS,
        until: { seconds: SECONDS },
      });
      return {
        'requests/s': (ms.length * 1000) / elapsedMs,
        'p50 ms': quantile(ms, 0.5),
        'p99 ms': quantile(ms, 0.99),
        [CPU]: ((cpuSeconds(server) - before) * 1000) / ms.length,
      };
    };
    const check = (name: string, server: () => Promise<Server>, authorization: string, path: string) => ({
      name,
      run: async () => load(await server(), authorization, [path]),
    });
    const page = (name: string, server: () => Promise<Server>, authorization: string, path: string) => ({
      name,
      async run(round: number) {
        // Autovacuum would do this within a minute: for a new table that has since filled, the planner chooses wrong
        // indexes.
        await site.pool.query('analyze feed_ends');
        const from = (round % ROUNDS_OF_PAGES) * ROUND_PAGES;
        return load(
          await server(),
          authorization,
          pages.slice(from, from + ROUND_PAGES).map((query) => path + query),
        );
      },
    });
    const variants: Variant[] = [
      { ...check('/check, node:http', bare, bareUser, '/check'), baseline: true },
      { ...check('/check, Fastify', baseline('fastify'), bareUser, '/check'), baseline: true },
      check('/check, Debrief', debrief, debriefUser, '/api/ev/2/check'),
      { ...page(`page of ${LIMIT}, node:http, one select`, bare, bareUser, '/select'), baseline: true },
      { ...page(`page of ${LIMIT}, node:http, Debrief’s SQL`, bare, bareUser, '/page'), baseline: true },
      page(`page of ${LIMIT}, Debrief`, debrief, debriefUser, '/api/ev/2/calls'),
    ];
    return {
      variants,
      async close() {
        await Promise.all([
          ...[...started.values()].map(async (server) => (await server).stop()),
          (await debriefServer).stop(),
          generator.close(),
        ]);
      },
    };
  },
};

/** Queries of pages that each start after another call, in random order. */
async function pagePaths({ pool, accountId }: Site): Promise<string[]> {
  const { rows } = await pool.query(
    `select call_id as id, to_char(stamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since from calls
     where account_id = $1 and call_id < $2 order by md5(call_id)`,
    [accountId, `call-${String(CALLS - LIMIT).padStart(9, '0')}`],
  );
  return rows.map(({ id, since }) => `?since=${since}&last_id=${id}&limit=${LIMIT}`);
}
