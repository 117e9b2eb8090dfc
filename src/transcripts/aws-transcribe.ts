import { createDraft } from './draft.js';
import { field, has, items, type JsonValue, secondsOf, textOf } from './json-value.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';
import { speakerOf } from './whisper.js';

/** Whether this is the output of an AWS Transcribe job. */
export function isAwsTranscribe(file: JsonValue): boolean {
  const results = field(file, 'results');
  return has(results, 'items') && (has(results, 'transcripts') || has(file, 'jobName'));
}

/**
 * Reads the output of AWS Transcribe, whose times are text. Punctuation is items without times. Speakers are in the items
 * themselves, or in `speaker_labels` by the start of the word. With `channel_labels` every channel is a speaker.
 */
export function readAwsTranscribe(file: JsonValue, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const draft = createDraft('aws-transcribe', known);
  const results = field(file, 'results');
  const labels = labelsByStart(results);
  const add = (item: JsonValue, channel: string | null) => {
    const content = textOf(field(items(field(item, 'alternatives'))[0] ?? item, 'content')) ?? '';
    if (textOf(field(item, 'type')) === 'punctuation') {
      draft.punctuation(content);
      return;
    }
    const start = secondsOf(field(item, 'start_time'));
    const label = textOf(field(item, 'speaker_label')) ?? (start === null ? null : (labels.get(start) ?? null));
    const number = /^ch_(\d+)$/.exec(channel ?? '')?.[1];
    draft.words(content, {
      speaker: speakerOf(draft, label ?? channel, number === undefined ? null : Number(number)),
      start,
      end: secondsOf(field(item, 'end_time')),
    });
  };
  const channels = items(field(field(results, 'channel_labels'), 'channels'));
  for (const channel of channels) {
    for (const item of items(field(channel, 'items'))) add(item, textOf(field(channel, 'channel_label')));
  }
  if (channels.length === 0) for (const item of items(field(results, 'items'))) add(item, null);
  return draft.finish({ language: textOf(field(results, 'language_code')) });
}

function labelsByStart(results: JsonValue): ReadonlyMap<number, string> {
  const labels = new Map<number, string>();
  for (const segment of items(field(field(results, 'speaker_labels'), 'segments'))) {
    for (const item of items(field(segment, 'items'))) {
      const [start, label] = [secondsOf(field(item, 'start_time')), textOf(field(item, 'speaker_label'))];
      if (start !== null && label !== null) labels.set(start, label);
    }
  }
  return labels;
}
