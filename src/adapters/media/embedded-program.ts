// The embedded engine is a program of its own, so that a fault of FFmpeg's ends this process alone, and so that it can
// have limits. Its argument is a task in JSON. It prints what it found, or the seconds that are done, line by line.
import { AV_LOG_FATAL } from 'node-av/constants';
import { type FilterContext, Frame, getFFmpegInfo, Log } from 'node-av/lib';
import { buildGraph, check, openAudioInput } from './embedded-input.js';
import { AAC_FRAME, openRendition, openSpeech } from './embedded-output.js';
import type { EmbeddedTask } from './embedded-task.js';
import type { EngineInput } from './engine.js';
import { SPEECH_RATE } from './graph.js';

type Job = Extract<EmbeddedTask, { kind: 'run' }>['job'];

/** How often progress is told, in seconds of sound. */
const TELL_SECONDS = 60;

function run({ legs, graph, rendition, speechPaths, maxSeconds }: Job): void {
  const inputs = legs.map((files) => files.map(openInput));
  const sources = inputs.flat().map(({ source }, i) => `${source.replace('abuffer', `abuffer@in${i}`)}[in${i}]`);
  const text = [
    ...sources,
    graph,
    ...(rendition === null
      ? []
      : [`[rendition]aformat=sample_fmts=fltp,asetnsamples=n=${AAC_FRAME}:p=0,abuffersink@rendition`]),
    // A second at a time, because each frame costs a call.
    ...speechPaths.map((_, i) => `[speech${i}]asetnsamples=n=${SPEECH_RATE}:p=0,abuffersink@speech${i}`),
  ].join(';');
  const filters = buildGraph(text);
  const find = (name: string): FilterContext => filters.getFilter(name)!;
  const outputs = [
    ...(rendition === null
      ? []
      : [{ sink: find('abuffersink@rendition'), file: openRendition(rendition, find('abuffersink@rendition')) }]),
    ...speechPaths.map((path, i) => ({ sink: find(`abuffersink@speech${i}`), file: openSpeech(path) })),
  ];
  const frame = new Frame();
  frame.alloc();
  function drain(): void {
    for (const { sink, file } of outputs) {
      while (sink.buffersinkGetFrameSync(frame) >= 0) {
        file.write(frame);
        frame.unref();
      }
    }
  }

  let toldSeconds = 0;
  let input = 0;
  // Each leg decodes its files one after the other. The leg that is least far goes next, so that little waits in memory.
  const open = inputs.map((files) => ({
    seconds: 0,
    rest: files.map((file) => ({ file, source: find(`abuffer@in${input++}`) })),
  }));
  for (let left = [...open]; left.length > 0; left = left.filter(({ rest }) => rest.length > 0)) {
    const leg = left.reduce((least, each) => (each.seconds < least.seconds ? each : least));
    const { file, source } = leg.rest[0]!;
    let isOver = false;
    const goesOn = file.read((each, seconds) => {
      // Timestamps can leap years ahead: filling that hole would take all memory.
      isOver ||= seconds > maxSeconds;
      if (isOver) return;
      leg.seconds = seconds;
      check(source.buffersrcAddFrameSync(each), 'The graph of filters');
      drain();
    });
    if (leg.seconds > toldSeconds + TELL_SECONDS) {
      toldSeconds = leg.seconds;
      process.stdout.write(`${toldSeconds}\n`);
    }
    if (goesOn && !isOver) continue;
    check(source.buffersrcAddFrameSync(null), 'The graph of filters');
    drain();
    file.close();
    leg.rest.shift();
  }
  for (const { file } of outputs) file.end();
}

function probe(input: EngineInput): string {
  return JSON.stringify(openAudioInput(input)?.found ?? null);
}

function openInput(input: EngineInput) {
  const opened = openAudioInput(input);
  if (opened === null) throw new Error('The file has no sound');
  return opened;
}

Log.setLevel(AV_LOG_FATAL);
try {
  const task = JSON.parse(process.argv[2] ?? '') as EmbeddedTask;
  if (task.kind === 'run') run(task.job);
  else {
    const answer = task.kind === 'probe' ? probe(task.input) : getFFmpegInfo().version;
    process.stdout.write(`${answer}\n`);
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
