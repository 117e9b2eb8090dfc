/** A channel of a recording, on the call's timeline. */
export interface SpeechChannel {
  /** A WAV file of 16 kHz, mono, 16 bits. */
  readonly path: string;
}

/** What is to be recognised. */
export interface SpeechRequest {
  /** The channels in which somebody speaks. */
  readonly channels: readonly SpeechChannel[];
  readonly durationSeconds: number;
  /** The language of the call: its code in ISO 639, such as `en`; null leaves it to the engine. */
  readonly language: string | null;
  /** Names and terms to expect. */
  readonly names: readonly string[];
  /** An empty folder for what the engine needs. The caller removes it. */
  readonly folder: string;
  /** Ends the recognition at once. */
  readonly signal: AbortSignal;
  /** Called now and then with the fraction that is done, from 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

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

/** A run of words that an engine returned together. Its times are trusted more than those of its words. */
export interface RecognizedSegment {
  readonly start: number;
  readonly end: number;
}

/** What an engine returned for a channel. */
export interface RecognizedChannel {
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

/** Recognises speech. */
export interface Recognizer {
  /** The engine and its model, for people to read. */
  readonly name: string;
  /** What leaves this machine, and to where; null if nothing does. For documents and `doctor`. */
  readonly sends: string | null;
  /**
   * @throws AppError `invalid` if the engine refuses the recording itself, so that a retry would fail too; otherwise
   *   `unavailable`, with `retryAfterSeconds` if the engine asked for it. The reason of `signal`, if it aborted.
   */
  recognize(request: SpeechRequest): Promise<Recognition>;
  /** Throws `unavailable`, saying what is missing and how to mend it. */
  check(): Promise<void>;
}
