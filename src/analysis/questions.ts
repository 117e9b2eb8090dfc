import type { Form } from './form.js';
import type { MatchList } from './topic-matcher.js';
import type { TopicSet } from './topics.js';
import type { SpeakerType } from './words.js';

/** A call's `questionCounts` as v2 shows them. */
export interface QuestionCounts {
  readonly internalSpeakerQuestionCount: number;
  readonly externalSpeakerQuestionCount: number;
  readonly unknownSpeakerQuestionCount: number;
}

/**
 * Counts sentences with a match of the canonical questions topic, by their speaker's type (the reference's "Canonical
 * Question Counts"). A match counts for the sentence in which it begins; several in one sentence count once. All counts
 * are 0 if the account has no such topic, or the set does not hold it.
 */
export function questionCounts(
  form: Form,
  matches: MatchList,
  set: TopicSet,
  canonicalTopicId: number | null,
  typeOf: (speaker: number) => SpeakerType,
): QuestionCounts {
  const counts: Record<SpeakerType, number> = { INTERNAL: 0, EXTERNAL: 0, UNKNOWN: 0 };
  const canonical = set.topics.findIndex((topic) => topic.id === canonicalTopicId);
  if (canonical >= 0 && matches.count > 0) {
    const { tokenWord } = form.places();
    const sentenceEnds = form.sentenceEnds();
    let sentence = 0;
    let counted = -1;
    let block = 0;
    for (let match = 0; match < matches.count; match++) {
      if (set.tables.endingTopic[matches.rows[match * 3]!] !== canonical) continue;
      const word = tokenWord[matches.rows[match * 3 + 1]!]!;
      while (sentenceEnds[sentence]! < word) sentence++;
      if (sentence === counted) continue;
      counted = sentence;
      while (form.blockWord[block + 1]! <= word) block++;
      counts[typeOf(form.blockSpeaker[block]!)]++;
    }
  }
  return {
    internalSpeakerQuestionCount: counts.INTERNAL,
    externalSpeakerQuestionCount: counts.EXTERNAL,
    unknownSpeakerQuestionCount: counts.UNKNOWN,
  };
}
