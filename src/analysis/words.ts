/**
 * A checked transcript in canonical order (by start, stable), as columns: no object per word.
 * `text[i]` is the word or phrase as it was sent, `punctuation[i]` what follows it ('' where nothing does).
 */
export interface Words {
  readonly count: number;
  /** Seconds since the start of the call. */
  readonly start: Float64Array;
  /** Seconds since the start of the call; at or after the word's start. */
  readonly end: Float64Array;
  /** Zero-based speaker number. */
  readonly speaker: Uint16Array;
  readonly text: readonly string[];
  readonly punctuation: readonly string[];
}

/** INTERNAL matched a user of the account, EXTERNAL a CRM contact or was given as external, else UNKNOWN. */
export type SpeakerType = 'INTERNAL' | 'EXTERNAL' | 'UNKNOWN';
