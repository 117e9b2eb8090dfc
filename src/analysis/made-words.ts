import type { Words } from './words.js';

/** Speaker, start and end (seconds), word, punctuation. */
export type Row = readonly [speaker: number, start: number, end: number, text: string, punctuation?: string];

/** For tests: words from rows, which must be in order of start. */
export function madeWords(rows: readonly Row[]): Words {
  return {
    count: rows.length,
    start: Float64Array.from(rows, (row) => row[1]),
    end: Float64Array.from(rows, (row) => row[2]),
    speaker: Uint16Array.from(rows, (row) => row[0]),
    text: rows.map((row) => row[3]),
    punctuation: rows.map((row) => row[4] ?? ''),
  };
}

/**
 * For tests: the words of these speaker turns. One starts every second and lasts half a second. What follows a word's
 * last letter or digit is its punctuation.
 */
export function spokenWords(...turns: readonly (readonly [speaker: number, text: string])[]): Words {
  const rows: Row[] = [];
  for (const [speaker, text] of turns) {
    for (const shown of text.split(' ')) {
      const punctuation = /[^\p{L}\p{N}]*$/u.exec(shown)![0];
      const word = shown.slice(0, shown.length - punctuation.length);
      rows.push([speaker, rows.length, rows.length + 0.5, word, punctuation]);
    }
  }
  return madeWords(rows);
}
