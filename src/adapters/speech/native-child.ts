import { AppError } from '../../errors.js';
import type { RecognizedSegment, RecognizedWord } from '../../transcripts/recognition.js';
import type { HeardWord } from './loaded-model.js';
import type { NativeLine, NativeTask } from './native-engine.js';
import { openSherpaOnnx } from './sherpa-onnx-model.js';
import { openSpeechWav, SAMPLE_RATE, type SpeechWav } from './speech-wav.js';
import { type VoiceSpan, voiceSpans } from './voice-spans.js';
import { openWhisper } from './whisper-model.js';

// The child of native-engine.ts: `node native-child.js TASK` prints lines of JSON.

/** Whisper hears 30 seconds at once. */
const MAX_SPAN_SECONDS = 20;

const print = (line: NativeLine) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function work(task: NativeTask): Promise<void> {
  const model = await (task.engine === 'whisper' ? openWhisper(task) : openSherpaOnnx(task));
  for (const [index, path] of task.channels.entries()) {
    const wav = await openSpeechWav(path);
    const words: RecognizedWord[] = [];
    const segments: RecognizedSegment[] = [];
    let language: string | null = null;
    for await (const spans of packed(voiceSpans(wav, MAX_SPAN_SECONDS), model.packSeconds)) {
      const heard = await model.hear(await samplesOf(wav, spans));
      language ??= heard.language;
      words.push(...heard.words.map((word) => placed(word, spans, segments.length)));
      segments.push(...spans.map(({ start, end }) => ({ start: start / SAMPLE_RATE, end: end / SAMPLE_RATE })));
      print({ progress: (index + spans.at(-1)!.end / wav.sampleCount) / task.channels.length });
    }
    print({ channel: { words, segments }, language });
    print({ progress: (index + 1) / task.channels.length });
    await wav.close();
  }
}

/** Puts spans together up to so many seconds. */
async function* packed(spans: AsyncIterable<VoiceSpan>, seconds: number): AsyncGenerator<VoiceSpan[]> {
  let pack: VoiceSpan[] = [];
  let samples = 0;
  for await (const span of spans) {
    const length = span.end - span.start;
    if (pack.length > 0 && samples + length > seconds * SAMPLE_RATE) {
      yield pack;
      pack = [];
      samples = 0;
    }
    pack.push(span);
    samples += length;
  }
  if (pack.length > 0) yield pack;
}

async function samplesOf(wav: SpeechWav, spans: readonly VoiceSpan[]): Promise<Int16Array> {
  const all = new Int16Array(spans.reduce((sum, { start, end }) => sum + end - start, 0));
  let at = 0;
  for (const { start, end } of spans) {
    all.set(await wav.read(start, end - start), at);
    at += end - start;
  }
  return all;
}

/** Puts a word from the time of its pack onto the timeline, in the span in which it starts. */
function placed({ text, start, end }: HeardWord, spans: readonly VoiceSpan[], firstSegment: number): RecognizedWord {
  let index = 0;
  let before = 0;
  const lengthOf = (at: number) => (spans[at]!.end - spans[at]!.start) / SAMPLE_RATE;
  while (start !== null && index < spans.length - 1 && start >= before + lengthOf(index)) before += lengthOf(index++);
  const shift = spans[index]!.start / SAMPLE_RATE - before;
  const latest = spans[index]!.end / SAMPLE_RATE;
  return {
    text,
    start: start === null ? null : Math.min(start + shift, latest),
    end: end === null ? null : Math.min(end + shift, latest),
    speaker: null,
    confidence: null,
    segment: firstSegment + index,
  };
}

try {
  await work(JSON.parse(process.argv[2]!) as NativeTask);
} catch (error) {
  const { message } = error as Error;
  print({ error: { code: error instanceof AppError ? error.code : 'unavailable', message } });
}
