/** A file of a recording, and when it begins on the call's timeline. */
export interface SourceLeg {
  readonly path: string;
  /** Seconds after the start of the call; at least 0. */
  readonly startSeconds: number;
}

/** What is to be decoded. */
export interface DecodeRequest {
  /** In the order of their channels. */
  readonly legs: readonly SourceLeg[];
  /** An empty folder for what is made. The caller removes it. */
  readonly folder: string;
  /** Ends the decoder at once. */
  readonly signal: AbortSignal;
  /** Called now and then with the fraction that is done, from 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/** What a file was found to be. */
interface SourceFormat {
  /** The container, such as `wav`, `mp3`, `mp4`, `ogg`, `matroska`, `flac`, `amr`. */
  readonly container: string;
  /** The codec, such as `pcm_s16le`, `pcm_mulaw`, `mp3`, `aac`, `opus`. */
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** The length that the file itself states; null if it states none. */
  readonly statedSeconds: number | null;
}

/** A decoded recording: everything in it has the same timeline, that of the call. */
export interface DecodedRecording {
  /** An m4a file (AAC, fast start) that browsers play and seek in. */
  readonly renditionPath: string;
  readonly durationSeconds: number;
  /** Of the rendition, in Hz. */
  readonly sampleRate: number;
  /** How many channels the recording has after channels with the same sound were made one. */
  readonly channels: number;
  /** WAV files of 16 kHz, mono, 16 bits, with true sizes in their headers: one for each channel. */
  readonly speechPaths: readonly string[];
  /** The channels in which nothing is heard, zero-based: nobody speaks there. */
  readonly silentChannels: readonly number[];
  /** `PEAKS_PER_CHANNEL` peaks of each channel, channel after channel: the largest amplitude in its part, 0 to 255. */
  readonly peaks: Uint8Array;
  /** One for each leg. */
  readonly sources: readonly SourceFormat[];
  /** What people should know, in sentences: a length that differs from the stated one, channels that were joined. */
  readonly notes: readonly string[];
}

/** A stretch of a rendition, in seconds. */
export interface RenditionRange {
  readonly path: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** What was cut from a rendition. It begins at 0. */
export interface CutRendition
  extends Pick<DecodedRecording, 'durationSeconds' | 'channels' | 'silentChannels' | 'peaks'> {
  /** An m4a file, as a rendition is. */
  readonly path: string;
}

/** How many peaks each channel has. */
export const PEAKS_PER_CHANNEL = 2_000;

/**
 * Decodes recordings in child processes with limits on time, memory and output.
 */
export interface Decoder {
  /** The engine and its version, such as `ffmpeg 5.1.9`. */
  readonly name: string;
  /**
   * Makes everything of a recording in one pass.
   * @throws AppError `invalid` with a reason that a person understands, if the fault is in the files: not audio,
   *   truncated, empty, silent throughout, too long for its size. `unavailable` if a retry may succeed. The reason of
   *   `signal`, if it aborted.
   */
  decode(request: DecodeRequest): Promise<DecodedRecording>;
  /** Makes the files for speech again, from a rendition: the result is `speechPaths`, in the order of channels. */
  decodeSpeech(
    rendition: { readonly path: string; readonly channels: number },
    request: Pick<DecodeRequest, 'folder' | 'signal'>,
  ): Promise<readonly string[]>;
  /** Makes a file of a stretch of a rendition, and of nothing else in it; null if the rendition ends before it. */
  cut(range: RenditionRange, request: Pick<DecodeRequest, 'folder' | 'signal'>): Promise<CutRendition | null>;
}
