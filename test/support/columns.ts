import type { Words } from '#debrief/analysis/words.js';

/** A word as POST /api/v1/calls takes it, with what matters to the analysis. */
export interface SentWord {
  readonly start: string | number;
  readonly end: string | number;
  readonly word: string;
  readonly p?: string | undefined;
  readonly v: number;
}

/** Words in order of start, as the analysis takes them. */
export function columnsOf(words: readonly SentWord[]): Words {
  return {
    count: words.length,
    start: Float64Array.from(words, ({ start }) => Number(start)),
    end: Float64Array.from(words, ({ end }) => Number(end)),
    speaker: Uint16Array.from(words, ({ v }) => v),
    text: words.map(({ word }) => word),
    punctuation: words.map(({ p = '' }) => p),
  };
}
