import type { Bench } from './support/bench.js';

/**
 * All benches by name. They are loaded on demand: a bench can be run with a build that lacks what another bench needs.
 */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  export: async () => (await import('./export.js')).exportPages,
  ingest: async () => (await import('./ingest.js')).ingest,
  crawl: async () => (await import('./crawl.js')).crawl,
  small: async () => (await import('./small.js')).small,
  topics: async () => (await import('./topics.js')).topics,
  stored: async () => (await import('./stored.js')).stored,
  rematch: async () => (await import('./rematch.js')).rematch,
  search: async () => (await import('./search.js')).search,
  analyze: async () => (await import('./analyze.js')).analyze,
  upload: async () => (await import('./upload.js')).upload,
  playing: async () => (await import('./playing.js')).playing,
  recording: async () => (await import('./recording.js')).recording,
  web: async () => (await import('./web.js')).web,
};
