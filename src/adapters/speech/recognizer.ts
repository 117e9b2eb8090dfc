import type { Recognition } from '../../transcripts/recognition.js';

/** A channel of a recording, on the call's timeline. */
interface SpeechChannel {
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
