import { createDraft } from './draft.js';
import { field, has, items, type JsonValue, secondsOf, textOf } from './json-value.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';

/** Whether this is the JSON of Rev.ai or Rev. */
export function isRevAi(file: JsonValue): boolean {
  return has(file, 'monologues');
}

/** Reads Rev.ai's JSON: monologues of a speaker, whose elements are words and the punctuation between them. */
export function readRevAi(file: JsonValue, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const draft = createDraft('rev-ai', known);
  const names = new Map(
    items(field(file, 'speakers')).map((each) => [textOf(field(each, 'id')), textOf(field(each, 'name'))]),
  );
  for (const monologue of items(field(file, 'monologues'))) {
    const id = textOf(field(monologue, 'speaker')) ?? '';
    const name = textOf(field(field(monologue, 'speaker_info'), 'display_name')) ?? names.get(id) ?? null;
    const speaker = draft.speaker(id, { name });
    for (const element of items(field(monologue, 'elements'))) {
      const value = textOf(field(element, 'value')) ?? '';
      if (textOf(field(element, 'type')) === 'punct') draft.punctuation(value);
      else
        draft.words(value, {
          speaker,
          start: secondsOf(field(element, 'ts')),
          end: secondsOf(field(element, 'end_ts')),
        });
    }
  }
  return draft.finish({ language: textOf(field(file, 'language')) });
}
