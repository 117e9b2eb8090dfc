/** A word of a call, as writers need it. Times are in seconds, of whole milliseconds. */
export interface ShownWord {
  readonly text: string;
  readonly punctuation: string;
  readonly start: number;
  readonly end: number;
  readonly speaker: number;
}

/** A speaker of a call. */
export interface ShownSpeaker {
  readonly number: number;
  /** Null if unknown. */
  readonly name: string | null;
  readonly email: string | null;
}

/** A call's transcript, to be written to a file. */
export interface ShownTranscript {
  /** In order of start. */
  readonly words: readonly ShownWord[];
  /** Ranges of words whose times are interpolated: index of the first, index after the last, and so on. */
  readonly interpolated: readonly number[];
  readonly speakers: readonly ShownSpeaker[];
}

/** A speaker's name; `Speaker 3` for one without a name, which readers take for the number 3. */
export function shownName(speakers: readonly ShownSpeaker[], number: number): string {
  return speakers.find((each) => each.number === number)?.name ?? `Speaker ${number}`;
}
