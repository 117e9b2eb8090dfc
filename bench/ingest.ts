import type { Site } from './support/site.js';
export async function ingest(_: Site): Promise<void> {}
