import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Decoder } from '#debrief/adapters/media/decoder.js';
import { openDecoder } from '#debrief/adapters/media/open-decoder.js';
import { readSpeech } from './click-track.js';
import { decodeInto, ENGINES, isWhole, useFolders } from './media-suite.js';

const folders = useFolders();

/** Makes a file from a source of ffmpeg's. */
function make(name: string, source: string, ...args: readonly string[]): string {
  const path = join(folders.fresh(), name);
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, ...args, path]);
  return path;
}

/** Ten seconds of two voices that never speak at once, at this gain of the second channel to the first. */
const VOICES = 'aevalsrc=0.4*sin(2000*t)*lt(mod(t\\,2)\\,1)|0.4*sin(3000*t)*gt(mod(t\\,2)\\,1):d=10:s=8000';
const twice = (gain: number) => `aevalsrc=0.4*sin(2000*t*(1+t/50))|${gain}*0.4*sin(2000*t*(1+t/50)):d=10:s=8000`;

describe.each(ENGINES.slice(0, isWhole ? 2 : 1))('on %s', (_, config) => {
  let decoder: Decoder;
  beforeAll(async () => {
    decoder = await openDecoder(config);
  });
  const decode = (path: string, folder = folders.fresh()) =>
    decodeInto(decoder, folder, { legs: [{ path, startSeconds: 0 }] });

  test('two voices keep their channels, and a decoder says what it found', async () => {
    const decoded = await decode(make('a.wav', VOICES, '-c:a', 'pcm_mulaw'));
    expect(decoded).toMatchObject({
      channels: 2,
      sampleRate: 8000,
      silentChannels: [],
      notes: [],
      sources: [{ container: 'wav', codec: 'pcm_mulaw', sampleRate: 8000, channels: 2, statedSeconds: 10 }],
    });
  });

  test.each([
    ['of the same gain', 1, 0],
    ['quieter', 0.25, 0],
    ['louder', 2, 1],
    ['turned over', -1, 0],
  ])('a copy in the other channel is left out: %s, also after a lossy codec', async (_, gain, kept) => {
    const decoded = await decode(make('a.mp3', twice(gain), '-b:a', '32k'));
    expect(decoded).toMatchObject({ channels: 1, silentChannels: [] });
    expect(decoded.notes).toEqual([`Channel ${2 - kept} has the same sound as channel ${kept + 1}, and was left out.`]);
    expect(decoded.peaks).toHaveLength(2000);
    const [speech] = await Promise.all(decoded.speechPaths.map(readSpeech));
    expect(speech!.reduce((most, each) => Math.max(most, each), 0)).toBeGreaterThan(0.35);
    const again = await decoder.decodeSpeech(
      { path: decoded.renditionPath, channels: decoded.channels },
      { folder: folders.fresh(), signal: new AbortController().signal },
    );
    expect(again).toHaveLength(1);
  });

  test('one word that only one channel has keeps both', async () => {
    const word = 'aevalsrc=0.4*sin(2000*t)|0.4*sin(2000*t)+0.2*sin(3000*t)*between(t\\,50\\,50.3):d=60:s=8000';
    expect(await decode(make('a.wav', word))).toMatchObject({ channels: 2 });
  });

  test('a channel in which nothing is heard is told, noise of the line and an offset are nothing', async () => {
    const quiet = 'aevalsrc=0.4*sin(2000*t)|0.01+0.0005*(random(0)-0.5):d=5:s=8000';
    expect(await decode(make('a.wav', quiet))).toMatchObject({ channels: 2, silentChannels: [1] });
  });

  test("a film's surround sound is mixed into one channel", async () => {
    const decoded = await decode(make('a.mp4', 'sine=frequency=500:duration=3', '-ac', '6', '-c:a', 'aac'));
    expect(decoded).toMatchObject({ channels: 1, notes: [expect.stringContaining('mixed into one')] });
  });

  test.each<[string, () => string, RegExp]>([
    ['empty', () => written(Buffer.alloc(0)), /is empty/],
    ['no sound', () => written(Buffer.from('%PDF-1.7\n'.repeat(5000))), /no recording that Debrief reads/],
    ['a list of other files', () => written(Buffer.from('#EXTM3U\n#EXTINF:1,\n/etc/hostname\n')), /no recording/],
    ['a picture only', () => make('a.mp4', 'color=size=32x32:duration=1'), /has no sound/],
    ['silent throughout', () => make('a.flac', 'anullsrc=d=5:r=8000'), /Nothing is heard/],
    ['cut off: wav', () => cut(make('a.wav', VOICES), 0.5), /cut off or damaged: it states 10\.0 seconds, and 5\.0/],
    ['cut off: mp3', () => cut(make('a.mp3', VOICES), 0.5), /cut off or damaged/],
    ['cut off: flac', () => cut(make('a.flac', VOICES), 0.5), /cut off or damaged/],
    ['cut off: m4a', () => cut(make('a.m4a', VOICES), 0.5), /cut off: the index/],
    [
      'cut off: m4a with its index first',
      () => cut(make('b.m4a', VOICES, '-movflags', '+faststart'), 0.5),
      /cut off or/,
    ],
    ['cut off: webm', () => cut(make('a.webm', VOICES), 0.5), /cut off or damaged/],
    ['hours out of few bytes', () => written(Buffer.from(`#!AMR\n${'|'.repeat(540_000)}`)), /longer than/],
    ['too many channels', () => make('a.wav', 'sine=duration=1', '-ac', '8'), /8 channels; Debrief takes up to 5/],
  ])('refused with a reason: %s', async (_, path, reason) => {
    await expect(decode(path())).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(reason) });
  });

  test('an abort ends it with its reason', async () => {
    const path = make('a.flac', 'sine=frequency=500:duration=600:sample_rate=48000');
    const abort = new AbortController();
    const reason = new Error('enough');
    const decoding = decoder.decode({
      legs: [{ path, startSeconds: 0 }],
      folder: folders.fresh(),
      signal: abort.signal,
      onProgress: () => abort.abort(reason),
    });
    await expect(decoding).rejects.toBe(reason);
  });
});

test('a decoder that is not there is told by its setting', async () => {
  await expect(openDecoder({ FFMPEG_PATH: '/nowhere/ffmpeg' })).rejects.toThrow('FFMPEG_PATH is "/nowhere/ffmpeg"');
});

function written(bytes: Buffer): string {
  const path = join(folders.fresh(), 'file');
  closeSync(openSync(path, 'w'));
  writeFileSync(path, bytes);
  return path;
}

function cut(path: string, fraction: number): string {
  truncateSync(path, Math.floor(readFileSync(path).length * fraction));
  return path;
}
