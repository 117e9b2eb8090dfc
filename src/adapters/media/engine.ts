import type { Container } from './container.js';

/** A file for an engine: what it is has been found by content. */
export interface EngineInput {
  readonly path: string;
  readonly container: Container['name'];
}

/** The sound that an engine found in a file. */
export interface FoundSound {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** How many tracks of sound the file has; the first one is used. */
  readonly tracks: number;
  /** The least timestamp of the file. What is before zero, an encoder's delay, is not to be heard. */
  readonly firstSeconds: number;
}

/** What an engine is to make. */
export interface EngineJob {
  /** The files of each leg: more than one follow each other. */
  readonly legs: readonly (readonly EngineInput[])[];
  /**
   * A graph of FFmpeg's filters from `[in0]`, `[in1]`, …, which are all files in their order, to `[rendition]`, if there is one, and `[speech0]`,
   * `[speech1]`, …
   */
  readonly graph: string;
  readonly rendition: RenditionOptions | null;
  /** WAV files to write. */
  readonly speechPaths: readonly string[];
  /** Where everything ends. */
  readonly maxSeconds: number;
  /** Of all inputs. The limits of the process depend on it. */
  readonly sizeBytes: number;
  readonly signal: AbortSignal;
  /** Called with the seconds that are done. */
  readonly onSeconds: (seconds: number) => void;
}

/** How the rendition is encoded. */
export interface RenditionOptions {
  readonly path: string;
  readonly bitRate: number;
}

/** The demuxer of each container. Those that name other files are none of them. */
export const DEMUXERS: Readonly<Record<Container['name'], string>> = {
  wav: 'wav',
  mp3: 'mp3',
  mp4: 'mov',
  ogg: 'ogg',
  matroska: 'matroska',
  flac: 'flac',
  amr: 'amr',
};

/** FFmpeg in one of its forms: it decodes, filters and encodes what it is told. */
export interface Engine {
  /** With its version. */
  readonly name: string;
  /** @throws AppError `invalid` if there is no sound in the file. */
  probe(input: EngineInput, signal: AbortSignal): Promise<FoundSound>;
  /** @throws AppError `invalid` if the files are at fault, `unavailable` if the machine is. */
  run(job: EngineJob): Promise<void>;
}
