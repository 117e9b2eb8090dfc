/** A run of words of one speaker. */
export interface SpokenBlock {
  /** Seconds since the start of the call. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Zero-based, as in the words. */
  readonly speakerNumber: number;
  readonly text: string;
}

/** A call to be summarised. */
export interface SummaryRequest {
  readonly blocks: readonly SpokenBlock[];
  /** How a speaker is named in the summary, by number: `Ann Lee`, `Customer`, `Speaker 2`. */
  readonly speakerNames: ReadonlyMap<number, string>;
  /** The numbers of the speakers who belong to the account. */
  readonly internalSpeakers: ReadonlySet<number>;
  /** The language of the call: its code in ISO 639. */
  readonly language: string;
  readonly signal: AbortSignal;
}

/** Something that a summary says, with the moment of the call that it is from; null if there is none. */
export interface CitedText {
  readonly text: string;
  readonly seconds: number | null;
}

/** A summary in the reference's shape, each item with its moment. */
export interface CitedSummary {
  readonly summary: readonly CitedText[];
  readonly nextSteps: readonly CitedText[];
  readonly questionsAndAnswers: readonly { readonly question: CitedText; readonly answer: CitedText }[];
}

/** Summarises calls. */
export interface Summarizer {
  /** The engine and its model, for people to read: `extractive`, `openai gpt-4o-mini`. */
  readonly name: string;
  /** What leaves this machine, and to where; null if nothing does. For documents and `doctor`. */
  readonly sends: string | null;
  /**
   * Summarises a call. Null if there is too little in it to summarise.
   * @throws AppError `unavailable`, with `retryAfterSeconds` if the engine asked for it; `invalid` if its answer does not
   *   hold after the retries that are worth it. The reason of `signal`, if it aborted.
   */
  summarize(request: SummaryRequest): Promise<CitedSummary | null>;
  /** Throws `unavailable`, saying what is missing and how to mend it. */
  check(): Promise<void>;
}
