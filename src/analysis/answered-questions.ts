import { type TermWeights, wordsOf } from './key-terms.js';
import type { SpokenSentence } from './sentences.js';
import { anyOf, CHATTER, joined } from './spoken-english.js';

/** A question and its answer: indices of sentences. */
export interface AnsweredQuestion {
  readonly question: number;
  /** The first sentence of the answer, and the one after its last. */
  readonly answer: readonly [first: number, next: number];
}

/** What questions are searched in. */
export interface QuestionSearch {
  readonly sentences: readonly SpokenSentence[];
  /** The sentences as they are shown. */
  readonly texts: readonly string[];
  /** A sentence as it is shown where it answers. */
  readonly answerText: (index: number) => string;
  readonly terms: TermWeights;
  readonly isEnglish: boolean;
  /** The numbers of the speakers who belong to the account. */
  readonly internalSpeakers: ReadonlySet<number>;
}

const QUESTION = /[?？؟]["'”’)\]]*$/u;
/** Where a transcript has no question marks. */
const ASKING = new RegExp(
  joined(String.raw`
    ^(?:(?:what|how|when|where|who|why|which)
    (?:'s| is| are| do| does| did| can| could| would| will| was| were| much| many| long| often| about)|
    (?:do|does|did|can|could|would|will|are|is) (?:you|your|it|that|there|we|they))\b
  `),
  'i',
);
/** Open questions, which get more of an answer. */
const OPEN = anyOf('what|how|why|which|who|when|where');
const MONEY = anyOf('costs?|price|pricing|budget|discount|contract|fee|pay|money');
/** A statement that asks for consent: `It's included, right?` */
const TAGGED = /, (?:right|okay|ok|yeah|no|huh|correct)\?$/i;
/** Asks for nothing but to be heard. */
const EMPTY = anyOf(String.raw`
  anything else|good time|make sense|sound (?:good|fair)|you know what i mean|are you there|
  in front of a computer|guess what|do i know|is that (?:right|okay|fine|fair)\?
`);

const MIN_WORDS = 4;
const MAX_WORDS = 32;
/** How much may follow a question in its turn before the answer. */
const MAX_AFTER = 2;
/** The answer begins this soon, in seconds. */
const MAX_WAIT_SECONDS = 15;
const MIN_ANSWER_WORDS = 4;
const MAX_ANSWER_WORDS = 45;
const MAX_ANSWER_SENTENCES = 3;
const MAX_PAIRS = 6;

/**
 * The questions of a call that the other side answered with its next words: at most six, in the order in which they
 * were asked. The sides are the account's own people and everybody else; where that is not known, each speaker is one.
 */
export function findAnsweredQuestions(search: QuestionSearch): AnsweredQuestion[] {
  const { sentences, internalSpeakers } = search;
  const inside = sentences.filter(({ speakerNumber }) => internalSpeakers.has(speakerNumber)).length;
  const isSided = inside > 0 && inside < sentences.length;
  const found: { readonly pair: AnsweredQuestion; readonly score: number }[] = [];
  for (let next = 1; next < sentences.length; next++) {
    if (sentences[next]!.turn === sentences[next - 1]!.turn) continue;
    const question = lastQuestion(search, next - 1);
    const pair = question === null ? null : answerTo(search, isSided, question, next);
    if (pair !== null) found.push({ pair, score: scorePair(search, pair) });
  }
  found.sort((a, b) => b.score - a.score || a.pair.question - b.pair.question);
  return found
    .slice(0, MAX_PAIRS)
    .map(({ pair }) => pair)
    .sort((a, b) => a.question - b.question);
}

/** The question that a turn ends with; null if it ends with none. */
function lastQuestion({ sentences, texts, isEnglish }: QuestionSearch, last: number): number | null {
  const { turn } = sentences[last]!;
  for (let index = last; index >= 0 && index >= last - MAX_AFTER && sentences[index]!.turn === turn; index--) {
    const text = texts[index]!;
    const words = text.split(' ').length;
    const asks = QUESTION.test(text) || (isEnglish && !/[.!]$/.test(text) && ASKING.test(text));
    if (!asks || !sentences[index]!.isWhole || words < MIN_WORDS || words > MAX_WORDS) continue;
    if (isEnglish && (EMPTY.test(text) || TAGGED.test(text) || CHATTER.test(text))) continue;
    return index;
  }
  return null;
}

function answerTo(search: QuestionSearch, isSided: boolean, question: number, first: number): AnsweredQuestion | null {
  const { sentences, answerText, internalSpeakers } = search;
  const asked = sentences[question]!;
  const { speakerNumber, turn, startSeconds } = sentences[first]!;
  if (speakerNumber === asked.speakerNumber) return null;
  if (isSided && internalSpeakers.has(speakerNumber) === internalSpeakers.has(asked.speakerNumber)) return null;
  if (startSeconds - asked.endSeconds > MAX_WAIT_SECONDS) return null;
  let next = first;
  let words = 0;
  while (
    next < Math.min(sentences.length, first + MAX_ANSWER_SENTENCES) &&
    sentences[next]!.turn === turn &&
    sentences[next]!.isWhole
  ) {
    const text = answerText(next);
    const length = text.split(' ').length;
    // What the answerer asks in return is no part of the answer.
    if (QUESTION.test(text) || words + length > MAX_ANSWER_WORDS) break;
    words += length;
    next++;
  }
  return words < MIN_ANSWER_WORDS ? null : { question, answer: [first, next] };
}

function scorePair(
  { texts, answerText, terms, isEnglish }: QuestionSearch,
  { question, answer }: AnsweredQuestion,
): number {
  const asked = texts[question]!;
  const answered = answerOf(answer, answerText);
  const weights = (text: string) => [...new Set(wordsOf(text))].reduce((sum, word) => sum + terms.of(word), 0);
  let score = Math.min(weights(asked), 12) + Math.min(weights(answered), 16) / 2;
  if (/\d/.test(answered)) score += 2;
  if (isEnglish && OPEN.test(asked)) score += 2;
  if (isEnglish && MONEY.test(asked)) score += 3;
  return score;
}

/** The text of an answer. */
export function answerOf([first, next]: AnsweredQuestion['answer'], answerText: (index: number) => string): string {
  return Array.from({ length: next - first }, (_, i) => answerText(first + i)).join(' ');
}
