import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Figures, Variant } from './support/bench.js';
import { startLoadGenerator } from './support/load.js';
import { cpuSeconds, peakBytes, resetPeak, type Server, startBaseline, startDebrief } from './support/processes.js';

const SIZE_BYTES = 200_000_000;
const SPEED = 'MB/s';
const BARE = 'node:http';
const DEBRIEF = 'Debrief';

/** A recording as the body of one request, until it is on the disk. */
export const upload: Bench = {
  bars: [
    { name: `${DEBRIEF} by ${BARE}: ${SPEED}`, figure: (of) => of(DEBRIEF, SPEED) / of(BARE, SPEED), atLeast: 0.7 },
  ],
  async prepare(openSite) {
    const site = await openSite();
    const authorization = await site.authorization('unlimited');
    // Both write below it, so to the same file system.
    const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-'));
    const env = { DATABASE_URL: site.databaseUrl, DIR: folder };
    const bare = await startBaseline('bare-files', { env });
    const debrief = await startDebrief(site.databaseUrl, { env: { DATA_DIR: folder, STORAGE: 'disk' } });
    const generator = startLoadGenerator();

    const measure = async (server: Server, path: string): Promise<Figures> => {
      resetPeak(server);
      const cpuBefore = cpuSeconds(server);
      const headers = { authorization, 'content-type': 'application/octet-stream' };
      const { elapsedMs } = await generator.upload({ url: server.url, headers, path, sizeBytes: SIZE_BYTES });
      return {
        [SPEED]: SIZE_BYTES / 1000 / elapsedMs,
        'server CPU s': cpuSeconds(server) - cpuBefore,
        'peak MB': peakBytes(server) / 1e6,
      };
    };
    const variant = (name: string, server: Server, path: string, stored: string): Omit<Variant, 'baseline'> => ({
      name,
      async run() {
        const figures = await measure(server, path);
        await rm(join(folder, stored), { recursive: true });
        return figures;
      },
    });
    const recordings = '/api/v1/recordings?callTime=2026-03-01T10:00Z&direction=INBOUND';
    return {
      variants: [
        { ...variant(BARE, bare, '/bare', 'bare'), baseline: true },
        variant(DEBRIEF, debrief, recordings, 'recordings'),
      ],
      async close() {
        await Promise.all([bare.stop(), debrief.stop(), generator.close()]);
        await rm(folder, { recursive: true });
      },
    };
  },
};
