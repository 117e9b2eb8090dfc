import { createDraft } from './draft.js';
import { field, has, items, type JsonValue, secondsOf, textOf } from './json-value.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';

/** Whether this is Deepgram's answer to a recording. */
export function isDeepgram(file: JsonValue): boolean {
  return has(field(file, 'results'), 'channels');
}

/**
 * Reads Deepgram's JSON: the words of the first alternative of every channel. With several channels each of them is at
 * least one speaker, and with `diarize` each number in a channel is one.
 */
export function readDeepgram(file: JsonValue, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const draft = createDraft('deepgram', known);
  const channels = items(field(field(file, 'results'), 'channels'));
  let language: string | null = null;
  for (const [index, channel] of channels.entries()) {
    const best = items(field(channel, 'alternatives'))[0];
    language ??= textOf(field(channel, 'detected_language'));
    if (best === undefined) continue;
    for (const word of items(field(best, 'words'))) {
      const number = textOf(field(word, 'speaker')) ?? '';
      draft.words(textOf(field(word, 'punctuated_word', 'word')) ?? '', {
        speaker: draft.speaker(`${index} ${number}`, { channel: channels.length > 1 ? index : null }),
        start: secondsOf(field(word, 'start')),
        end: secondsOf(field(word, 'end')),
      });
    }
  }
  return draft.finish({ language });
}
