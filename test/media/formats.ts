import { execFile } from 'node:child_process';
import { appendFile, copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Clicks, clicksOf, writeClicks } from './click-track.js';

const execute = promisify(execFile);

/** Programs of Debian that make recordings. */
export const PROGRAMS = ['ffmpeg', 'sox', 'lame', 'opusenc', 'flac', 'oggenc', 'chromium'];

/** A recording to decode, and what is in it. */
export interface Recording {
  readonly legs: readonly { readonly path: string; readonly startSeconds: number }[];
  readonly clicks: Clicks;
  readonly seconds: number;
}

/** A way to make a recording. */
export interface RecordingFormat {
  readonly name: string;
  /** Whether it is in the small matrix. */
  readonly isSmall: boolean;
  /** What the decoder finds in its first file: container and codec. */
  readonly finds: string;
  make(folder: string): Promise<Recording>;
}

async function run(program: string, ...args: readonly string[]): Promise<void> {
  await execute(program, args);
}

const ffmpeg = (...args: readonly string[]) => run('ffmpeg', '-v', 'error', '-y', ...args);

type Encode = (from: string, to: string) => Promise<void>;

/** A format of ten seconds with the usual clicks. */
function plain(
  name: string,
  finds: string,
  {
    rate = 8000,
    channels = 2,
    suffix = 'wav',
    isSmall = false,
  }: { rate?: number; channels?: number; suffix?: string; isSmall?: boolean },
  encode: Encode,
): RecordingFormat {
  return {
    name,
    finds,
    isSmall,
    async make(folder) {
      const clicks = clicksOf(channels);
      const from = join(folder, 'clicks.wav');
      const to = join(folder, `recording.${suffix}`);
      await writeClicks(from, clicks, rate);
      await encode(from, to);
      return { legs: [{ path: to, startSeconds: 0 }], clicks, seconds: 10 };
    },
  };
}

const by =
  (...args: readonly string[]): Encode =>
  (from, to) =>
    ffmpeg('-i', from, ...args, to);

/** Encodes, and leaves out the packets for which `drop` is true: a recorder does that with silence, or when paused. */
const without =
  (drop: string, ...args: readonly string[]): Encode =>
  async (from, to) => {
    await ffmpeg('-i', from, ...args, `${to}.whole${to.slice(to.lastIndexOf('.'))}`);
    const whole = `${to}.whole${to.slice(to.lastIndexOf('.'))}`;
    await ffmpeg('-i', whole, '-c', 'copy', '-bsf:a', `noise=drop='${drop}'`, to);
    if ((await stat(to)).size >= (await stat(whole)).size) throw new Error(`Nothing was left out of ${to}`);
  };

const wavs = [
  ['pcm_u8', false],
  ['pcm_s16le', false],
  ['pcm_s24le', false],
  ['pcm_s32le', false],
  ['pcm_f32le', false],
  ['pcm_f64le', false],
  ['pcm_mulaw', true],
  ['pcm_alaw', false],
  ['adpcm_ima_wav', false],
] as const;

/** All recordings that the decoder must put in time. */
export const formats: readonly RecordingFormat[] = [
  ...wavs.map(([codec, isSmall]) => plain(`wav ${codec}`, `wav ${codec}`, { isSmall }, by('-c:a', codec))),
  ...[11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000].map((rate) =>
    plain(`wav of ${rate} Hz`, 'wav pcm_s16le', { rate }, by()),
  ),
  ...[1, 3, 4, 5].map((channels) =>
    plain(`wav of ${channels} channels`, 'wav pcm_s16le', { channels }, (from, to) => copyFile(from, to)),
  ),
  plain('wav GSM 6.10', 'wav gsm_ms', { channels: 1 }, by('-c:a', 'libgsm_ms')),
  plain('wav without sizes', 'wav pcm_s16le', {}, async (from, to) => {
    const { stdout } = await execute('ffmpeg', ['-v', 'error', '-i', from, '-f', 'wav', '-'], {
      encoding: 'buffer',
      maxBuffer: 2 ** 26,
    });
    await writeFile(to, stdout);
  }),
  plain('wav RF64', 'wav pcm_s16le', {}, by('-rf64', 'always')),
  plain('mp3 CBR', 'mp3 mp3', { rate: 44_100, suffix: 'mp3' }, (from, to) =>
    run('lame', '--quiet', '-b', '64', from, to),
  ),
  plain('mp3 VBR of 8 kHz', 'mp3 mp3', { suffix: 'mp3', isSmall: true }, (from, to) =>
    run('lame', '--quiet', '-V', '5', from, to),
  ),
  plain('mp3 VBR without a Xing header', 'mp3 mp3', { rate: 24_000, suffix: 'mp3' }, (from, to) =>
    run('lame', '--quiet', '-V', '5', '-t', from, to),
  ),
  plain('m4a', 'mp4 aac', { rate: 44_100, suffix: 'm4a' }, by('-c:a', 'aac')),
  plain('m4a of 8 kHz', 'mp4 aac', { suffix: 'm4a' }, by('-c:a', 'aac')),
  plain(
    'm4a in fragments',
    'mp4 aac',
    { rate: 48_000, suffix: 'mp4' },
    by('-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov+delay_moov', '-frag_duration', '1000000'),
  ),
  plain(
    'm4a with a hole',
    'mp4 aac',
    { rate: 48_000, suffix: 'm4a', isSmall: true },
    without('between(pts*tb,2,2.5)', '-c:a', 'aac'),
  ),
  plain(
    'm4a with a short hole',
    'mp4 aac',
    { rate: 48_000, suffix: 'm4a' },
    without('between(pts*tb,2,2.06)', '-c:a', 'aac'),
  ),
  plain('vorbis', 'ogg vorbis', { rate: 44_100, suffix: 'ogg' }, (from, to) =>
    run('oggenc', '--quiet', '-o', to, from),
  ),
  plain('opus', 'ogg opus', { rate: 48_000, suffix: 'opus' }, (from, to) => run('opusenc', '--quiet', from, to)),
  plain('opus of 8 kHz', 'ogg opus', { suffix: 'opus' }, (from, to) =>
    run('opusenc', '--quiet', '--bitrate', '24', from, to),
  ),
  plain(
    'opus with a hole',
    'ogg opus',
    { rate: 48_000, suffix: 'opus' },
    without('between(pts*tb,2,2.6)', '-c:a', 'libopus'),
  ),
  plain('webm', 'matroska opus', { rate: 48_000, suffix: 'webm' }, by('-c:a', 'libopus')),
  plain(
    'webm with holes',
    'matroska opus',
    { rate: 48_000, channels: 1, suffix: 'webm' },
    without('gt(mod(pts*tb,1),0.945)*lt(pts*tb,4)', '-c:a', 'libopus'),
  ),
  plain('flac', 'flac flac', { rate: 16_000, suffix: 'flac' }, (from, to) => run('flac', '-s', '-o', to, from)),
  plain('ogg flac', 'ogg flac', { rate: 16_000, suffix: 'oga' }, (from, to) =>
    run('flac', '-s', '--ogg', '-o', to, from),
  ),
  plain('amr', 'amr amr_nb', { channels: 1, suffix: 'amr' }, (from, to) =>
    run('sox', from, '-t', 'amr-nb', '-C', '7', to),
  ),
  plain('amr that skips silence', 'amr amr_nb', { channels: 1, suffix: 'amr', isSmall: true }, async (from, to) => {
    await run('sox', from, '-t', 'amr-nb', '-C', '7', to);
    await writeFile(to, skipSilence(await readFile(to), clicksOf(1)[0]!));
  }),
  {
    name: 'mp4 whose sound begins after its picture',
    finds: 'mp4 aac',
    isSmall: false,
    async make(folder) {
      const clicks = clicksOf(1);
      const from = join(folder, 'clicks.wav');
      const path = join(folder, 'recording.mp4');
      await writeClicks(from, clicks, 48_000);
      const picture = ['-f', 'lavfi', '-i', 'color=size=32x32:rate=10:duration=11'];
      await ffmpeg(...picture, '-itsoffset', '0.7', '-i', from, '-c:v', 'mpeg4', '-c:a', 'aac', path);
      return { legs: [{ path, startSeconds: 0 }], clicks: later(clicks, 0.7), seconds: 10.7 };
    },
  },
  ...['opus', 'ogg'].map((suffix) => ({
    name: `chained ${suffix}`,
    finds: `ogg ${suffix === 'opus' ? 'opus' : 'vorbis'}`,
    isSmall: suffix === 'opus',
    async make(folder: string) {
      const clicks = clicksOf(2);
      const from = join(folder, 'clicks.wav');
      const part = join(folder, `part.${suffix}`);
      const path = join(folder, `recording.${suffix}`);
      await writeClicks(from, clicks, 48_000);
      await (suffix === 'opus' ? run('opusenc', '--quiet', from, part) : run('oggenc', '--quiet', '-o', part, from));
      for (let i = 0; i < 3; i++) await appendFile(path, await readFile(part));
      const thrice = clicks.map((times) => [0, 10, 20].flatMap((after) => times.map((at) => at + after)));
      return { legs: [{ path, startSeconds: 0 }], clicks: thrice, seconds: 30 };
    },
  })),
  {
    name: 'legs with an offset, of two formats and rates',
    finds: 'mp3 mp3',
    isSmall: true,
    async make(folder) {
      const [left, right] = clicksOf(2).map((times) => [times]);
      const paths = ['left.wav', 'left.mp3', 'right.wav'].map((name) => join(folder, name));
      await writeClicks(paths[0]!, left!, 44_100);
      await run('lame', '--quiet', paths[0]!, paths[1]!);
      await writeClicks(paths[2]!, right!, 8000);
      return {
        legs: [
          { path: paths[1]!, startSeconds: 0 },
          { path: paths[2]!, startSeconds: 1.25 },
        ],
        clicks: [...left!, ...later(right!, 1.25)],
        seconds: 11.25,
      };
    },
  },
];

function later(clicks: Clicks, seconds: number): Clicks {
  return clicks.map((times) => times.map((at) => at + seconds));
}

/** Puts frames without data where an AMR file is silent, as phones do. Each frame is 20 ms. */
function skipSilence(amr: Buffer, clicks: readonly number[]): Buffer {
  const sizes = [13, 14, 16, 18, 20, 21, 27, 32, 6];
  const frames: Buffer[] = [amr.subarray(0, 6)];
  for (let at = 6, n = 0; at < amr.length; n++) {
    const size = sizes[(amr[at]! >> 3) & 15] ?? 1;
    const isHeard = clicks.some((click) => Math.abs(n * 0.02 - click) < 0.2);
    frames.push(isHeard ? amr.subarray(at, at + size) : Buffer.from([0x7c]));
    at += size;
  }
  return Buffer.concat(frames);
}
