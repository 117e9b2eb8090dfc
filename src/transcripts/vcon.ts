import { createDraft, type Draft } from './draft.js';
import { field, has, items, type JsonValue, secondsOf, textOf } from './json-value.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';

/** Reads the transcript in an analysis of a vCon: the JSON of a service, WebVTT or SRT. Null for none of these. */
export type InnerReader = (body: { readonly json: unknown } | { readonly text: string }) => TranscriptFile | null;

/** Whether this is a vCon. */
export function isVcon(file: JsonValue): boolean {
  return has(file, 'vcon') || (has(file, 'parties') && (has(file, 'dialog') || has(file, 'analysis')));
}

interface Party {
  readonly name: string | null;
  readonly email: string | null;
}

/** What an analysis says of one word, whichever names it uses. */
const WORD_NAMES = ['punctuated_word', 'word', 'text'] as const;

/**
 * Reads a vCon (draft-ietf-vcon-vcon-core). Transcripts are its analyses of type `transcript`, whose `body` is an object
 * or JSON as text. Each is put where its dialog begins, counted from the first dialog, and its speakers are parties of
 * that dialog. Without any, the words are those of the dialogs of type `text`, at the time they were sent.
 */
export function readVcon(
  file: JsonValue,
  known: readonly KnownSpeaker[],
  readInner: InnerReader,
  parseJson: (text: string) => unknown,
): TranscriptFile {
  const draft = createDraft('vcon', known);
  const parties = items(field(file, 'parties')).map(partyOf);
  const dialogs = items(field(file, 'dialog'));
  const starts = dialogs.map((dialog) => secondsOfDate(textOf(field(dialog, 'start')) ?? ''));
  const first = starts.reduce((least, start) => (start < least ? start : least), Number.POSITIVE_INFINITY);
  const offsetOf = (index: number) => (Number.isFinite(starts[index]) ? starts[index]! - first : 0);
  const spoken = dialogs.map((dialog) => numbersOf(field(dialog, 'parties')));

  const transcripts = items(field(file, 'analysis')).filter((each) =>
    /transcript/i.test(textOf(field(each, 'type')) ?? ''),
  );
  let language: string | null = null;
  for (const analysis of transcripts) {
    const index = numbersOf(field(analysis, 'dialog'))[0] ?? 0;
    const body = bodyOf(field(analysis, 'body'), parseJson);
    const inner = { draft, parties: spoken[index] ?? [], offset: offsetOf(index) };
    language ??= addTranscript(inner, parties, body, readInner);
  }
  if (transcripts.length === 0) {
    for (const [index, dialog] of dialogs.entries()) {
      if (textOf(field(dialog, 'type')) !== 'text') continue;
      const start = offsetOf(index);
      const end = start + (secondsOf(field(dialog, 'duration')) ?? 0);
      const [party] = [...numbersOf(field(dialog, 'originator')), ...numbersOf(field(dialog, 'parties'))];
      const segment = end > start ? draft.segment(start, end) : null;
      const speaker = partySpeaker(draft, parties, party);
      draft.words(textOf(field(dialog, 'body')) ?? '', { speaker, segment, start: segment === null ? start : null });
    }
  }
  return draft.finish({ language });
}

/** Seconds since 1970 of a date with a time; UTC where it has no offset. NaN if it is none. */
function secondsOfDate(text: string): number {
  return Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`) / 1000;
}

function partyOf(party: JsonValue): Party {
  const address = textOf(field(party, 'mailto', 'email'))?.replace(/^mailto:/i, '') ?? null;
  return { name: textOf(field(party, 'name')), email: address };
}

/** A number, or a list of numbers and of lists of them, as vCon writes the parties of a dialog. */
function numbersOf({ value }: JsonValue): number[] {
  if (typeof value === 'number') return Number.isInteger(value) ? [value] : [];
  if (typeof value === 'string') return /^\d+$/.test(value) ? [Number(value)] : [];
  if (!Array.isArray(value)) return [];
  return value.flat().flatMap((each) => (Array.isArray(each) ? [] : numbersOf({ value: each, path: '' })));
}

function partySpeaker(draft: Draft, parties: readonly Party[], index: number | undefined): number {
  return draft.speaker(`party ${index ?? ''}`, { ...(index !== undefined && parties[index]) });
}

/** The body of an analysis: what its JSON says, or its text where that is none. */
function bodyOf(body: JsonValue, parseJson: (text: string) => unknown): JsonValue | string {
  if (typeof body.value !== 'string') return body;
  return /^\s*[{[]/.test(body.value) ? { value: parseJson(body.value), path: body.path } : body.value;
}

interface Place {
  readonly draft: Draft;
  /** Indexes of the parties that speak in it, by channel or in order. */
  readonly parties: readonly number[];
  /** Seconds after the first dialog. */
  readonly offset: number;
}

/** Adds what an analysis says. Returns its language. */
function addTranscript(
  place: Place,
  parties: readonly Party[],
  body: JsonValue | string,
  readInner: InnerReader,
): string | null {
  const { draft, offset } = place;
  const shifted = (time: number | null) => (time === null ? null : time + offset);
  if (typeof body !== 'string' && has(body, 'words') && !has(body, 'text')) {
    return addWords(place, parties, body);
  }
  const inner = readInner(typeof body === 'string' ? { text: body } : { json: body.value });
  if (inner === null) {
    if (typeof body === 'string') draft.words(body, { speaker: partySpeaker(draft, parties, place.parties[0]) });
    else draft.note(`${body.path} is no transcript that is known; it is left out.`);
    return null;
  }
  const speakers = new Map(
    inner.speakers.map((each) => {
      const index = place.parties[each.channel ?? each.number];
      const party = index === undefined ? undefined : parties[index];
      const name = each.name ?? party?.name ?? null;
      return [
        each.number,
        draft.speaker(`party ${index ?? `? ${each.number}`}`, {
          ...each,
          number: null,
          name,
          email: each.email ?? party?.email ?? null,
        }),
      ];
    }),
  );
  const segments = inner.segments.map(({ start, end }) => draft.segment(start + offset, end + offset));
  for (const word of inner.words) {
    draft.words(`${word.text}${word.punctuation}`, {
      speaker: speakers.get(word.speaker)!,
      segment: word.segment === null ? null : segments[word.segment]!,
      start: shifted(word.start),
      end: shifted(word.end),
    });
  }
  for (const note of inner.notes) draft.note(note);
  return inner.language;
}

/**
 * Adds a list of words. `party` is the index of the party that speaks one; `v` is a speaker number, as Debrief writes it.
 * Other programs have `speaker`, which counts the parties of the dialog.
 */
function addWords(
  { draft, parties: spoken, offset }: Place,
  parties: readonly Party[],
  body: JsonValue,
): string | null {
  const shifted = (time: number | null) => (time === null ? null : time + offset);
  for (const word of items(field(body, 'words'))) {
    const written = `${textOf(field(word, ...WORD_NAMES)) ?? ''}${textOf(field(word, 'p')) ?? ''}`;
    if (field(word, 'is_punctuation').value === true) {
      draft.punctuation(written);
      continue;
    }
    const number = numbersOf(field(word, 'v'))[0] ?? null;
    const counted = numbersOf(field(word, 'speaker'))[0];
    const index = numbersOf(field(word, 'party'))[0] ?? spoken[counted ?? 0];
    const party = index === undefined ? undefined : parties[index];
    const isInterpolated = field(word, 'interpolated').value === true;
    const [start, end] = [shifted(secondsOf(field(word, 'start'))), shifted(secondsOf(field(word, 'end')))];
    const key = number !== null ? `number ${number}` : `party ${index ?? `? ${counted ?? ''}`}`;
    draft.words(written, { speaker: draft.speaker(key, { ...party, number }), start, end, isInterpolated });
  }
  return textOf(field(body, 'language', 'detected_language'));
}
