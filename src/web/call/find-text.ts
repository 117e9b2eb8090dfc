import type { SpokenText } from './spoken-text.js';

/** Where a text was found: in which block, and from where to where in its text. In order. */
export interface Found {
  readonly block: number;
  readonly from: number;
  readonly to: number;
}

/** Everywhere that a text is said in one block, whatever its case, white space and apostrophes. */
export function findText({ blocks }: SpokenText, query: string, only: number | null): Found[] {
  const sought = query.trim();
  if (sought === '') return [];
  const escaped = sought
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll(/\s+/g, '\\s+')
    .replaceAll(/['’]/g, "['’]");
  const pattern = new RegExp(escaped, 'giu');
  const found: Found[] = [];
  for (const [block, { speaker, text }] of blocks.entries()) {
    if (only !== null && speaker !== only) continue;
    for (const match of text.matchAll(pattern)) {
      found.push({ block, from: match.index, to: match.index + match[0].length });
    }
  }
  return found;
}
