import type { Site } from './support/site.js';
export async function exportPages(_: Site): Promise<void> {}
