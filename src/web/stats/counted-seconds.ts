import { decodeForm, type Form } from '../../analysis/form.js';
import { encodeForm } from '../../analysis/form-encoder.js';
import { SECTION_SECONDS } from '../../analysis/stats.js';
import { TIME_NOISE_SECONDS } from '../../analysis/times.js';
import type { SpeakerType, Words } from '../../analysis/words.js';
import type { CallTopicMatches } from '../../contract/call-views.js';
import type { SecondsRange } from '../call/marks.js';
import type { ShownWord } from '../call/spoken-text.js';

/** A speaker's pace in a section of the call. */
interface CountedPace {
  readonly speaker: number;
  /** The section. */
  readonly section: SecondsRange;
  /** How many words were counted. */
  readonly words: number;
  /** What the speaker said in the section. */
  readonly ranges: readonly SecondsRange[];
}

/** The seconds of a call that each statistic counts: `analysis/stats.ts` and `questions.ts` count the same. */
export interface CountedSeconds {
  /** All blocks, by the type of their speaker. */
  readonly talk: Readonly<Record<SpeakerType, readonly SecondsRange[]>>;
  /** Each speaker's longest block; the first one where several are as long. */
  readonly longest: ReadonlyMap<number, SecondsRange>;
  /** Where another one begins to speak: from the end of one block into the next. */
  readonly changes: readonly SecondsRange[];
  readonly pace: readonly CountedPace[];
  /** Sentences with a question, by the type of their speaker. */
  readonly questions: Readonly<Record<SpeakerType, readonly SecondsRange[]>>;
}

interface Counted {
  readonly words: readonly ShownWord[];
  readonly typeOf: (speaker: number) => SpeakerType;
  readonly topicMatches: CallTopicMatches['topicMatches'];
  /** The topic whose matches are questions; null if there is none. */
  readonly questionsTopicId: string | null;
}

/** How much of the other's words is marked around a change of speaker, in seconds. */
const CHANGE_SECONDS = 1;

export function countedSeconds({ words, typeOf, topicMatches, questionsTopicId }: Counted): CountedSeconds {
  const form = decodeForm(encodeForm(columnsOf(words)));
  const blocks = blocksOf(form);
  const talk = byType();
  const longest = new Map<number, SecondsRange>();
  const changes: SecondsRange[] = [];
  for (const [index, block] of blocks.entries()) {
    const { speaker, startSeconds, endSeconds } = block;
    const range = { startSeconds, endSeconds };
    talk[typeOf(speaker)].push(range);
    const known = longest.get(speaker);
    if (known === undefined || lengthOf(range) > lengthOf(known)) longest.set(speaker, range);
    if (index > 0 && blocks[index - 1]!.speaker !== speaker) {
      changes.push({ startSeconds, endSeconds: Math.min(endSeconds, startSeconds + CHANGE_SECONDS) });
    }
  }
  return {
    talk,
    longest,
    changes,
    pace: paceOf(form),
    questions: questionsOf(form, blocks, topicMatches, questionsTopicId, typeOf),
  };
}

const lengthOf = ({ startSeconds, endSeconds }: SecondsRange) => endSeconds - startSeconds;

const byType = (): Record<SpeakerType, SecondsRange[]> => ({ INTERNAL: [], EXTERNAL: [], UNKNOWN: [] });

function columnsOf(words: readonly ShownWord[]): Words {
  return {
    count: words.length,
    start: Float64Array.from(words, ({ start }) => Number(start)),
    end: Float64Array.from(words, ({ end }) => Number(end)),
    speaker: Uint16Array.from(words, ({ v }) => v),
    text: words.map(({ word }) => word),
    punctuation: words.map(({ p = '' }) => p),
  };
}

interface Block extends SecondsRange {
  readonly speaker: number;
}

function blocksOf(form: Form): readonly Block[] {
  const { start, end } = form.times();
  return Array.from({ length: form.blockCount }, (_, block) => ({
    speaker: form.blockSpeaker[block]!,
    startSeconds: start[form.blockWord[block]!]!,
    endSeconds: end[form.blockWord[block + 1]! - 1]!,
  }));
}

/** Words without a letter or digit are not counted. */
function paceOf(form: Form): readonly CountedPace[] {
  const { start, end } = form.times();
  const { wordToken } = form.places();
  const firsts = sectionStarts(form);
  const pace: CountedPace[] = [];
  for (const [index, first] of firsts.entries()) {
    const bySpeaker = new Map<number, { words: number; ranges: SecondsRange[] }>();
    const after = firsts[index + 1] ?? form.wordCount;
    const section = { startSeconds: start[first]!, endSeconds: end[after - 1]! };
    for (let block = 0; block < form.blockCount; block++) {
      const from = Math.max(first, form.blockWord[block]!);
      const to = Math.min(after, form.blockWord[block + 1]!);
      if (from >= to) continue;
      const speaker = form.blockSpeaker[block]!;
      const known = bySpeaker.get(speaker) ?? { words: 0, ranges: [] };
      bySpeaker.set(speaker, known);
      for (let word = from; word < to; word++) if (wordToken[word + 1]! > wordToken[word]!) known.words++;
      known.ranges.push({ startSeconds: start[from]!, endSeconds: end[to - 1]! });
    }
    for (const [speaker, { words, ranges }] of bySpeaker) {
      pace.push({ speaker, section, words, ranges });
    }
  }
  return pace;
}

/** The first word of each section. */
function sectionStarts(form: Form): readonly number[] {
  const { start, end } = form.times();
  const firsts: number[] = [];
  for (let word = 0; word < form.wordCount; word++) {
    const isNext = word === 0 || end[word]! - start[firsts.at(-1)!]! > SECTION_SECONDS + TIME_NOISE_SECONDS;
    if (isNext) firsts.push(word);
  }
  return firsts;
}

/** The sentences in which a match of the topic begins, each once. */
function questionsOf(
  form: Form,
  blocks: readonly Block[],
  topicMatches: Counted['topicMatches'],
  topicId: string | null,
  typeOf: Counted['typeOf'],
): Record<SpeakerType, SecondsRange[]> {
  const found = byType();
  const { start, end } = form.times();
  const { wordPiece } = form.places();
  const ends = form.sentenceEnds();
  const texts = form.blockTexts();
  let block = 0;
  let sentence = 0;
  for (const { startTime, text, topicsWithMatches } of topicMatches) {
    while (block < blocks.length && !(blocks[block]!.startSeconds === startTime && texts[block] === text)) block++;
    if (block === blocks.length) break;
    const matches = topicsWithMatches.find((topic) => topic.topicId === topicId)?.matches ?? [];
    let counted = -1;
    for (const { matchStartIndex } of matches) {
      let word = form.blockWord[block]!;
      const piece = wordPiece[word]! + matchStartIndex;
      while (wordPiece[word + 1]! <= piece) word++;
      while (ends[sentence]! < word) sentence++;
      if (sentence === counted) continue;
      counted = sentence;
      const first = sentence === 0 ? 0 : ends[sentence - 1]! + 1;
      found[typeOf(blocks[block]!.speaker)].push({ startSeconds: start[first]!, endSeconds: end[ends[sentence]!]! });
    }
    block++;
  }
  return found;
}
