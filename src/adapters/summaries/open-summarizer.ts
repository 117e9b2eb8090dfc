import type { Config } from '../../config.js';
import { invalid } from '../../errors.js';
import { createExtractiveSummarizer } from './extractive.js';
import { createOpenAiSummarizer } from './openai.js';
import type { Summarizer } from './summarizer.js';

/**
 * Opens the summariser that the settings name; null for `none`.
 * @throws AppError `invalid` if a setting that it needs is missing.
 */
export function openSummarizer({
  SUMMARY,
  SUMMARY_URL,
  SUMMARY_API_KEY,
  SUMMARY_MODEL,
}: Pick<Config, 'SUMMARY' | 'SUMMARY_URL' | 'SUMMARY_API_KEY' | 'SUMMARY_MODEL'>): Summarizer | null {
  if (SUMMARY === 'none') return null;
  if (SUMMARY === 'extractive') return createExtractiveSummarizer();
  if (SUMMARY_MODEL === null)
    throw invalid('SUMMARY_MODEL', 'is missing', 'the name of a chat model for SUMMARY=openai');
  return createOpenAiSummarizer({ url: SUMMARY_URL, apiKey: SUMMARY_API_KEY, model: SUMMARY_MODEL });
}
