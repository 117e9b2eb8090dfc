import { giveLightCalls } from './support/calls.js';
import { startLoadGenerator } from './support/load.js';
import { startDebrief } from './support/processes.js';
import { median, quantile, type Report, repeated } from './support/report.js';
import { FASTEST, type Site } from './support/site.js';

const [ALL, SOME, LIMIT] = [1_000_000, 100_000, 1000];
const PAGES = [1, 10, 1000];
/** Requests for each page in a run. */
const REPEATS = 20;

/** How the feed of light calls goes: a whole crawl, and whether a deep page costs more than the first. */
export async function crawl(site: Site, report: Report): Promise<void> {
  report.say(`storing ${ALL} light calls`);
  await giveLightCalls(site, SOME);
  const server = await startDebrief(site.databaseUrl);
  const generator = startLoadGenerator();
  const request = async () => ({ url: server.url, headers: { authorization: await site.authorization(FASTEST) } });

  const crawls = await repeated(async () => {
    // A credential of its own each time: it has no remembered ends of the crawl before.
    const path = `/api/ev/2/calls?since=2025-01-01T00:00Z&limit=${LIMIT}`;
    const { elapsedMs, ms } = await generator.crawl({ ...(await request()), path });
    return { 'calls/s': (SOME * 1000) / elapsedMs, 'ms a page': median(ms), 'p99 ms': quantile(ms, 0.99) };
  });
  report.row(`crawl of ${SOME} calls, ${LIMIT} a page`, crawls);

  await giveLightCalls(site, ALL, SOME);
  const target = await request();
  const times = await repeated(async (run) => {
    // In turn, each a row earlier than the one before, so that none is the replay of another.
    const asked = Array.from({ length: REPEATS * PAGES.length }, (_, n) =>
      pathOfPage(site, PAGES[n % PAGES.length]!, run * REPEATS + Math.floor(n / PAGES.length)),
    );
    const load = { paths: await Promise.all(asked), connections: 1, until: { requests: asked.length } };
    const { ms } = await generator.load({ ...target, ...load });
    const msOf = (index: number) => median(ms.filter((_, at) => at % PAGES.length === index));
    return Object.fromEntries(PAGES.map((page, index) => [`page ${page} ms`, msOf(index)]));
  });
  const medians = report.row(`pages of ${ALL} calls`, times);
  report.aim('page 1000 by page 1', medians['page 1000 ms']! / medians['page 1 ms']!, { atMost: 1.2 });
  await generator.close();
  await server.stop();
}

/** The request for a page of the feed, as the link of the page before has it. */
async function pathOfPage({ pool, accountId }: Site, page: number, back: number): Promise<string> {
  const path = `/api/ev/2/calls?limit=${LIMIT}`;
  if (page === 1)
    return `${path}&since=2025-12-30T${String(Math.floor(back / 60)).padStart(2, '0')}:${String(back % 60).padStart(2, '0')}Z`;
  const last = await pool.query(
    `select call_id as id, to_char(stamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since from calls
     where account_id = $1 and call_id = 'call-' || lpad($2::text, 9, '0')`,
    [accountId, (page - 1) * LIMIT - 1 - back],
  );
  const { id, since } = last.rows[0];
  return `${path}&since=${since}&last_id=${id}`;
}
