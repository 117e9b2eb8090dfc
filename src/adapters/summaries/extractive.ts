import { summarizeFromSentences } from '../../analysis/summary.js';
import type { Summarizer } from './summarizer.js';

/** The name of the engine that quotes a call's own sentences. Every other engine is a model. */
export const EXTRACTIVE = 'extractive';

/** Makes the summariser that needs nothing: it quotes a call's own sentences, by written rules. */
export function createExtractiveSummarizer(): Summarizer {
  return {
    name: EXTRACTIVE,
    sends: null,
    async summarize(request) {
      return summarizeFromSentences(request);
    },
    async check() {},
  };
}
