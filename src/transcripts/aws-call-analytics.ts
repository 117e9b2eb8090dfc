import { createDraft } from './draft.js';
import { field, fromMilliseconds, has, items, type JsonValue, textOf } from './json-value.js';
import { isSpoken } from './spoken-text.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';

/** Whether this is the output of AWS Transcribe Call Analytics. */
export function isAwsCallAnalytics(file: JsonValue): boolean {
  return has(file, 'Transcript') && Array.isArray(field(file, 'Transcript').value);
}

const TYPES: Readonly<Record<string, 'INTERNAL' | 'EXTERNAL'>> = { AGENT: 'INTERNAL', CUSTOMER: 'EXTERNAL' };

/**
 * Reads the output of AWS Transcribe Call Analytics, whose times are milliseconds: turns of an AGENT, who is one of the
 * account's own people, and a CUSTOMER, with their words and punctuation as items.
 */
export function readAwsCallAnalytics(file: JsonValue, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const draft = createDraft('aws-call-analytics', known);
  for (const turn of items(field(file, 'Transcript'))) {
    const role = textOf(field(turn, 'ParticipantRole')) ?? '';
    const speaker = draft.speaker(role, { type: TYPES[role] ?? null });
    const [from, to] = [
      fromMilliseconds(field(turn, 'BeginOffsetMillis')),
      fromMilliseconds(field(turn, 'EndOffsetMillis')),
    ];
    const segment = from === null || to === null ? null : draft.segment(from, to);
    const words = items(field(turn, 'Items'));
    if (words.length === 0) draft.words(textOf(field(turn, 'Content')) ?? '', { speaker, segment });
    for (const word of words) {
      const content = textOf(field(word, 'Content')) ?? '';
      const [start, end] = [
        fromMilliseconds(field(word, 'BeginOffsetMillis')),
        fromMilliseconds(field(word, 'EndOffsetMillis')),
      ];
      const isWord = start !== null || isSpoken(content);
      if (isWord) draft.words(content, { speaker, segment, start, end });
      else draft.punctuation(content);
    }
  }
  return draft.finish({ language: textOf(field(file, 'LanguageCode')) });
}
