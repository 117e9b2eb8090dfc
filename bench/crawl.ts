import type { Bench } from './support/bench.js';
import { giveLightCalls } from './support/calls.js';
import { startLoadGenerator } from './support/load.js';
import { startDebrief } from './support/processes.js';
import { FASTEST, type Site } from './support/site.js';
import { median, quantile } from './support/statistics.js';

const [ALL, NEWEST, LIMIT] = [1_000_000, 100_000, 1000];
const PAGES = [1, 10, 1000];
/** The number of requests for each page in a round. */
const REPEATS = 20;

const ALL_PAGES = `pages of ${ALL} calls`;

/**
 * The speed of the feed of light calls: a crawl of its newest ones, and whether a deep page costs more than the first.
 */
export const crawl: Bench = {
  bars: [
    {
      name: 'page 1000 by page 1',
      figure: (of) => of(ALL_PAGES, 'page 1000 ms') / of(ALL_PAGES, 'page 1 ms'),
      atMost: 1.2,
    },
  ],
  async prepare(openSite, say) {
    const site = await openSite();
    say(`storing ${ALL} light calls`);
    await giveLightCalls(site, ALL);
    const server = await startDebrief(site.databaseUrl);
    const generator = startLoadGenerator();
    const request = async () => ({ url: server.url, headers: { authorization: await site.authorization(FASTEST) } });
    const reader = await request();

    const crawlNewest = async () => {
      // A new credential each time: it has no remembered ends of the crawl before.
      const path = await pathAfter(site, ALL - NEWEST - 1);
      const { elapsedMs, ms } = await generator.crawl({ ...(await request()), path });
      return { 'calls/s': (NEWEST * 1000) / elapsedMs, 'ms a page': median(ms), 'p99 ms': quantile(ms, 0.99) };
    };
    const askForPages = async (round: number) => {
      // In turn, each starting a row before the previous one, so that none is a replay of another.
      const asked = Array.from({ length: REPEATS * PAGES.length }, (_, n) =>
        pathOfPage(site, PAGES[n % PAGES.length]!, round * REPEATS + Math.floor(n / PAGES.length)),
      );
      const load = { paths: await Promise.all(asked), connections: 1, until: { requests: asked.length } };
      const { ms } = await generator.load({ ...reader, ...load });
      const msOf = (index: number) => median(ms.filter((_, at) => at % PAGES.length === index));
      return Object.fromEntries(PAGES.map((page, index) => [`page ${page} ms`, msOf(index)]));
    };
    return {
      variants: [
        { name: `crawl of the newest ${NEWEST} calls, ${LIMIT} a page`, run: crawlNewest },
        { name: ALL_PAGES, run: askForPages },
      ],
      async close() {
        await generator.close();
        await server.stop();
      },
    };
  },
};

const FEED = `/api/ev/2/calls?limit=${LIMIT}`;

/** The path of a page of the feed, as the link on the page before it has it, but starting `back` calls earlier. */
async function pathOfPage(site: Site, page: number, back: number): Promise<string> {
  if (page > 1) return pathAfter(site, (page - 1) * LIMIT - 1 - back);
  const [hours, minutes] = [Math.floor(back / 60), back % 60].map((part) => String(part).padStart(2, '0'));
  return `${FEED}&since=2025-12-30T${hours}:${minutes}Z`;
}

/** The path of the page after a call, given by its number. */
async function pathAfter({ pool, accountId }: Site, number: number): Promise<string> {
  const last = await pool.query(
    `select call_id as id, to_char(stamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since from calls
     where account_id = $1 and call_id = 'call-' || lpad($2::text, 9, '0')`,
    [accountId, number],
  );
  const { id, since } = last.rows[0];
  return `${FEED}&since=${since}&last_id=${id}`;
}
