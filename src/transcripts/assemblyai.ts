import { createDraft } from './draft.js';
import { field, fromMilliseconds, has, items, type JsonValue, textOf } from './json-value.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';
import { speakerOf } from './whisper.js';

const OWN_FIELDS = ['audio_url', 'acoustic_model', 'audio_duration', 'speech_model', 'webhook_auth'];

/** Whether this is AssemblyAI's transcript object. */
export function isAssemblyAi(file: JsonValue): boolean {
  return has(file, 'id') && has(file, 'status') && OWN_FIELDS.some((name) => has(file, name));
}

/**
 * Reads AssemblyAI's JSON, whose times are milliseconds: the words of the `utterances`, which tell speakers apart, else
 * `words`. With `multichannel` each channel, counted from 1, is at least one speaker.
 */
export function readAssemblyAi(file: JsonValue, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const draft = createDraft('assemblyai', known);
  const status = textOf(field(file, 'status'));
  if (status !== 'completed') draft.note(`The transcript's status is "${status}", not "completed".`);
  const utterances = items(field(file, 'utterances'));
  const turns = utterances.length > 0 ? utterances : [file];
  for (const turn of turns) {
    for (const word of items(field(turn, 'words'))) {
      const channel = textOf(field(word, 'channel')) ?? (turn === file ? null : textOf(field(turn, 'channel')));
      const label = textOf(field(word, 'speaker')) ?? (turn === file ? null : textOf(field(turn, 'speaker')));
      draft.words(textOf(field(word, 'text')) ?? '', {
        speaker: speakerOf(draft, label, channel !== null && /^\d+$/.test(channel) ? Number(channel) - 1 : null),
        start: fromMilliseconds(field(word, 'start')),
        end: fromMilliseconds(field(word, 'end')),
      });
    }
  }
  return draft.finish({ language: textOf(field(file, 'language_code')) });
}
