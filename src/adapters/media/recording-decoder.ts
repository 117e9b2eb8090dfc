import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../errors.js';
import type { Container } from './container.js';
import type { CutRendition, DecodedRecording, DecodeRequest, Decoder, RenditionRange, SourceLeg } from './decoder.js';
import type { Engine, EngineInput, FoundSound } from './engine.js';
import { channelsOf, type GraphLeg, MAX_CHANNELS, writeGraph } from './graph.js';
import { type Heard, listen } from './listening.js';
import { readContainer } from './read-container.js';

/** What AAC can have, up to the rate that people hear. */
const RENDITION_RATES = [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
const MAX_SECONDS = 24 * 3600;
/** A recorder that skips silence writes some 50 bytes a second of it: less than 64 throughout is no call. */
const MIN_BYTES_PER_SECOND = 64;
const FREE_SECONDS = 600;
/** How much of the stated length may be missing: more is a file that was cut off. */
const MISSING_FRACTION = 0.02;
const MISSING_SECONDS = 1;
const TOLD_SECONDS = 0.1;

/** A leg whose file has been looked at. */
interface Source extends SourceLeg {
  readonly container: Container & { readonly sizeBytes: number };
  readonly inputs: readonly EngineInput[];
  readonly sound: FoundSound;
  readonly leg: GraphLeg;
}

/** Makes a decoder of an engine. */
export function createDecoder(engine: Engine): Decoder {
  return {
    name: engine.name,
    decode: (request) => decode(engine, request),
    cut: (range, request) => cut(engine, range, request),
    async decodeSpeech({ path, channels }, { folder, signal }) {
      const speechPaths = speechPathsIn(folder, channels);
      const { sizeBytes } = await readContainer(path);
      await engine.run({
        legs: [[{ path, container: 'mp4' }]],
        graph: writeGraph({
          legs: [renditionLeg(channels)],
          sampleRate: 48_000,
          rendition: null,
          hasSpeech: true,
          range: null,
        }),
        rendition: null,
        speechPaths,
        maxSeconds: MAX_SECONDS,
        sizeBytes,
        signal,
        onSeconds: () => {},
      });
      return speechPaths;
    },
  };
}

async function decode(engine: Engine, request: DecodeRequest): Promise<DecodedRecording> {
  const { folder, signal } = request;
  const sources: Source[] = [];
  for (const [i, leg] of request.legs.entries()) sources.push(await openSource(engine, leg, i, request));
  const legs = sources.map(({ leg }) => leg);
  const channels = legs.reduce((sum, leg) => sum + channelsOf(leg), 0);
  if (channels > MAX_CHANNELS) {
    throw new AppError('invalid', `The recording has ${channels} channels; Debrief takes up to ${MAX_CHANNELS}.`);
  }
  const all = Array.from({ length: channels }, (_, i) => i);
  const speechPaths = speechPathsIn(folder, channels);
  const renditionPath = join(folder, 'rendition.m4a');
  const fastest = Math.max(...sources.map(({ sound }) => sound.sampleRate));
  const sampleRate = RENDITION_RATES.find((rate) => rate >= fastest) ?? RENDITION_RATES.at(-1)!;
  const expectedSeconds = Math.max(...sources.map(lengthStated));
  const maxSeconds = Math.max(...sources.map(longest));

  /** Makes the rendition of these channels, and at first the files for speech. */
  const run = (rendition: readonly number[], hasSpeech: boolean) =>
    engine.run({
      legs: sources.map(({ inputs }) => inputs),
      graph: writeGraph({ legs, sampleRate, rendition, hasSpeech, range: null }),
      rendition: { path: renditionPath, bitRate: bitRateOf(rendition.length, sampleRate) },
      speechPaths: hasSpeech ? speechPaths : [],
      maxSeconds,
      sizeBytes: sources.reduce((sum, { container }) => sum + container.sizeBytes, 0),
      signal,
      onSeconds: (seconds) => {
        if (expectedSeconds > 0) request.onProgress(Math.min(1, seconds / expectedSeconds));
      },
    });

  await run(all, true);
  const heard = await listen(speechPaths, signal);
  const notes = checkLengths(sources, heard, maxSeconds);
  if (heard.silent.every(Boolean)) throw new AppError('invalid', 'Nothing is heard in the recording.');
  const kept = all.filter((channel) => heard.copyOf[channel] === null);
  if (kept.length < channels) {
    // Rarely. Its channels are known to be the same once all of it has been heard.
    await run(kept, false);
    await Promise.all(speechPaths.filter((_, i) => !kept.includes(i)).map((path) => rm(path)));
    for (const [i, copied] of heard.copyOf.entries()) {
      if (copied !== null)
        notes.push(`Channel ${i + 1} has the same sound as channel ${copied + 1}, and was left out.`);
    }
  }
  request.onProgress(1);
  return {
    renditionPath,
    durationSeconds: Math.max(...heard.seconds),
    sampleRate,
    channels: kept.length,
    speechPaths: kept.map((channel) => speechPaths[channel]!),
    silentChannels: kept.flatMap((channel, i) => (heard.silent[channel] ? [i] : [])),
    peaks: Buffer.concat(kept.map((channel) => heard.peaks[channel]!)),
    sources: sources.map(({ container, sound }) => ({
      container: container.name,
      codec: sound.codec,
      sampleRate: sound.sampleRate,
      channels: sound.channels,
      statedSeconds: container.statedSeconds,
    })),
    notes,
  };
}

/** Hardly anything is shorter than a frame of AAC: where less is left of a rendition, it has ended. */
const MIN_CUT_SECONDS = 0.02;

async function cut(
  engine: Engine,
  { path, startSeconds, endSeconds }: RenditionRange,
  { folder, signal }: Pick<DecodeRequest, 'folder' | 'signal'>,
): Promise<CutRendition | null> {
  const input: EngineInput = { path, container: 'mp4' };
  const { sampleRate, channels } = await engine.probe(input, signal);
  const { sizeBytes, statedSeconds } = await readContainer(path);
  if (statedSeconds !== null && statedSeconds - startSeconds < MIN_CUT_SECONDS) return null;
  const cutPath = join(folder, 'cut.m4a');
  const speechPaths = speechPathsIn(folder, channels);
  const all = Array.from({ length: channels }, (_, i) => i);
  await engine.run({
    legs: [[input]],
    graph: writeGraph({
      legs: [renditionLeg(channels)],
      sampleRate,
      rendition: all,
      hasSpeech: true,
      range: { startSeconds, endSeconds },
    }),
    rendition: { path: cutPath, bitRate: bitRateOf(channels, sampleRate) },
    speechPaths,
    // What comes after is not even decoded.
    maxSeconds: endSeconds + 1,
    sizeBytes,
    signal,
    onSeconds: () => {},
  });
  const heard = await listen(speechPaths, signal);
  return {
    path: cutPath,
    durationSeconds: Math.max(...heard.seconds),
    channels,
    silentChannels: all.filter((channel) => heard.silent[channel]),
    peaks: Buffer.concat(heard.peaks),
  };
}

/** A rendition as a leg: its first sample is that of the call. */
function renditionLeg(channels: number): GraphLeg {
  return { startSeconds: 0, parts: 1, channels, isMixed: false, firstSeconds: 0, padSeconds: null };
}

/** What telephone speech needs at 8 kHz, and clear speech above. */
function bitRateOf(channels: number, sampleRate: number): number {
  return channels * Math.min(3 * sampleRate, 64_000);
}

async function openSource(engine: Engine, leg: SourceLeg, index: number, request: DecodeRequest): Promise<Source> {
  const container = await readContainer(leg.path);
  const inputs: EngineInput[] = [];
  for (const [i, part] of container.parts.entries()) {
    let { path } = leg;
    if (container.parts.length > 1) {
      path = join(request.folder, `leg-${index + 1}-part-${i + 1}`);
      const bytes = createReadStream(leg.path, { start: part.start, end: part.end - 1 });
      await pipeline(bytes, createWriteStream(path), { signal: request.signal });
    }
    inputs.push({ path, container: container.name });
  }
  const sound = await engine.probe(inputs[0]!, request.signal);
  const isSurround = sound.channels > MAX_CHANNELS;
  if (isSurround && container.name === 'wav') {
    throw new AppError(
      'invalid',
      `The recording has ${sound.channels} channels; Debrief takes up to ${MAX_CHANNELS}. Send the channels as legs.`,
    );
  }
  const source = {
    ...leg,
    container,
    inputs,
    sound,
    leg: {
      startSeconds: leg.startSeconds,
      parts: container.parts.length,
      channels: sound.channels,
      isMixed: isSurround,
      firstSeconds: Math.max(0, sound.firstSeconds) + (container.delaySeconds ?? 0),
      // Each frame of AMR is 20 ms, but decoders make nothing of those without data at the end.
      padSeconds: container.name === 'amr' ? container.statedSeconds : null,
    },
  };
  if (lengthStated(source) > longest(source)) throw tooLong(container.sizeBytes);
  return source;
}

function lengthStated({ startSeconds, container }: Source): number {
  return container.statedSeconds === null ? 0 : startSeconds + container.statedSeconds;
}

/** Where a leg of its size may end. */
function longest({ startSeconds, container }: Source): number {
  return Math.min(MAX_SECONDS, startSeconds + FREE_SECONDS + container.sizeBytes / MIN_BYTES_PER_SECOND);
}

function tooLong(sizeBytes: number): AppError {
  return new AppError('invalid', `The recording is longer than ${sizeBytes} bytes of sound can be, or than 24 hours.`);
}

/** Compares what was decoded with what the files state, and says what people should know about them. */
function checkLengths(sources: readonly Source[], heard: Heard, maxSeconds: number): string[] {
  const notes: string[] = [];
  let channel = 0;
  sources.forEach((source, i) => {
    const { container, sound, leg, startSeconds } = source;
    const name = sources.length > 1 ? `Leg ${i + 1}` : 'The file';
    const end = heard.seconds[channel]!;
    const seconds = Math.max(0, end - startSeconds);
    channel += channelsOf(leg);
    if (end >= maxSeconds) throw tooLong(container.sizeBytes);
    if (seconds === 0) throw new AppError('invalid', `${name} has no sound that can be decoded.`);
    const missing = (container.statedSeconds ?? seconds) - seconds;
    const lengths = `${container.statedSeconds?.toFixed(1)} seconds, and ${seconds.toFixed(1)} could be decoded`;
    if (missing > MISSING_SECONDS && missing > MISSING_FRACTION * seconds) {
      throw new AppError('invalid', `${name} is cut off or damaged: it states ${lengths}.`);
    }
    if (Math.abs(missing) > TOLD_SECONDS) notes.push(`${name} states ${lengths}.`);
    if (container.parts.length > 1) {
      notes.push(`${name} has ${container.parts.length} parts, which follow each other without a pause.`);
    }
    if (sound.tracks > 1) notes.push(`${name} has ${sound.tracks} tracks of sound. The first one was taken.`);
    if (leg.isMixed) notes.push(`${name} has surround sound of ${sound.channels} channels, which were mixed into one.`);
  });
  return notes;
}

function speechPathsIn(folder: string, channels: number): string[] {
  return Array.from({ length: channels }, (_, i) => join(folder, `speech-${i + 1}.wav`));
}
