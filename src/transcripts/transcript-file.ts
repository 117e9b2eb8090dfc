import type { SpeakerType } from '../analysis/words.js';

/** The formats that are read, each with its name for people. */
export const FORMATS = {
  webvtt: 'WebVTT',
  srt: 'SRT',
  whisper: 'Whisper JSON',
  openai: 'OpenAI verbose_json',
  'openai-diarized': 'OpenAI diarized_json',
  deepgram: 'Deepgram JSON',
  assemblyai: 'AssemblyAI JSON',
  'aws-transcribe': 'AWS Transcribe JSON',
  'aws-call-analytics': 'AWS Transcribe Call Analytics JSON',
  'google-v1': 'Google Speech-to-Text v1 JSON',
  'google-v2': 'Google Speech-to-Text v2 JSON',
  'rev-ai': 'Rev.ai JSON',
  vcon: 'vCon',
} as const;

/** A format that is read. */
export type TranscriptFormat = keyof typeof FORMATS;

/** A word as its file has it: times may be missing, wrong or overlap. */
export interface FileWord {
  /** Without what follows its last letter or digit. */
  readonly text: string;
  /** What follows it, or ''. */
  readonly punctuation: string;
  /** Seconds since the start of the recording; null where the file has none. */
  readonly start: number | null;
  readonly end: number | null;
  /** Zero-based speaker number. */
  readonly speaker: number;
  /** The cue or segment that it is in, as an index into `segments`; null if it is in none. */
  readonly segment: number | null;
  /** Whether the file itself says that the times are interpolated. */
  readonly isInterpolated: boolean;
}

/** A cue or segment: a run of words with a time. */
export interface FileSegment {
  readonly start: number;
  readonly end: number;
}

/** A speaker, as a file describes them. */
export interface FileSpeaker {
  readonly number: number;
  /** As written; null if the file has only a label or a number. */
  readonly name: string | null;
  readonly email: string | null;
  /** Zero-based channel of the recording; null if the file tells none. */
  readonly channel: number | null;
  /** Null if the file does not tell. */
  readonly type: Exclude<SpeakerType, 'UNKNOWN'> | null;
}

/** How many cues a caption file has, and what became of them: `read` is `kept` and all that were dropped. */
export interface CueCounts {
  readonly read: number;
  readonly kept: number;
  readonly dropped: readonly { readonly reason: string; readonly count: number }[];
}

/** What a reader found in a file. */
export interface TranscriptFile {
  readonly format: TranscriptFormat;
  /** As the file has it; null if it does not tell. */
  readonly language: string | null;
  /** Those who speak, in order of number. */
  readonly speakers: readonly FileSpeaker[];
  /** In the order of the file. */
  readonly words: readonly FileWord[];
  readonly segments: readonly FileSegment[];
  /** Null for a format without cues. */
  readonly cues: CueCounts | null;
  /** What people should know, in sentences. */
  readonly notes: readonly string[];
}

/** A speaker whom a call already has: a file's speaker of the same name or e-mail address gets their number. */
export interface KnownSpeaker {
  readonly number: number;
  readonly name: string | null;
  readonly email: string | null;
}
