import type { Decoder } from '../adapters/media/decoder.js';
import { openDecoder } from '../adapters/media/open-decoder.js';
import { openRecognizer } from '../adapters/speech/open-recognizer.js';
import type { Recognizer } from '../adapters/speech/recognizer.js';
import type { ObjectStore } from '../adapters/storage/object-store.js';
import { openStore } from '../adapters/storage/open-store.js';
import type { Config } from '../config.js';

/** What jobs need besides the database. */
export interface WorkerParts {
  readonly store: ObjectStore;
  /** Opens the decoder when it is first needed. */
  readonly openDecoder: () => Promise<Decoder>;
  /** Null if no speech engine is configured. */
  readonly recognizer: Recognizer | null;
  readonly keepsUploads: boolean;
}

/** Opens what jobs need, by the settings. The caller closes the store. */
export async function openWorkerParts(config: Config): Promise<WorkerParts> {
  let decoder: Promise<Decoder> | undefined;
  return {
    store: await openStore(config),
    openDecoder() {
      decoder ??= openDecoder(config).catch((error) => {
        // Looked for again next time: somebody may have installed it.
        decoder = undefined;
        throw error;
      });
      return decoder;
    },
    recognizer: openRecognizer(config),
    keepsUploads: config.KEEP_UPLOADS === 'yes',
  };
}
