import type { Decoder } from '../adapters/media/decoder.js';
import { openDecoder } from '../adapters/media/open-decoder.js';
import { openRecognizer } from '../adapters/speech/open-recognizer.js';
import { openStore } from '../adapters/storage/open-store.js';
import { openSummarizer } from '../adapters/summaries/open-summarizer.js';
import type { Config } from '../config.js';
import type { WorkerParts } from '../worker/worker.js';

/** Whether a speech engine is configured. */
export const hasEngine = ({ SPEECH }: Config): boolean => SPEECH !== 'none';

/** Opens what jobs need, by the settings. The caller closes the store. */
export async function openWorkerParts(config: Config): Promise<WorkerParts> {
  let decoder: Promise<Decoder> | undefined;
  return {
    store: await openStore(config),
    openDecoder() {
      const opened = decoder ?? openDecoder(config);
      decoder = opened;
      // Looked for again next time: somebody may have installed it.
      opened.catch(() => {
        decoder = undefined;
      });
      return opened;
    },
    recognizer: openRecognizer(config),
    summarizer: openSummarizer(config),
    keepsUploads: config.KEEP_UPLOADS === 'yes',
  };
}
