import Type, { type Static } from 'typebox';
import { nullable } from './fields.js';
import { flag, id, type QueryParam } from './params.js';
import { v1 } from './route.js';
import { CallReceipt, CallSent } from './v1-answers.js';

const text = Type.String();
const ours = { kind: 'choice', of: ['left', 'right'], description: "The channel of the account's own side." } as const;
const fileName = { kind: 'text', description: 'The name of the file, as people know it.' } as const;
const transcribe = {
  ...flag,
  description: 'Whether it is recognized although the call has a transcript, which is then replaced.',
} as const;

/** A recording's own parameters. */
const recordingQuery = { ours, fileName, transcribe } as const satisfies Record<string, QueryParam>;
/** A new call's fields, where the body is the file alone. */
const callQuery = {
  externalId: id,
  callerId: id,
  callerEmail: { kind: 'text', description: "The caller's e-mail address." },
  callerSystemId: id,
  callTime: { kind: 'text', description: 'When the call began: an ISO 8601 date-time. Required unless `call` has it.' },
  direction: {
    kind: 'choice',
    of: ['INBOUND', 'OUTBOUND', 'SCREENSHARE'],
    description: 'Required unless `call` has it.',
  },
} as const satisfies Record<string, QueryParam>;

const leg = {
  kind: 'number',
  min: 1,
  max: 8,
  description: 'Which leg of the call the file is; 1 unless given.',
} as const;
const startSeconds = {
  kind: 'number',
  min: 0,
  max: 1_000_000,
  description: 'When the file begins, in seconds after the start of the call.',
} as const;

/** How far a step of a call's processing is. */
const ProcessingStep = Type.Object(
  {
    step: Type.Enum(['decode', 'transcribe', 'analyze', 'summarize']),
    state: Type.Enum(['waiting', 'running', 'done', 'failed', 'skipped']),
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    attempts: Type.Integer({ minimum: 0 }),
    reason: nullable(text, 'why it failed, waits or was skipped'),
    engine: nullable(text, 'what does it, such as ffmpeg 5.1.9'),
    startedAt: nullable(Type.String({ format: 'date-time' }), 'null until it has begun'),
    finishedAt: nullable(Type.String({ format: 'date-time' }), 'null until it has ended'),
  },
  { title: 'ProcessingStep' },
);
export type ProcessingStep = Static<typeof ProcessingStep>;

/** How far a call's processing is. */
export const Processing = Type.Object(
  {
    callId: text,
    state: CallReceipt.properties.state,
    errorReason: nullable(text, 'why the state is ERROR'),
    steps: Type.Array(ProcessingStep, { description: 'those that were asked for, in their order' }),
  },
  { title: 'Processing' },
);
export type Processing = Static<typeof Processing>;

const RecordingLeg = Type.Object(
  {
    leg: Type.Integer({ minimum: 1 }),
    fileName: nullable(text, 'null if it was not given'),
    sizeBytes: Type.Integer({ minimum: 0 }),
    sha256: Type.String({ description: 'in hexadecimal' }),
    startSeconds: Type.Number({ description: 'when it begins, in seconds after the start of the call' }),
    ours: nullable(Type.Enum(['left', 'right']), "the channel of the account's own side; null if it was not given"),
    isKept: Type.Boolean({ description: 'whether the file is kept as it was sent' }),
  },
  { title: 'RecordingLeg' },
);
export type RecordingLeg = Static<typeof RecordingLeg>;

const Rendition = Type.Object(
  {
    durationSeconds: Type.Number(),
    sampleRate: Type.Integer({ description: 'in Hz' }),
    channels: Type.Integer({ minimum: 1 }),
    silentChannels: Type.Array(Type.Integer(), { description: 'zero-based: the channels in which nothing is heard' }),
    sizeBytes: Type.Integer(),
    decoder: text,
    notes: Type.Array(text, { description: 'what people should know of it, in sentences' }),
  },
  { title: 'Rendition' },
);

/** A call's recording: the files as sent, and what is played. */
export const Recording = Type.Object(
  {
    callId: text,
    legs: Type.Array(RecordingLeg),
    rendition: nullable(Rendition, 'what is played; null until it is made'),
  },
  { title: 'Recording' },
);
export type Recording = Static<typeof Recording>;

/** The routes of recordings. */
export const recordingRoutes = {
  createRecording: v1(
    'POST',
    '/recordings',
    'write',
    'rep',
    'Send a recording, which makes a call; the same file again finds its call',
    {
      query: { ...callQuery, ...recordingQuery },
      bodyType: 'application/octet-stream',
      form: CallSent,
      status: 201,
      alsoStatus: 200,
      answer: CallReceipt,
    },
  ),
  addRecording: v1('POST', '/calls/:id/recording', 'write', 'rep', 'Send the recording of a call, or a leg of it', {
    query: {
      leg,
      startSeconds,
      ...recordingQuery,
      replace: { ...flag, description: 'Whether it takes the place of the recording that the call has.' },
    },
    bodyType: 'application/octet-stream',
    form: null,
    status: 201,
    alsoStatus: 200,
    answer: CallReceipt,
  }),
  readRecording: v1('GET', '/calls/:id/recording', 'read', 'rep', "A call's recording: its files, and what is played", {
    answer: Recording,
  }),
  readProcessing: v1('GET', '/calls/:id/processing', 'read', 'rep', "How far a call's processing is", {
    answer: Processing,
  }),
  retryProcessing: v1('POST', '/calls/:id/processing/retry', 'write', 'rep', 'Try the failed steps of a call again', {
    answer: Processing,
  }),
} as const;
