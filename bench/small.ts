import type { Site } from './support/site.js';
export async function small(_: Site): Promise<void> {}
