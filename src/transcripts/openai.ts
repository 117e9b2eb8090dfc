import { createDraft } from './draft.js';
import { field, has, items, type JsonValue, secondsOf, textOf } from './json-value.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';
import { addSegment, speakerOf } from './whisper.js';

/** Whether this is OpenAI's `verbose_json`. */
export function isVerbose(file: JsonValue): boolean {
  return has(file, 'text') && has(file, 'task') && !isDiarized(file);
}

/**
 * Reads OpenAI's `verbose_json`: `words` with `timestamp_granularities[]=word`, else `segments` with their text. The
 * words have no punctuation, and the text has: it is taken from there if the words agree.
 */
export function readVerbose(file: JsonValue, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const draft = createDraft('openai', known);
  const words = items(field(file, 'words'));
  const segments = items(field(file, 'segments'));
  const speaker = () => speakerOf(draft, null);
  if (words.length > 0) {
    const written = punctuated(
      words.map((word) => textOf(field(word, 'word')) ?? ''),
      textOf(field(file, 'text')) ?? '',
    );
    for (const [i, word] of words.entries()) {
      const times = { start: secondsOf(field(word, 'start')), end: secondsOf(field(word, 'end')) };
      draft.words(written[i]!, { speaker: speaker(), ...times });
    }
  } else if (segments.length > 0) for (const segment of segments) addSegment(draft, segment);
  else {
    const text = textOf(field(file, 'text')) ?? '';
    const end = secondsOf(field(file, 'duration'));
    draft.words(text, { speaker: speaker(), segment: end === null ? null : draft.segment(0, end) });
  }
  return draft.finish({ language: textOf(field(file, 'language')) });
}

const SOUND = /[\p{L}\p{N}]/u;
const lettersOf = (text: string) => [...text.toLowerCase()].filter((letter) => SOUND.test(letter)).join('');
/** What follows a word and belongs to it: marks without letters, next to it or standing alone. */
const AFTER = /^[^\p{L}\p{N}\s]*(?=\s|$)(?:\s+[^\p{L}\p{N}\s]+(?=\s|$))*/u;

/** The words as the text writes them; as they are, if the text has other letters. */
function punctuated(words: readonly string[], text: string): readonly string[] {
  let rest = text;
  const result: string[] = [];
  for (const word of words) {
    const wanted = lettersOf(word);
    let [heard, length] = ['', 0];
    for (const letter of rest) {
      if (heard.length >= wanted.length) break;
      heard += lettersOf(letter);
      length += letter.length;
    }
    if (wanted === '' || heard !== wanted) return words;
    const end = length + (AFTER.exec(rest.slice(length))?.[0].length ?? 0);
    // A hyphen between two words belongs to neither.
    result.push(rest.slice(0, end).replace(/^[\s-]+/, ''));
    rest = rest.slice(end);
  }
  return lettersOf(rest) === '' ? result : words;
}

/** Whether this is OpenAI's `diarized_json`. */
export function isDiarized(file: JsonValue): boolean {
  return (
    has(file, 'segments') &&
    items(field(file, 'segments')).some((each) => textOf(field(each, 'type')) === 'transcript.text.segment')
  );
}

/** Reads OpenAI's `diarized_json`: segments with a speaker, `A` or a known name, and their text, without words. */
export function readDiarized(file: JsonValue, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const draft = createDraft('openai-diarized', known);
  for (const segment of items(field(file, 'segments'))) addSegment(draft, segment);
  return draft.finish();
}
