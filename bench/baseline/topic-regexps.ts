import type { Topic } from '#debrief/analysis/topics.js';

// Topic matching as a first version would do it: an alternation of phrases for each topic, applied to each call's plain
// text.

/** The number of matches of the topics in the texts. */
export function countByRegExps(texts: readonly string[], topics: readonly Topic[]): number {
  const expressions = topics.map(({ words }) => new RegExp(`\\b(?:${words.map(escaped).join('|')})\\b`, 'gi'));
  let count = 0;
  for (const text of texts) {
    for (const expression of expressions) {
      for (const _ of text.matchAll(expression)) count++;
    }
  }
  return count;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
