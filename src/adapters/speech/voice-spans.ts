import { createRequire } from 'node:module';
import { SAMPLE_RATE, type SpeechWav } from './speech-wav.js';

// Finds where somebody speaks, with Silero's model in sherpa-onnx: engines babble on silence, and it costs their time.

/** A stretch of speech, in samples. */
export interface VoiceSpan {
  readonly start: number;
  readonly end: number;
}

/** What is used of sherpa-onnx-node, which has no types. */
interface Vad {
  acceptWaveform(samples: Float32Array): void;
  isEmpty(): boolean;
  front(external: boolean): { readonly start: number; readonly samples: Float32Array };
  pop(): void;
  flush(): void;
}

const require = createRequire(import.meta.url);

/** The model takes so many samples at a time. Of more in a call, sherpa-onnx loses nearly all speech. */
const WINDOW = 512;
/** It hears speech up to a quarter of a second late. */
const START_PAD = 0.3 * SAMPLE_RATE;
const END_PAD = 0.1 * SAMPLE_RATE;
const MIN_SILENCE_SECONDS = 0.5;
const MIN_SPEECH_SECONDS = 0.1;
const BUFFER_SECONDS = 60;
const BLOCK = 1000 * WINDOW;

/** Where the model is. */
function voiceModelPath(): string {
  return require.resolve('@ricky0123/vad-web/dist/silero_vad_v6.onnx');
}

/** Finds the stretches of speech of a file, each of about `maxSeconds` at most. They do not overlap. */
export async function* voiceSpans(wav: SpeechWav, maxSeconds: number): AsyncGenerator<VoiceSpan> {
  const { Vad } = require('sherpa-onnx-node') as { Vad: new (config: object, bufferSeconds: number) => Vad };
  const sileroVad = {
    model: voiceModelPath(),
    threshold: 0.5,
    minSilenceDuration: MIN_SILENCE_SECONDS,
    minSpeechDuration: MIN_SPEECH_SECONDS,
    maxSpeechDuration: maxSeconds,
    windowSize: WINDOW,
  };
  const vad = new Vad({ sileroVad, sampleRate: SAMPLE_RATE, numThreads: 1 }, BUFFER_SECONDS);
  let last = 0;
  function* found(): Generator<VoiceSpan> {
    for (; !vad.isEmpty(); vad.pop()) {
      // Without external buffers, which newer runtimes forbid.
      const { start, samples } = vad.front(false);
      const from = Math.max(last, start - START_PAD);
      last = Math.min(start + samples.length + END_PAD, wav.sampleCount);
      if (last > from) yield { start: from, end: last };
    }
  }
  for (let at = 0; at < wav.sampleCount; at += BLOCK) {
    const block = Float32Array.from(await wav.read(at, BLOCK), (sample) => sample / 32_768);
    for (let i = 0; i < block.length; i += WINDOW) {
      vad.acceptWaveform(block.subarray(i, i + WINDOW));
      yield* found();
    }
  }
  // What it still holds back.
  vad.flush();
  yield* found();
}
