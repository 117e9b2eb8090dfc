import { AppError } from '../../errors.js';
import { DEMUXERS, type Engine, type EngineInput, type EngineJob, type FoundSound } from './engine.js';
import { damaged, failure, limitsFor, PROBE_LIMITS } from './failures.js';
import { runLimited } from './limited-process.js';

const LAYOUTS: Readonly<Record<string, number>> = {
  mono: 1,
  stereo: 2,
  downmix: 2,
  quad: 4,
  hexagonal: 6,
  octagonal: 8,
};

/**
 * Uses an ffmpeg program, version 5.1 or later.
 * @returns null if there is none at that path.
 */
export async function openFfmpeg(program: string): Promise<Engine | null> {
  let version: string | undefined;
  const { code } = await runLimited({
    program,
    args: ['-version'],
    limits: PROBE_LIMITS,
    signal: AbortSignal.timeout(30_000),
    onLine: (line) => {
      version ??= /^ffmpeg version (\S+)/.exec(line)?.[1];
    },
  });
  if (code !== 0 || version === undefined) return null;
  return {
    name: `ffmpeg ${version}`,
    probe: (input, signal) => probe(program, input, signal),
    run: (job) => run(program, job),
  };
}

const GLOBAL = ['-hide_banner', '-nostdin', '-nostats', '-y'];

function inputArgs({ path, container }: EngineInput): string[] {
  const file = ['-i', `file:${path}`];
  return ['-protocol_whitelist', 'file', '-f', DEMUXERS[container], '-threads', '1', '-vn', '-sn', '-dn', ...file];
}

async function probe(program: string, input: EngineInput, signal: AbortSignal): Promise<FoundSound> {
  const args = [...GLOBAL, ...inputArgs(input)];
  const ended = await runLimited({ program, args, limits: PROBE_LIMITS, signal });
  const { errors } = ended;
  const found = [...errors.matchAll(/^ {2}Stream #.*?: Audio: (\w+).*?, (\d+) Hz, ([^,\n]+)/gm)];
  const [, codec = '', sampleRate, layout = ''] = found[0] ?? [];
  if (found.length === 0) {
    if (/^Input #0/m.test(errors)) throw new AppError('invalid', 'The file has no sound.');
    throw damaged(ended, input);
  }
  const start = /^ {2}Duration: .*?, start: (-?[\d.]+)/m.exec(errors)?.[1] ?? '0';
  return {
    codec,
    sampleRate: Number(sampleRate),
    channels: channelsOf(layout),
    tracks: found.length,
    firstSeconds: Number(start),
  };
}

/** How many channels a layout has by its name, such as `stereo`, `5.1(side)` or `3 channels`. */
function channelsOf(layout: string): number {
  const name = layout.trim().replace(/\(.*/, '');
  const digits = /^(\d)\.(\d)(?:\.(\d))?$/.exec(name);
  if (digits !== null) return digits.slice(1).reduce((sum, each) => sum + Number(each ?? 0), 0);
  return LAYOUTS[name] ?? (Number.parseInt(name, 10) || 0);
}

async function run(program: string, job: EngineJob): Promise<void> {
  const { rendition, speechPaths, maxSeconds } = job;
  // Timestamps are kept as they are in the file: ffmpeg would take a pause in an Ogg file for a fault and close it.
  const inputs = ['-copyts', ...job.legs.flat().flatMap(inputArgs)];
  // A recorder that skips silence writes frames without data. Where two thirds are, ffmpeg would end with an error.
  const damage = ['-max_error_rate', '1'];
  const graph = job.graph.replace(/\[in(\d+)\]/g, '[$1:a:0]');
  const end = ['-t', String(maxSeconds), '-bitexact', '-map_metadata', '-1'];
  const aac = ['-c:a', 'aac', '-aac_coder', 'fast', '-movflags', '+faststart', '-f', 'ipod'];
  const outputs = [
    ...(rendition === null
      ? []
      : ['-map', '[rendition]', ...end, ...aac, '-b:a', String(rendition.bitRate), `file:${rendition.path}`]),
    ...speechPaths.flatMap((path, i) => [
      '-map',
      `[speech${i}]`,
      ...end,
      '-c:a',
      'pcm_s16le',
      '-f',
      'wav',
      `file:${path}`,
    ]),
  ];
  const ended = await runLimited({
    program,
    args: [
      ...GLOBAL,
      ...['-v', 'error', '-progress', 'pipe:1', '-filter_complex_threads', '1', ...damage],
      ...inputs,
      ...['-filter_complex', graph],
      ...outputs,
    ],
    limits: limitsFor(job.sizeBytes, maxSeconds),
    signal: job.signal,
    onLine: (line) => {
      const micros = /^out_time_us=(\d+)/.exec(line)?.[1];
      if (micros !== undefined) job.onSeconds(Number(micros) / 1e6);
    },
  });
  if (ended.code !== 0) throw failure(ended);
}
