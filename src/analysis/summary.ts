import { answerOf, findAnsweredQuestions } from './answered-questions.js';
import { type TermWeights, weighTerms, wordsOf } from './key-terms.js';
import { findNextSteps } from './next-steps.js';
import type { SpokenSentence } from './sentences.js';
import { CHATTER, FILLERS, list, POINTING, SETTLING, TELLING } from './spoken-english.js';
import { bare, marked, tidyEnglish } from './tidy-text.js';

/** Something that a summary says, with the moment of the call that it is from; null if there is none. */
export interface CitedText {
  readonly text: string;
  /** Seconds since the start of the call. */
  readonly seconds: number | null;
}

/** A summary in the reference's shape, each item with its moment. */
export interface CitedSummary {
  readonly summary: readonly CitedText[];
  readonly nextSteps: readonly CitedText[];
  readonly questionsAndAnswers: readonly { readonly question: CitedText; readonly answer: CitedText }[];
}

/** A call to be summarised. */
export interface SummaryInput {
  readonly sentences: readonly SpokenSentence[];
  /** How a speaker is named in the summary, by number: `Ann Lee`, `Speaker 2`. */
  readonly speakerNames: ReadonlyMap<number, string>;
  /** The numbers of the speakers who belong to the account. */
  readonly internalSpeakers: ReadonlySet<number>;
  /** The language of the call: its code in ISO 639. */
  readonly language: string;
}

/** A call with fewer words says too little to be summarised. */
const MIN_CALL_WORDS = 40;
const [MIN_WORDS, BEST_WORDS, LONG_SENTENCE, MAX_WORDS] = [6, 12, 22, 38];
/** Sentences are chosen from as many parts of a call. */
const PARTS = 4;
/** A long call, in words, gets one sentence more from each part. */
const LONG_WORDS = 6_000;
/** The share of the weight of a sentence that an earlier one may have had. */
const MAX_REPEATED = 0.6;
/** What speakers say of themselves tells more than how things are done in general. */
const OWN = /\b(?:we|our|us|we're|we've|we'll)\b/i;
/** The account's language is only what most of its calls are in, so the English rules ask for these words too. */
const ENGLISH = list('the and you to of is that it for we have be this are with not but what i in was');
const ENGLISH_SHARE = 0.15;

/**
 * Summarises a call from its own sentences, by written rules. What it quotes was said: words are left out, none is
 * added. Null if the call has too little to quote. The rules for next steps, fillers and subjects are for English; in
 * other languages a summary has central sentences, and questions that end in a question mark. Takes time in proportion
 * to the call's length.
 */
export function summarizeFromSentences({
  sentences,
  speakerNames,
  internalSpeakers,
  language,
}: SummaryInput): CitedSummary | null {
  const said = sentences.map(({ text }) => text);
  const isEnglish = language === 'en' && readsAsEnglish(said);
  const texts = isEnglish ? said.map((text) => tidyEnglish(text)) : said;
  const answerText = (index: number) => (isEnglish ? marked(tidyEnglish(said[index]!, true), '.') : said[index]!);
  const shown = (index: number, mark: '.' | '?' = '.') => (isEnglish ? marked(texts[index]!, mark) : texts[index]!);
  const names = new Set([...speakerNames.values()].flatMap(wordsOf));
  const terms = weighTerms(texts, isEnglish, names);
  const nameOf = (number: number) => speakerNames.get(number) ?? `Speaker ${number + 1}`;
  const quoted = (index: number): CitedText => ({
    text: `${nameOf(sentences[index]!.speakerNumber)}: “${shown(index)}”`,
    seconds: sentences[index]!.startSeconds,
  });

  const steps = isEnglish ? findNextSteps(sentences, texts) : [];
  const pairs = findAnsweredQuestions({ sentences, texts, answerText, terms, isEnglish, internalSpeakers });
  const taken = new Set([...steps, ...pairs.flatMap(({ question, answer: [first] }) => [question, first])]);
  const central = chooseSentences({ sentences, said, texts, terms, isEnglish, internalSpeakers, taken });
  if (central.length === 0) return null;
  const about = isEnglish ? subjectLine(sentences, terms, nameOf) : [];
  return {
    summary: [...about, ...central.map(quoted)],
    nextSteps: steps.map(quoted),
    questionsAndAnswers: pairs.map(({ question, answer }) => ({
      question: { text: shown(question, '?'), seconds: sentences[question]!.startSeconds },
      answer: { text: answerOf(answer, answerText), seconds: sentences[answer[0]]!.startSeconds },
    })),
  };
}

function readsAsEnglish(texts: readonly string[]): boolean {
  let all = 0;
  let english = 0;
  for (const text of texts) {
    for (const word of wordsOf(text)) {
      all++;
      if (ENGLISH.has(word)) english++;
    }
  }
  return english >= all * ENGLISH_SHARE;
}

/** Who spoke, and what about. It has no moment of its own. */
function subjectLine(
  sentences: readonly SpokenSentence[],
  { subjects }: TermWeights,
  nameOf: (speaker: number) => string,
): CitedText[] {
  const spoken = new Map<number, number>();
  for (const { speakerNumber, text } of sentences) {
    spoken.set(speakerNumber, (spoken.get(speakerNumber) ?? 0) + text.length);
  }
  const speakers = [...spoken].sort(([a, m], [b, n]) => n - m || a - b).map(([number]) => nameOf(number));
  const minutes = Math.max(1, Math.round((sentences.at(-1)!.endSeconds - sentences[0]!.startSeconds) / 60));
  const about = subjects.length === 0 ? '' : `, mostly about ${subjects.join(', ')}`;
  const who = speakers.length === 1 ? `${speakers[0]} spoke` : `${named(speakers)} spoke`;
  return [{ text: `${who} for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}${about}.`, seconds: null }];
}

/** What customers say counts more: a manager knows what the own side tells everyone. */
const OTHER_SIDE = 1.25;
/** What is told in a story counts less. */
const TOLD = 0.6;
const STORY_WORDS = 60;
const MAX_NAMED = 3;

function named(speakers: readonly string[]): string {
  const shown = speakers.slice(0, speakers.length > MAX_NAMED ? MAX_NAMED - 1 : MAX_NAMED);
  const others = speakers.length - shown.length;
  const all = others === 0 ? shown : [...shown, `${others} others`];
  return `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

interface Choice {
  readonly sentences: readonly SpokenSentence[];
  readonly said: readonly string[];
  readonly texts: readonly string[];
  readonly terms: TermWeights;
  readonly isEnglish: boolean;
  readonly internalSpeakers: ReadonlySet<number>;
  /** What the summary shows elsewhere. */
  readonly taken: ReadonlySet<number>;
}

/** The most telling sentences of each part of a call, in the order in which they were said. */
function chooseSentences({ sentences, said, texts, terms, isEnglish, internalSpeakers, taken }: Choice): number[] {
  const lengths = texts.map((text) => text.split(' ').length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total < MIN_CALL_WORDS) return [];
  const isTold = storyTurns(sentences, lengths);
  const candidates: { readonly index: number; readonly part: number; readonly score: number }[] = [];
  let before = 0;
  for (let index = 0; index < sentences.length; index++) {
    const part = Math.min(PARTS - 1, Math.floor((before / total) * PARTS));
    before += lengths[index]!;
    const fits = sentences[index]!.isWhole && lengths[index]! >= MIN_WORDS && lengths[index]! <= MAX_WORDS;
    if (!fits || taken.has(index) || /[?？؟]/u.test(texts[index]!)) continue;
    const { speakerNumber, turn } = sentences[index]!;
    const side = internalSpeakers.has(speakerNumber) ? 1 : OTHER_SIDE;
    const score = scoreSentence(said[index]!, texts[index]!, terms, isEnglish) * side * (isTold.has(turn) ? TOLD : 1);
    if (score > 0) candidates.push({ index, part, score });
  }
  candidates.sort((a, b) => b.score - a.score || a.index - b.index);
  const free = new Array<number>(PARTS).fill(total > LONG_WORDS ? 2 : 1);
  const chosen: number[] = [];
  const told = new Set<string>();
  for (const { index, part } of candidates) {
    if (free[part] === 0) continue;
    const words = [...new Set(wordsOf(texts[index]!))].filter((word) => terms.of(word) > 0);
    const repeated = words.filter((word) => told.has(word)).length;
    if (words.length > 0 && repeated > words.length * MAX_REPEATED) continue;
    for (const word of words) told.add(word);
    free[part]!--;
    chosen.push(index);
  }
  return chosen.sort((a, b) => a - b);
}

/** Long turns that answer no question: people tell stories in them. */
function storyTurns(sentences: readonly SpokenSentence[], lengths: readonly number[]): ReadonlySet<number> {
  const words = new Map<number, number>();
  const asked = new Set<number>();
  for (const [index, { turn, text }] of sentences.entries()) {
    words.set(turn, (words.get(turn) ?? 0) + lengths[index]!);
    if (/[?？؟]/u.test(text)) asked.add(turn + 1);
  }
  return new Set([...words].filter(([turn, count]) => count > STORY_WORDS && !asked.has(turn)).map(([turn]) => turn));
}

/** How much a sentence says of its call; 0 or less for one that is not worth quoting. */
function scoreSentence(said: string, text: string, terms: TermWeights, isEnglish: boolean): number {
  if (isEnglish && CHATTER.test(text)) return 0;
  const words = wordsOf(text);
  const weight = [...new Set(words)].reduce((sum, word) => sum + terms.of(word), 0);
  // Otherwise the longest sentences would win.
  let score = (weight * 0.7) / Math.sqrt(Math.max(words.length, BEST_WORDS));
  if (words.length > LONG_SENTENCE) score *= LONG_SENTENCE / words.length;
  if (!isEnglish) return score;
  if (/\d/.test(text)) score += 0.4;
  score += Math.min(new Set(text.toLowerCase().match(TELLING) ?? []).size, 3) * 0.8;
  if (OWN.test(text)) score += 0.5;
  if (SETTLING.test(text)) score += 1;
  const fillers = said.split(' ').filter((piece) => FILLERS.has(bare(piece))).length;
  score *= 1 - Math.min(fillers, 3) * 0.15;
  // A number at the beginning is often the rest of an amount that was cut in two.
  return POINTING.has(words[0] ?? '') || /^\d/.test(text) ? score * 0.5 : score;
}
