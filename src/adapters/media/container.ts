/** A part of a file that is a whole recording of its own: bytes from `start` up to `end`. */
export interface FilePart {
  readonly start: number;
  readonly end: number;
}

/** What a file's own headers say. */
export interface Container {
  readonly name: 'wav' | 'mp3' | 'mp4' | 'ogg' | 'matroska' | 'flac' | 'amr';
  /** The length that the file states; null if it states none. */
  readonly statedSeconds: number | null;
  /** How much of its start is an encoder's delay that no header states. */
  readonly delaySeconds?: number;
  /** More than one for a chained Ogg file, in which each pause of the recorder begins a new part. */
  readonly parts: readonly FilePart[];
}
