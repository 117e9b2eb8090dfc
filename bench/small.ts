import { giveLightCalls } from './support/calls.js';
import { startLoadGenerator } from './support/load.js';
import { cpuSeconds, type Server, startBaseline, startDebrief } from './support/processes.js';
import { type Figures, quantile, type Report, RUNS, repeated } from './support/report.js';
import type { Site } from './support/site.js';

const [CALLS, LIMIT] = [100_000, 100];
const CONNECTIONS = 8;
const SECONDS = 3;

/** Requests a second of `/check` and of a small page, by an unlimited credential, beside Node's own server. */
export async function small(site: Site, report: Report): Promise<void> {
  await giveLightCalls(site, CALLS);
  // One each: what one remembers of the pages it was sent would make replays of the other's.
  const [bareUser, debriefUser] = [await site.authorization('unlimited'), await site.authorization('unlimited')];
  const pages = await pagePaths(site);
  const generator = startLoadGenerator();

  const measure = async (
    name: string,
    { server, authorization }: { server: Server; authorization: string },
    path: string,
    queries: readonly string[],
  ): Promise<Figures> => {
    const runs = await repeated(async (run) => {
      // What autovacuum does within a minute: the planner takes wrong indexes of a new table that has filled meanwhile.
      await site.pool.query('analyze feed_ends');
      // Each run asks for other pages: none is a replay.
      const each = Math.floor(queries.length / (RUNS + 1)) || 1;
      const own = queries.slice((run * each) % queries.length).slice(0, each);
      const before = cpuSeconds(server);
      const { elapsedMs, ms } = await generator.load({
        ...{ url: server.url, headers: { authorization }, paths: own.map((query) => path + query) },
        ...{ connections: CONNECTIONS, until: { seconds: SECONDS } },
      });
      if (own.length > 1 && ms.length > own.length) throw new Error('pages were asked for twice');
      return {
        'requests/s': (ms.length * 1000) / elapsedMs,
        'p50 ms': quantile(ms, 0.5),
        'p99 ms': quantile(ms, 0.99),
        'server CPU ms': ((cpuSeconds(server) - before) * 1000) / ms.length,
      };
    });
    return report.row(name, runs);
  };

  const credentialId = Buffer.from(bareUser.slice('Basic '.length), 'base64').toString().split(':')[0]!;
  const env = { DATABASE_URL: site.databaseUrl, AUTHORIZATION: bareUser };
  const bareServer = await startBaseline('bare-http', {
    env: { ...env, ACCOUNT_ID: site.accountId, CREDENTIAL_ID: credentialId },
  });
  const bare = { server: bareServer, authorization: bareUser };
  const bareCheck = await measure('/check, node:http', bare, '/check', ['']);
  await measure(`page of ${LIMIT}, node:http, one select`, bare, '/select', pages);
  const barePage = await measure(`page of ${LIMIT}, node:http, Debrief’s SQL`, bare, '/page', pages);
  await bareServer.stop();
  const debriefServer = await startDebrief(site.databaseUrl);
  const debrief = { server: debriefServer, authorization: debriefUser };
  const check = await measure('/check, Debrief', debrief, '/api/ev/2/check', ['']);
  const page = await measure(`page of ${LIMIT}, Debrief`, debrief, '/api/ev/2/calls', pages);
  await debriefServer.stop();
  await generator.close();

  report.aim('/check by node:http', check['requests/s']! / bareCheck['requests/s']!, { atLeast: 0.6 });
  report.aim(`page of ${LIMIT} by node:http with the same SQL`, page['requests/s']! / barePage['requests/s']!, {
    atLeast: 0.6,
  });
}

/** Queries of pages that each go on after another call, in no order. */
async function pagePaths({ pool, accountId }: Site): Promise<string[]> {
  const { rows } = await pool.query(
    `select call_id as id, to_char(stamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since from calls
     where account_id = $1 and call_id < $2 order by md5(call_id)`,
    [accountId, `call-${String(CALLS - LIMIT).padStart(9, '0')}`],
  );
  return rows.map(({ id, since }) => `?since=${since}&last_id=${id}&limit=${LIMIT}`);
}
