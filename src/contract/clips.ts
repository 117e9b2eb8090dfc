import Type, { type Static } from 'typebox';
import { Id, named, nullable, optional, written, writtenOrNull } from './fields.js';
import { id } from './params.js';
import { Peaks } from './playing.js';
import { list, listOf, v1 } from './route.js';
import { TranscriptWord } from './transcripts.js';

/** The most characters of a title of a clip or a playlist. */
const MAX_TITLE = 200;
/** The most characters of a note to one. */
const MAX_NOTE = 4_000;
/** A title, and a note in plain text. */
export const titleField = written(MAX_TITLE);
export const noteField = writtenOrNull(MAX_NOTE);

/** The shortest and the longest clip, in seconds. */
export const MIN_CLIP_SECONDS = 0.1;
export const MAX_CLIP_SECONDS = 7_200;

const SECONDS_TEXT = 'seconds of the call, a number from 0 to 1000000';
const seconds = Type.Number({ minimum: 0, maximum: 1_000_000, description: SECONDS_TEXT });

/** A new clip. */
export const ClipInput = Type.Object(
  {
    callId: Id,
    startSeconds: seconds,
    endSeconds: seconds,
    title: titleField,
    note: optional(noteField),
    createdBy: optional(Id),
  },
  named('ClipInput'),
);
export type ClipInput = Static<typeof ClipInput>;

/** Changes of a clip. Its range stays: people it was shared with would hear something else. */
export const ClipPatch = Type.Object({ title: optional(titleField), note: optional(noteField) }, named('ClipPatch'));
export type ClipPatch = Static<typeof ClipPatch>;

const text = Type.String();
const instant = (description: string) => Type.String({ format: 'date-time', description });

/** A clip. */
export const Clip = Type.Object(
  {
    id: text,
    callId: text,
    title: text,
    note: nullable(text, 'plain text'),
    startSeconds: Type.Number({ description: 'of the call' }),
    endSeconds: Type.Number({ description: 'of the call' }),
    createdBy: text,
    createdAt: instant('when it was made'),
    callTime: instant('when the call began'),
    callerName: nullable(text, 'null if it is not known'),
    wholeCall: Type.Boolean({ description: 'whether the reader also sees the rest of the call' }),
  },
  { title: 'Clip' },
);
export type Clip = Static<typeof Clip>;

/** Who speaks in a clip. */
const ClipSpeaker = Type.Object(
  { speakerNumber: Type.Integer({ minimum: 0 }), name: nullable(text, 'null if it is not known') },
  { title: 'ClipSpeaker' },
);

/** What is said and heard in a clip. */
export const ClipContent = Type.Object(
  {
    speakers: Type.Array(ClipSpeaker, { description: 'those who speak in it' }),
    words: Type.Array(TranscriptWord, { description: 'the words that begin in it, by the seconds of the call' }),
    sound: Type.Enum(['none', 'preparing', 'ready', 'failed'], {
      description: 'whether its own sound can be played: it is cut from the call when it is first asked for',
    }),
  },
  { title: 'ClipContent' },
);
export type ClipContent = Static<typeof ClipContent>;

/** The routes of clips. */
export const clipRoutes = {
  clips: {
    list: v1('GET', '/clips', 'read', 'rep', 'Clips that the caller may see, the newest first', {
      query: {
        ...list,
        callId: id,
        createdBy: id,
        sharedWith: { ...id, description: 'Only clips that were shared with this user. People name themselves.' },
        q: { kind: 'text', description: 'Only clips with this text in the title or the note, in any case.' },
      },
      answer: listOf(Clip),
    }),
    create: v1('POST', '/clips', 'write', 'rep', 'Make a clip of a call', {
      body: ClipInput,
      status: 201,
      answer: Clip,
      etag: true,
      idempotent: true,
    }),
    read: v1('GET', '/clips/:id', 'read', 'rep', 'One clip', { answer: Clip, etag: true }),
    update: v1('PATCH', '/clips/:id', 'write', 'rep', 'Change the title or the note of a clip', {
      body: ClipPatch,
      answer: Clip,
      etag: true,
    }),
    remove: v1('DELETE', '/clips/:id', 'write', 'rep', 'Delete a clip, with its shares', { status: 204 }),
  },
  clipContent: v1('GET', '/clips/:id/content', 'read', 'rep', 'What is said and heard in a clip', {
    answer: ClipContent,
  }),
  clipAudio: v1('GET', '/clips/:id/audio', 'read', 'rep', 'The sound of a clip, and of no more of the call', {
    answerType: 'audio/mp4',
    etag: true,
    ranges: true,
  }),
  clipPeaks: v1('GET', '/clips/:id/peaks', 'read', 'rep', 'The waveform of a clip', { answer: Peaks, etag: true }),
} as const;
