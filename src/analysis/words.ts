/**
 * A checked transcript in canonical order (by start, stable), as columns: there is no object per word. `text[i]` is the
 * word or phrase as sent, `punctuation[i]` what follows it, or ''.
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

/**
 * A speaker is INTERNAL if matched to a user of the account, EXTERNAL if matched to a CRM contact or given as external,
 * and otherwise UNKNOWN.
 */
export type SpeakerType = 'INTERNAL' | 'EXTERNAL' | 'UNKNOWN';
