import { wordsOf } from '../../analysis/key-terms.js';
import type { SpokenSentence } from '../../analysis/sentences.js';
import type { CitedSummary, CitedText } from '../../analysis/summary.js';
import { AppError } from '../../errors.js';

// What a model answers about a call, and what of it holds.

const cited = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    line: { type: 'integer' },
    quote: { type: 'string' },
  },
  required: ['text', 'line', 'quote'],
  additionalProperties: false,
};

/** The JSON schema of an answer, in the form that strict modes take: no limits, every field required. */
export const ANSWER_SCHEMA = {
  type: 'object',
  properties: {
    summary: { type: 'array', items: cited },
    nextSteps: { type: 'array', items: cited },
    questionsAndAnswers: {
      type: 'array',
      items: {
        type: 'object',
        properties: { question: cited, answer: cited },
        required: ['question', 'answer'],
        additionalProperties: false,
      },
    },
  },
  required: ['summary', 'nextSteps', 'questionsAndAnswers'],
  additionalProperties: false,
};

/** A thing said in an answer, with the line of the transcript that shows it and words from there. */
interface Claim {
  readonly text: string;
  readonly line: number;
  readonly quote: string;
}

/** An answer in the form of the schema. */
export interface Answer {
  readonly summary: readonly Claim[];
  readonly nextSteps: readonly Claim[];
  readonly questionsAndAnswers: readonly { readonly question: Claim; readonly answer: Claim }[];
}

const MAX_ITEMS = 12;
const MAX_TEXT = 800;
const MAX_QUOTE = 400;
/** A shorter quote is found nearly everywhere. */
const MIN_QUOTE_WORDS = 2;

/**
 * Reads the text of an answer. What is too long or too much is left out.
 * @throws AppError `invalid` if it is not of the schema's form.
 */
export function readAnswer(text: string): Answer {
  let value: unknown;
  try {
    // Some models wrap JSON in a block of Markdown, even in JSON mode.
    value = JSON.parse(text.replace(/^\s*```(?:json)?\s*|\s*```\s*$/g, ''));
  } catch {
    throw wrongForm('it is not JSON');
  }
  const { summary, nextSteps, questionsAndAnswers } = fieldsOf(value);
  return {
    summary: claims(summary, 'summary'),
    nextSteps: claims(nextSteps, 'nextSteps'),
    questionsAndAnswers: listOf(questionsAndAnswers, 'questionsAndAnswers').flatMap((pair) => {
      const fields = fieldsOf(pair);
      const [question, answer] = [claim(fields.question), claim(fields.answer)];
      return question && answer ? [{ question, answer }] : [];
    }),
  };
}

function wrongForm(why: string): AppError {
  return new AppError('invalid', `The answer of the model of SUMMARY_MODEL cannot be used: ${why}.`);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw wrongForm('an object is missing');
  return value as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongForm(`${name} is no list`);
  return value.slice(0, MAX_ITEMS);
}

function claims(value: unknown, name: string): Claim[] {
  return listOf(value, name).flatMap((each) => claim(each) ?? []);
}

/** Null if it is longer than people want to read, or empty. */
function claim(value: unknown): Claim | null {
  const fields = fieldsOf(value);
  if (typeof fields.text !== 'string' || typeof fields.quote !== 'string')
    throw wrongForm('a text or quote is missing');
  const [text, quote] = [plain(fields.text), plain(fields.quote)];
  if (text === '' || text.length > MAX_TEXT || quote.length > MAX_QUOTE) return null;
  return { text, line: typeof fields.line === 'number' ? fields.line : -1, quote };
}

/** One line of text without control characters. */
function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .toWellFormed()
    .trim();
}

/** Finds where the quotes of an answer were said. */
export interface QuoteFinder {
  /** The seconds of the sentence in which a quote begins: in its line, else anywhere; null if nobody said it. */
  find(claim: Claim): number | null;
}

/** Makes a finder for a call. Quotes are compared by their words alone. */
export function createQuoteFinder(sentences: readonly SpokenSentence[]): QuoteFinder {
  const starts: number[] = [];
  let all = ' ';
  const lines = new Map<number, number>();
  for (const { text, turn } of sentences) {
    if (!lines.has(turn)) lines.set(turn, all.length - 1);
    starts.push(all.length - 1);
    const words = wordsOf(text).join(' ');
    if (words !== '') all += `${words} `;
  }
  return {
    find({ line, quote }) {
      const words = wordsOf(quote);
      if (words.length < MIN_QUOTE_WORDS) return null;
      const wanted = ` ${words.join(' ')} `;
      const from = lines.get(line);
      const end = lines.get(line + 1) ?? all.length;
      const near = from === undefined ? -1 : all.indexOf(wanted, from);
      const place = near >= 0 && near < end ? near : all.indexOf(wanted);
      if (place < 0) return null;
      // The last sentence that begins at or before it.
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle]! <= place) low = middle;
        else high = middle - 1;
      }
      return sentences[low]!.startSeconds;
    },
  };
}

/**
 * What of an answer holds: a next step, question or answer whose quote nobody said is left out, and a sentence of the
 * summary then has no moment. Null if nothing is left of the summary.
 */
export function heldAnswer(answer: Answer, quotes: QuoteFinder): CitedSummary | null {
  const located = (claim: Claim): CitedText => ({ text: claim.text, seconds: quotes.find(claim) });
  const isSaid = ({ seconds }: CitedText) => seconds !== null;
  const summary = answer.summary.map(located);
  if (summary.length === 0) return null;
  return {
    summary,
    nextSteps: answer.nextSteps.map(located).filter(isSaid),
    questionsAndAnswers: answer.questionsAndAnswers
      .map(({ question, answer: answered }) => ({ question: located(question), answer: located(answered) }))
      .filter(({ question, answer: answered }) => isSaid(question) && isSaid(answered)),
  };
}
