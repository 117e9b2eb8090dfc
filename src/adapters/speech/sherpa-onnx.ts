import { basename } from 'node:path';
import { createNativeRecognizer } from './native-engine.js';
import type { Recognizer } from './recognizer.js';
import { readSherpaFolder } from './sherpa-folder.js';

/** Makes a recogniser of a folder with a model of sherpa-onnx, run on this machine's processor. */
export function createSherpaOnnx(model: string, environment: NodeJS.ProcessEnv): Recognizer {
  return createNativeRecognizer({
    engine: 'sherpa-onnx',
    model,
    modelName: basename(model),
    packages: ['sherpa-onnx-node', '@ricky0123/vad-web/dist/silero_vad_v6.onnx'],
    checkModel: async () => {
      await readSherpaFolder(model, null);
    },
    environment,
  });
}
