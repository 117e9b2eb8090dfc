import { basename } from 'node:path';
import { readWhisperHead } from './ggml-head.js';
import { createNativeRecognizer } from './native-engine.js';
import type { Recognizer } from './recognizer.js';

/** Makes a recogniser of a ggml file of Whisper, run by whisper.cpp on this machine's processor. */
export function createWhisper(model: string, environment: NodeJS.ProcessEnv): Recognizer {
  return createNativeRecognizer({
    engine: 'whisper',
    model,
    modelName: basename(model),
    packages: ['@fugood/whisper.node', 'sherpa-onnx-node', '@ricky0123/vad-web/dist/silero_vad_v6.onnx'],
    checkModel: async () => {
      await readWhisperHead(model);
    },
    environment,
  });
}
