/** A word as an engine returned it: times may be missing, wrong or overlap. */
export interface RecognizedWord {
  /** With its punctuation, if the engine writes any. */
  readonly text: string;
  /** Seconds on the call's timeline; null where the engine gave none. */
  readonly start: number | null;
  readonly end: number | null;
  /** The engine's name of the speaker within the channel; null if it tells none apart. */
  readonly speaker: string | null;
  /** From 0 to 1; null where the engine gave none. */
  readonly confidence: number | null;
  /** The segment that the word is in, as an index into `segments`; null if the engine has no segments. */
  readonly segment: number | null;
}

/** A run of words that an engine returned together, in seconds on the call's timeline. */
export interface RecognizedSegment {
  readonly start: number;
  readonly end: number;
}

/** What an engine returned for a channel. */
export interface RecognizedChannel {
  /** In the order in which they were said, at least within a segment. */
  readonly words: readonly RecognizedWord[];
  readonly segments: readonly RecognizedSegment[];
}

/** What an engine returned. It is kept as JSON, so that a later step's failure costs no second recognition. */
export interface Recognition {
  /** The engine and its model, for people to read: `openai whisper-1`. */
  readonly engine: string;
  /** The language that it heard, or was told: a code in ISO 639; null if unknown. */
  readonly language: string | null;
  /** In the order of the request's channels. */
  readonly channels: readonly RecognizedChannel[];
}
