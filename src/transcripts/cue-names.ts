import type { CueToken } from './cue-text.js';

/** The most pieces of a name before its colon. */
const MAX_PIECES = 8;

/** How many pieces at the start of a cue are a name and its colon, as in "Ann Lee: Hello"; 0 if it has none. */
function namePieces(tokens: readonly CueToken[]): number {
  for (const [i, { text, line, voice, isUnderlined }] of tokens.slice(0, MAX_PIECES).entries()) {
    if (line > 0 || voice !== null || isUnderlined) return 0;
    if (i === 0 && !/^[\p{L}\p{N}(]/u.test(text)) return 0;
    if (text.length > 1 && text.indexOf(':') === text.length - 1) return i + 1;
    if (/[:?!]/.test(text)) return 0;
  }
  return 0;
}

/**
 * How many pieces at the start of each cue name its speaker. "Remember this: …" looks like a name too, so that names
 * are taken for names only if at least half of the cues begin with one.
 */
export function speakerPrefixes(cues: readonly (readonly CueToken[])[]): number[] {
  const counts = cues.map(namePieces);
  const [named, spoken] = [
    counts.filter((count) => count > 0).length,
    cues.filter((tokens) => tokens.length > 0).length,
  ];
  return named > 0 && named * 2 >= spoken ? counts : counts.map(() => 0);
}

/** The name in the pieces that `speakerPrefixes` counted. */
export function nameOf(prefix: readonly CueToken[]): string {
  return prefix
    .map(({ text }) => text)
    .join(' ')
    .slice(0, -1);
}

/** A name as it can stand before a colon. */
export function prefixOf(name: string): string {
  const plain = name.replace(/[:?!]/g, ' ').replace(/\s+/g, ' ').trim();
  return `${plain}:`;
}
