import Type, { type Static } from 'typebox';
import { named, nullable, optional } from './fields.js';
import { list, listOf, v1 } from './route.js';
import { CallSpeaker } from './v1-answers.js';
import { Call } from './v2.js';

const text = Type.String();
const number = Type.Integer({ minimum: 0 });

/** What was stored of a transcript file. */
export const TranscriptReceipt = Type.Object(
  {
    id: text,
    state: Call.properties.state,
    changed: Type.Boolean({ description: 'false if the call has this transcript already, or edits of it' }),
    format: Type.String({ description: 'the format that was found, such as WebVTT' }),
    language: nullable(text, 'its code in ISO 639; null if the file does not tell'),
    words: number,
    interpolatedWords: Type.Integer({ minimum: 0, description: 'how many of them have interpolated times' }),
    cues: nullable(
      Type.Object({
        read: number,
        kept: number,
        dropped: Type.Array(Type.Object({ reason: text, count: Type.Integer({ minimum: 1 }) })),
      }),
      'how many cues the file has, and what became of them; null for a format without cues',
    ),
    notes: Type.Array(text, { description: 'what people should know, in sentences' }),
  },
  { title: 'TranscriptReceipt' },
);
export type TranscriptReceipt = Static<typeof TranscriptReceipt>;

const time = Type.String({ description: 'seconds since the start of the call, as a decimal' });

/** A word of a transcript as shown. */
export const TranscriptWord = Type.Object(
  {
    start: time,
    end: time,
    word: text,
    p: optional(Type.String({ description: 'the punctuation after the word' })),
    v: Type.Integer({ minimum: 0, description: 'speaker number' }),
    interpolated: optional(Type.Literal(true, { description: 'set if the times are not measured' })),
  },
  { title: 'TranscriptWord' },
);
export type TranscriptWord = Static<typeof TranscriptWord>;

const position = (what: string) =>
  Type.Integer({ minimum: 0, maximum: 200_000, description: `${what}, from 0 to 200000` });
const newTime = optional(
  nullable(
    Type.Number({ minimum: 0, maximum: 1_000_000 }),
    'seconds since the start of the call, a number from 0 to 1000000; null or left out to interpolate',
  ),
);
const speakerNumber = Type.Integer({ minimum: 0, maximum: 65_535, description: 'a whole number from 0 to 65535' });
const NewWord = Type.Object(
  {
    word: Type.String({ minLength: 1, maxLength: 1_000, pattern: '\\S', description: 'text of 1 to 1000 characters' }),
    p: optional(nullable(Type.String({ maxLength: 20 }), 'text of up to 20 characters, or null')),
    start: newTime,
    end: newTime,
    v: optional(speakerNumber),
  },
  named('NewWord'),
);

/** Replaces a range of words, or changes who speaks them. */
export const TranscriptPatch = Type.Object(
  {
    from: position('the index of the first word of the range'),
    to: position('the index after its last word'),
    words: optional(
      Type.Array(NewWord, { maxItems: 2_000, description: 'an array of up to 2000 {word, p, start, end, v}' }),
    ),
    speaker: optional(speakerNumber),
  },
  named('TranscriptPatch'),
);
export type TranscriptPatch = Static<typeof TranscriptPatch>;

/** A change of a transcript that somebody made. */
export const TranscriptEdit = Type.Object(
  {
    number: Type.Integer({ minimum: 1 }),
    at: Type.String({ format: 'date-time' }),
    by: Type.Object({
      kind: Type.Enum(['user', 'credential', 'command']),
      id: nullable(text, 'null for a command at the server'),
    }),
    from: Type.Integer({ minimum: 0, description: 'index of the first word that was replaced' }),
    removed: Type.Array(TranscriptWord, { description: 'the words before' }),
    added: Type.Array(TranscriptWord, { description: 'the words after' }),
    undoes: nullable(Type.Integer({ minimum: 1 }), 'the number of the edit that it undoes; null for any other'),
  },
  { title: 'TranscriptEdit' },
);
export type TranscriptEdit = Static<typeof TranscriptEdit>;

/** Where a transcript is from. */
const TranscriptOrigin = Type.Object(
  {
    kind: Type.Enum(['sent', 'file', 'recognized', 'edited']),
    madeBy: nullable(text, 'the engine, or the format of the file; null if the words were sent as they are'),
    language: nullable(text, 'its code in ISO 639; null if unknown'),
    notes: Type.Array(text),
  },
  { title: 'TranscriptOrigin' },
);

/** A call's transcript, to be shown and edited. */
export const CallTranscript = Type.Object(
  {
    callId: text,
    origin: nullable(TranscriptOrigin, 'where it is from; null if the call has no transcript'),
    speakers: Type.Array(CallSpeaker),
    words: Type.Array(TranscriptWord),
  },
  { title: 'CallTranscript' },
);
export type CallTranscript = Static<typeof CallTranscript>;

/** Routes of transcripts in /api/v1. */
export const transcriptRoutes = {
  importTranscript: v1(
    'POST',
    '/calls/:id/transcript',
    'write',
    'rep',
    'Give a call the transcript in a file: WebVTT, SRT, vCon, or the JSON of a speech service',
    { bodyType: 'application/octet-stream', answer: TranscriptReceipt },
  ),
  readTranscript: v1(
    'GET',
    '/calls/:id/transcript',
    'read',
    'rep',
    'The words of a call, or its transcript as a file',
    {
      query: {
        format: {
          kind: 'choice',
          of: ['json', 'vtt', 'srt', 'txt', 'vcon'],
          description: 'the format of the answer; json if left out',
        },
      },
      answer: CallTranscript,
      textTypes: ['text/vtt', 'application/x-subrip', 'text/plain', 'application/vcon'],
      etag: true,
    },
  ),
  editTranscript: v1('PATCH', '/calls/:id/transcript', 'write', 'rep', 'Correct a range of words, or who speaks them', {
    body: TranscriptPatch,
    answer: TranscriptEdit,
    etag: true,
  }),
  listTranscriptEdits: v1(
    'GET',
    '/calls/:id/transcript/edits',
    'read',
    'rep',
    'Edits of a transcript, the newest first',
    {
      query: list,
      answer: listOf(TranscriptEdit),
    },
  ),
  undoTranscriptEdit: v1(
    'POST',
    '/calls/:id/transcript/edits/:number/undo',
    'write',
    'rep',
    'Undo an edit of a transcript',
    {
      answer: TranscriptEdit,
      etag: true,
    },
  ),
};
