import { createDraft, type Draft } from './draft.js';
import { field, has, items, type JsonValue, secondsOf, textOf } from './json-value.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';

/** Whether this is the JSON of openai-whisper, or of a program that writes the same, such as WhisperX. */
export function isWhisper(file: JsonValue): boolean {
  return (
    has(file, 'segments') && !has(file, 'task') && items(field(file, 'segments')).every((each) => has(each, 'text'))
  );
}

/**
 * Reads what `whisper --output_format json` writes: segments with their text, and with `--word_timestamps True` the
 * words of each. WhisperX adds a `speaker` to both.
 */
export function readWhisper(file: JsonValue, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const draft = createDraft('whisper', known);
  for (const segment of items(field(file, 'segments'))) addSegment(draft, segment);
  return draft.finish({ language: textOf(field(file, 'language')) });
}

/** Adds the words of a segment, or its text where it has none. */
export function addSegment(draft: Draft, segment: JsonValue): void {
  const [start, end] = [secondsOf(field(segment, 'start')), secondsOf(field(segment, 'end'))];
  const at = start === null || end === null ? null : draft.segment(start, end);
  const whose = textOf(field(segment, 'speaker'));
  const words = items(field(segment, 'words'));
  if (words.length === 0) {
    draft.words(textOf(field(segment, 'text')) ?? '', { speaker: speakerOf(draft, whose), segment: at });
  }
  for (const word of words) {
    draft.words(textOf(field(word, 'word', 'text')) ?? '', {
      speaker: speakerOf(draft, textOf(field(word, 'speaker')) ?? whose),
      segment: at,
      start: secondsOf(field(word, 'start')),
      end: secondsOf(field(word, 'end')),
    });
  }
}

/** Labels that engines give to speakers whom they only tell apart: `A`, `2`, `SPEAKER_01`, `spk_0`, `agent`. */
const LABEL = /^(?:[A-Z]|\d+[A-Z]?|(?:speaker|spk|ch)[ _-]?\w{1,5})$/i;

/** A speaker by what an engine calls them: a name, or a label that is none. */
export function speakerOf(draft: Draft, label: string | null, channel: number | null = null): number {
  const name = label === null || LABEL.test(label) ? null : label;
  return draft.speaker(`${channel ?? ''} ${label ?? ''}`, { name, channel });
}
