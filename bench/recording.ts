import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bench, Figures, RoundFigure } from './support/bench.js';

const execute = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('decode.js', import.meta.url));
const HOUR_SECONDS = 3600;
const CPU = 'CPU s';
const BARE = 'bare ffmpeg';
/** The decoders, and the settings that choose them. */
const DECODERS = [
  ['with ffmpeg', 'ffmpeg'],
  ['with the embedded engine', 'embedded'],
] as const;

/** Everything that is made of an hour of telephone audio, beside what its decoding and rendition alone must cost. */
export const recording: Bench = {
  rounds: 5,
  bars: DECODERS.map(([name]) => ({
    name: `${name} by ${BARE}: ${CPU}`,
    figure: (of: RoundFigure) => of(name, CPU) / of(BARE, CPU),
    atMost: 1.5,
  })),
  async prepare(_, say) {
    const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-'));
    const hour = join(folder, 'hour.wav');
    say('making an hour of two channels from a real recording');
    await makeHour(hour);
    const encoder = ['-c:a', 'aac', '-aac_coder', 'fast', '-b:a', '48000', '-movflags', '+faststart', '-f', 'ipod'];
    const bare = ['ffmpeg', '-v', 'error', '-y', '-threads', '1', '-i', hour, ...encoder, join(folder, 'bare.m4a')];
    return {
      variants: [
        { name: BARE, baseline: true, note: 'decoding and the rendition alone', run: () => measure(bare) },
        ...DECODERS.map(([name, ffmpegPath]) => ({
          name,
          note: 'with speech, peaks and comparing of channels; Node included',
          async run() {
            const made = join(folder, ffmpegPath);
            await mkdir(made);
            const figures = await measure([process.execPath, PROGRAM, ffmpegPath, hour, made]);
            await rm(made, { recursive: true });
            return figures;
          },
        })),
      ],
      close: () => rm(folder, { recursive: true }),
    };
  },
};

/** Two sides of a call at 8 kHz, µ-law: the second is the first, 17 seconds later. */
async function makeHour(path: string): Promise<void> {
  const data = process.env.DEBRIEF_REAL_DATA;
  if (!data) throw new Error('Set DEBRIEF_REAL_DATA to the folder that holds recordings/auto-insurance-8khz-mono.wav.');
  const from = join(data, 'recordings', 'auto-insurance-8khz-mono.wav');
  const sides = 'pan=stereo|c0=c0|c1=c0,adelay=0|17000';
  const repeated = ['-stream_loop', '14', '-i', from, '-t', String(HOUR_SECONDS)];
  await execute('ffmpeg', ['-v', 'error', ...repeated, '-af', sides, '-c:a', 'pcm_mulaw', path]);
}

/** The CPU time of a program and of all that it starts and waits for, by the shell's clock. */
async function measure(command: readonly string[]): Promise<Figures> {
  const timed = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null';
  const { stderr } = await execute('/bin/bash', ['-c', timed, 'bash', ...command]);
  const [user, system] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { [CPU]: user! + system! };
}
