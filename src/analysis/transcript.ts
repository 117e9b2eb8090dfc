import type { Form } from './form.js';

/** A row of v2's simplified transcript. Times are in seconds since the start of the call. */
export interface TranscriptRow {
  readonly endTime: number;
  /** Zero-based, as in the words. */
  readonly speakerNumber: number;
  readonly startTime: number;
  readonly text: string;
}

/** The simplified transcript: a row per block, in order (the reference's "Simplified Transcript"). */
export function simplifiedTranscript(form: Form): TranscriptRow[] {
  const { start, end } = form.times();
  const { blockWord, blockSpeaker } = form;
  return form.blockTexts().map((text, block) => ({
    endTime: end[blockWord[block + 1]! - 1]!,
    speakerNumber: blockSpeaker[block]!,
    startTime: start[blockWord[block]!]!,
    text,
  }));
}
