import Type, { type Static } from 'typebox';
import { nullable, optional } from './fields.js';
import { v1 } from './route.js';
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
};
