import type { Limit } from '../export.js';

/** A step of the work. Returns the fraction of a page that it did. */
type Step = () => Promise<number>;

/** Runs all lanes for SECONDS, after an unmeasured warm-up of half that time, and sends the result to the parent. */
export async function tellLimit(lanes: readonly Step[]): Promise<void> {
  const seconds = Number(process.env.SECONDS);
  await pagesDone(lanes, seconds / 2);
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const pages = await pagesDone(lanes, seconds);
  const used = process.cpuUsage(cpu);
  const limit: Limit = {
    pagesPerSecond: (pages * 1000) / (performance.now() - begun),
    cpuSecondsPerPage: (used.user + used.system) / 1e6 / pages,
  };
  process.send!(limit);
}

async function pagesDone(lanes: readonly Step[], seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000;
  const done = await Promise.all(
    lanes.map(async (step) => {
      let pages = 0;
      do pages += await step();
      while (performance.now() < until);
      return pages;
    }),
  );
  return done.reduce((sum, pages) => sum + pages, 0);
}
