import { analyze } from './analyze.js';
import { crawl } from './crawl.js';
import { exportPages } from './export.js';
import { ingest } from './ingest.js';
import { rematch } from './rematch.js';
import { search } from './search.js';
import { small } from './small.js';
import { stored } from './stored.js';
import type { Bench } from './support/bench.js';
import { topics } from './topics.js';

export const benches: Readonly<Record<string, Bench>> = {
  export: exportPages,
  ingest,
  crawl,
  small,
  topics,
  stored,
  rematch,
  search,
  analyze,
};
