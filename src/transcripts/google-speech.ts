import { createDraft } from './draft.js';
import { entries, field, has, items, type JsonValue, secondsOf, textOf } from './json-value.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';

/** The results in Google's JSON: of a request, of a finished operation, or of a batch with one file. */
function resultsOf(file: JsonValue): JsonValue | null {
  for (const place of [file, field(file, 'response')]) {
    const results = field(place, 'results');
    if (Array.isArray(results.value)) return results;
    for (const [, each] of entries(results)) {
      const found = field(field(field(each, 'inlineResult', 'inline_result'), 'transcript'), 'results');
      if (Array.isArray(found.value)) return found;
      const direct = field(field(each, 'transcript'), 'results');
      if (Array.isArray(direct.value)) return direct;
    }
  }
  return null;
}

/** Whether this is the answer of Google Speech-to-Text, v1 or v2. A result without speech has an end only. */
export function isGoogleSpeech(file: JsonValue): boolean {
  const results = resultsOf(file);
  return results !== null && items(results).every((each) => has(each, 'alternatives') || endOfResult(each) !== null);
}

const endOfResult = (result: JsonValue) =>
  secondsOf(field(result, 'resultEndTime', 'result_end_time', 'resultEndOffset', 'result_end_offset'));

const NAMES_OF_V2 = ['resultEndOffset', 'startOffset', 'endOffset', 'speakerLabel'];
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function isSecondVersion(results: readonly JsonValue[]): boolean {
  const names = [...NAMES_OF_V2, ...NAMES_OF_V2.map(snakeCase)];
  return results.some((each) => [each, ...wordsOf(each)].some((place) => names.some((name) => has(place, name))));
}

const bestOf = (result: JsonValue) => items(field(result, 'alternatives'))[0] ?? { value: {}, path: result.path };
const wordsOf = (result: JsonValue) => items(field(bestOf(result), 'words'));
const endOf = (word: JsonValue) => secondsOf(field(word, 'endTime', 'end_time', 'endOffset', 'end_offset'));
/** A field of 0 is left out of Google's JSON: a word with an end and no start begins at 0. */
const startOf = (word: JsonValue) =>
  secondsOf(field(word, 'startTime', 'start_time', 'startOffset', 'start_offset')) ?? (endOf(word) === null ? null : 0);

/**
 * Reads the answer of Google Speech-to-Text, v1 or v2, with names in either case. v1 with diarization repeats all words
 * in a later result: a result whose words all come again in the last one of its channel is left out. Where a result has
 * no words, its text lasts from the end of the one before to its own.
 */
export function readGoogleSpeech(file: JsonValue, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const results = items(resultsOf(file) ?? { value: [], path: 'results' });
  const draft = createDraft(isSecondVersion(results) ? 'google-v2' : 'google-v1', known);
  const channelOf = (result: JsonValue) => textOf(field(result, 'channelTag', 'channel_tag')) ?? '0';
  const hasChannels = new Set(results.map(channelOf)).size > 1;
  const last = new Map(results.filter((each) => wordsOf(each).length > 0).map((each) => [channelOf(each), each]));
  const place = (word: JsonValue) => `${startOf(word)} ${textOf(field(word, 'word'))}`;
  const repeated = new Map([...last].map(([channel, each]) => [channel, new Set(wordsOf(each).map(place))]));
  const reached = new Map<string, number>();
  let language: string | null = null;
  for (const result of results) {
    language ??= textOf(field(result, 'languageCode', 'language_code'));
    const channel = channelOf(result);
    const words = wordsOf(result);
    const speaker = (label: string | null) =>
      draft.speaker(`${channel} ${label ?? ''}`, { channel: hasChannels ? Math.max(0, Number(channel) - 1) : null });
    const end = endOfResult(result);
    if (words.length === 0) {
      const segment = end === null ? null : draft.segment(reached.get(channel) ?? 0, end);
      draft.words(textOf(field(bestOf(result), 'transcript')) ?? '', { speaker: speaker(null), segment });
    }
    if (end !== null) reached.set(channel, end);
    if (result !== last.get(channel) && words.every((word) => repeated.get(channel)?.has(place(word)))) continue;
    for (const word of words) {
      const label = textOf(field(word, 'speakerLabel', 'speaker_label', 'speakerTag', 'speaker_tag'));
      draft.words(textOf(field(word, 'word')) ?? '', {
        speaker: speaker(label),
        start: startOf(word),
        end: endOf(word),
      });
    }
  }
  return draft.finish({ language });
}
