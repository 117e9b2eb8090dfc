import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createDiskStore } from '#debrief/adapters/storage/disk.js';
import { systemClock } from '#debrief/clock.js';
import type { Bench, RoundFigure, Variant } from './support/bench.js';
import { giveLightCalls, seeded } from './support/calls.js';
import { startLoadGenerator } from './support/load.js';
import { prepareNginx } from './support/nginx.js';
import { cpuSeconds, peakBytes, resetPeak, type Server, startBaseline, startDebrief } from './support/processes.js';
import type { Site } from './support/site.js';
import { quantile } from './support/statistics.js';

const CONNECTIONS = 200;
/** How many seconds ranges are requested for in a round. Those under way at the end are waited for. */
const SECONDS = 4;
/** As large as the rendition of an hour. */
const SOUND_BYTES = 22_000_000;
const [LEAST_BYTES, MOST_BYTES] = [64_000, 1_000_000];
const RANGES = 5_000;
const SEED = 5;

const SPEED = 'MB/s';
const P99 = 'p99 ms';
const BARE = 'node:http';
const DEBRIEF = 'Debrief';
const by = (of: RoundFigure, measure: string) => of(DEBRIEF, measure) / of(BARE, measure);

/** Ranges of a call's sound, to many listeners at once. */
export const playing: Bench = {
  bars: [
    { name: `${DEBRIEF} by ${BARE}: ${SPEED}`, figure: (of) => by(of, SPEED), atLeast: 0.7 },
    { name: `${DEBRIEF} by ${BARE}: ${P99}`, figure: (of) => by(of, P99), atMost: 1.5 },
  ],
  async prepare(openSite, say) {
    const site = await openSite();
    const authorization = await site.authorization('unlimited');
    const next = seeded(SEED);
    const sound = Buffer.from(Uint8Array.from({ length: SOUND_BYTES }, () => next() * 256));
    const ranges = Array.from({ length: RANGES }, () => {
      const length = LEAST_BYTES + Math.floor(next() * (MOST_BYTES - LEAST_BYTES));
      const start = Math.floor(next() * (SOUND_BYTES - length));
      return { start, end: start + length - 1 };
    });

    const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-'));
    await giveSound(site, folder, sound);
    await writeFile(join(folder, 'audio'), sound);
    const bare = await startBaseline('bare-files', { env: { DATABASE_URL: site.databaseUrl, DIR: folder } });
    const debrief = await startDebrief(site.databaseUrl, { env: { DATA_DIR: folder, STORAGE: 'disk' } });
    const nginx = await prepareNginx({ audio: sound });
    const nginxServer = await nginx?.start();
    if (!nginx) say('nginx is left out: it is not installed');
    const generator = startLoadGenerator();

    const variant = (name: string, server: Server, path: string): Variant => ({
      name,
      async run(round) {
        if (round === 0) await requireBytes(new URL(path, server.url), authorization, sound);
        resetPeak(server);
        const cpuBefore = cpuSeconds(server);
        const target = { url: server.url, headers: { authorization }, paths: [path], ranges };
        const outcome = await generator.load({ ...target, connections: CONNECTIONS, until: { seconds: SECONDS } });
        const { ms, bytes, elapsedMs } = outcome;
        return {
          [SPEED]: bytes / 1000 / elapsedMs,
          'requests/s': (ms.length * 1000) / elapsedMs,
          'p50 ms': quantile(ms, 0.5),
          [P99]: quantile(ms, 0.99),
          'server CPU ms': ((cpuSeconds(server) - cpuBefore) * 1000) / ms.length,
          'peak MB': peakBytes(server) / 1e6,
        };
      },
    });
    return {
      variants: [
        { ...variant(BARE, bare, '/audio'), baseline: true },
        variant(DEBRIEF, debrief, `/api/v1/calls/${CALL_ID}/audio`),
        ...(nginxServer
          ? [{ ...variant('nginx', nginxServer, '/audio'), note: 'checks no password', baseline: true }]
          : []),
      ],
      async close() {
        await Promise.all([bare.stop(), debrief.stop(), nginxServer?.stop(), generator.close()]);
        await nginx?.remove();
        await rm(folder, { recursive: true });
      },
    };
  },
};

/** The only call, by `giveLightCalls`. */
const CALL_ID = 'call-000000000';

/** Stores a call with sound of these bytes, as if it had been decoded from a recording. */
async function giveSound(site: Site, dataDir: string, sound: Buffer): Promise<void> {
  await giveLightCalls(site, 1);
  const objectId = randomUUID();
  const store = createDiskStore(join(dataDir, 'recordings'), systemClock);
  await store.put(`${site.accountId}/${objectId}`, Readable.from([sound]));
  await site.pool.query(
    `insert into renditions (account_id, call_id, media_version, object_id, size_bytes, duration_seconds, sample_rate,
       channels, silent_channels, peaks, sources, notes, decoder)
     values ($1, $2, 1, $3, $4, 3600, 8000, 2, '{}', decode(repeat('07', 4000), 'hex'), '[]', '{}', 'none')`,
    [site.accountId, CALL_ID, objectId, sound.length],
  );
  await site.settled();
}

/** Throws if a server sends other bytes of the sound than those asked for. */
async function requireBytes(url: URL, authorization: string, sound: Buffer): Promise<void> {
  const [start, end] = [1_234_567, 2_345_678];
  const answer = await fetch(url, { headers: { authorization, range: `bytes=${start}-${end}` } });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status === 206 && bytes.equals(sound.subarray(start, end + 1))) return;
  throw new Error(`${url} answered ${answer.status} with ${bytes.length} bytes that are not those of the range.`);
}
