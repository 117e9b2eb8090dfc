import { AppError } from '../../errors.js';
import type { RecognizedChannel, RecognizedSegment, RecognizedWord } from '../../transcripts/recognition.js';

// Reads the JSON of speech engines: OpenAI's `verbose_json`, `diarized_json` and `json`, what servers and programs made
// after it print, and the same with words in their segments, as Whisper's own programs have it.

/** What an engine answered for a piece of a channel. */
export interface Answer extends RecognizedChannel {
  /** As the engine names it: a code or an English name; null if it says nothing. */
  readonly language: string | null;
}

/** A segment as whisper judges it: it drops those itself, but some servers pass them on. */
const NO_SPEECH = 0.6;
const LEAST_LOG_PROBABILITY = -1;
/** How many words of the text may be missing from the list of words before we look no further. */
const LOOK_AHEAD = 8;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an engine's answer about a piece of sound: `{"words": […]}`, `{"segments": […]}`, both, or `{"text": "…"}`; or
 * an array of words. Times in it count from the start of the piece. Words of a mere text are in one segment, the piece.
 * @throws AppError `unavailable` if it is none of these.
 */
export function readAnswer(answer: unknown, piece: RecognizedSegment, engine: string): Answer {
  const whole: Fields = Array.isArray(answer) ? { words: answer } : isFields(answer) ? answer : {};
  const { words, segments, text } = whole;
  if (!Array.isArray(words) && !Array.isArray(segments) && typeof text !== 'string') {
    throw new AppError('unavailable', `${engine} answered something else than JSON with words, segments or text`);
  }
  const language = typeof whole.language === 'string' ? whole.language : null;
  const sent = fieldsIn(segments).filter((segment) => !isSilence(segment));
  const silent = fieldsIn(segments).length > sent.length;
  if (fieldsIn(segments).length === 0 && fieldsIn(words).length === 0) {
    const spoken = typeof text === 'string' ? tokens(text) : [];
    return { language, segments: [piece], words: spoken.map((each) => ({ ...UNTIMED, text: each, segment: 0 })) };
  }
  const ranges = sent.map((segment) => rangeOf(segment, piece));
  const inSegments = sent.flatMap((segment, index) => wordsOfSegment(segment, index, piece.start));
  if (fieldsIn(words).length === 0) return { language, segments: ranges, words: inSegments };
  let listed = fieldsIn(words).map((word) => wordOf(word, null, piece.start));
  if (silent) listed = listed.filter((word) => ranges.some((range) => isWithin(word, range)));
  return { language, segments: ranges, words: withText(listed, inSegments) };
}

const UNTIMED = { start: null, end: null, speaker: null, confidence: null };

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsIn = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
/** The words of a text, without what it says in brackets of other sound: `[door closes]`. */
const tokens = (text: string) =>
  text
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .split(/\s+/u)
    .filter((token) => token !== '');

function isSilence(segment: Fields): boolean {
  const noSpeech = number(segment.no_speech_prob) ?? 0;
  return noSpeech > NO_SPEECH && (number(segment.avg_logprob) ?? 0) < LEAST_LOG_PROBABILITY;
}

function rangeOf(segment: Fields, piece: RecognizedSegment): RecognizedSegment {
  const start = number(segment.start);
  const end = number(segment.end);
  return {
    start: start === null ? piece.start : piece.start + start,
    end: end === null ? piece.end : piece.start + end,
  };
}

function isWithin({ start }: RecognizedWord, range: RecognizedSegment): boolean {
  return start !== null && start >= range.start - 0.01 && start <= range.end;
}

function wordsOfSegment(segment: Fields, index: number, offset: number): RecognizedWord[] {
  const speaker = name(segment.speaker);
  const words = fieldsIn(segment.words).map((word) => wordOf(word, index, offset));
  if (words.length > 0) return words.map((word) => ({ ...word, speaker: word.speaker ?? speaker }));
  return tokens(typeof segment.text === 'string' ? segment.text : '').map((text) => {
    return { ...UNTIMED, text, speaker, segment: index };
  });
}

function wordOf(word: Fields, segment: number | null, offset: number): RecognizedWord {
  const text = word.word ?? word.text;
  const start = number(word.start);
  const end = number(word.end);
  return {
    text: typeof text === 'string' ? text : '',
    start: start === null ? null : offset + start,
    end: end === null ? null : offset + end,
    speaker: name(word.speaker),
    confidence: number(word.confidence ?? word.probability),
    segment,
  };
}

/**
 * Gives words that an engine listed without punctuation the text that its segments have for them, with their segment
 * and speaker.
 */
function withText(listed: readonly RecognizedWord[], inText: readonly RecognizedWord[]): RecognizedWord[] {
  const letters = inText.map(({ text }) => lettersOf(text));
  let next = 0;
  return listed.map((word) => {
    const own = lettersOf(word.text);
    const found = letters.slice(next, next + LOOK_AHEAD).indexOf(own);
    // A word that the text has otherwise is where the text is at.
    const at = found === -1 || own === '' ? null : next + found;
    const { text, segment, speaker } = inText[at ?? Math.max(next - 1, 0)] ?? word;
    if (at !== null) next = at + 1;
    return { ...word, text: at === null ? word.text : text, segment, speaker: word.speaker ?? speaker };
  });
}

const lettersOf = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** A number, or the same as text; null for anything else. */
function number(value: unknown): number | null {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

function name(value: unknown): string | null {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : null;
}
