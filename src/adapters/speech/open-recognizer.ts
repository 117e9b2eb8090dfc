import { type Config, foreignEnvironment } from '../../config.js';
import { invalid } from '../../errors.js';
import { createCommandRecognizer } from './command.js';
import { createOpenAiRecognizer } from './openai.js';
import { createPocketsphinx } from './pocketsphinx.js';
import type { Recognizer } from './recognizer.js';
import { createSherpaOnnx } from './sherpa-onnx.js';
import { createWhisper } from './whisper.js';

/**
 * Makes the recogniser that SPEECH names; null for `none`.
 * @throws AppError `invalid`, naming the setting that it lacks.
 */
export function openRecognizer(config: Config): Recognizer | null {
  const environment = foreignEnvironment();
  switch (config.SPEECH) {
    case 'none':
      return null;
    case 'openai':
      return createOpenAiRecognizer({
        url: config.SPEECH_URL,
        apiKey: config.SPEECH_API_KEY,
        model: config.SPEECH_MODEL,
      });
    case 'command': {
      const command = config.SPEECH_COMMAND;
      if (command === null) throw invalid('SPEECH_COMMAND', 'is not set', 'a program, because SPEECH is command');
      return createCommandRecognizer({ command, environment });
    }
    case 'pocketsphinx':
      return createPocketsphinx({ environment });
    case 'whisper': {
      const model = config.SPEECH_MODEL;
      if (model === null)
        throw invalid('SPEECH_MODEL', 'is not set', 'the path of a ggml file, because SPEECH is whisper');
      return createWhisper(model, environment);
    }
    case 'sherpa-onnx': {
      const model = config.SPEECH_MODEL;
      if (model === null)
        throw invalid('SPEECH_MODEL', 'is not set', 'the path of a folder with a model, because SPEECH is sherpa-onnx');
      return createSherpaOnnx(model, environment);
    }
  }
}
