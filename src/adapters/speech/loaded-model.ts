/** A word as a model heard it, in seconds of the sound that it was given; null if it gives no times. */
export interface HeardWord {
  readonly text: string;
  readonly start: number | null;
  readonly end: number | null;
}

/** A model that is loaded. */
export interface LoadedModel {
  /**
   * How much speech it is given at once. Spans are put together up to this, since some models take as long for a second
   * as for half a minute; 0 gives it each span by itself.
   */
  readonly packSeconds: number;
  /** Recognises samples of 16 kHz. */
  hear(samples: Int16Array): Promise<{ readonly words: readonly HeardWord[]; readonly language: string | null }>;
}
