import type { CitedSummary, SummaryInput } from '../../analysis/summary.js';

/** A call to be summarised. */
export interface SummaryRequest extends SummaryInput {
  readonly signal: AbortSignal;
}

/** Summarises calls. */
export interface Summarizer {
  /** The engine and its model, for people to read: `extractive`, `openai gpt-4o-mini`. */
  readonly name: string;
  /** What leaves this machine, and to where; null if nothing does. For documents and `doctor`. */
  readonly sends: string | null;
  /**
   * Summarises a call. Null if there is too little in it to summarise.
   * @throws AppError `unavailable`, with `retryAfterSeconds` if the engine asked for it; `invalid` if its answer does
   *   not hold after the retries that are worth it. The reason of `signal`, if it aborted.
   */
  summarize(request: SummaryRequest): Promise<CitedSummary | null>;
  /** Throws `unavailable`, saying what is missing and how to mend it. */
  check(): Promise<void>;
}
