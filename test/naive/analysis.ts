// A naive reference for the analysis of calls: slow, simple, and written from the specification alone. It judges the
// real one, so it shares no code with it, imports nothing, and never trades plainness for speed.
//
// Times arrive as decimal strings. Every decision about them (order, "over 2 s", "at most 300 s", rounding to whole
// seconds, what a window holds) is made in exact decimal arithmetic. Numbers that are handed out (times, lengths, rates)
// are ordinary numbers, subtracted as such: that is how the vendor's example comes by 72.28915662650597.

export type SpeakerType = 'INTERNAL' | 'EXTERNAL' | 'UNKNOWN';

export interface Word {
  start: string;
  end: string;
  word: string;
  p?: string;
  v: number;
}

export interface Topic {
  id: number;
  name: string;
  words: string[];
  wordForms?: boolean;
}

export interface Block {
  v: number;
  startTime: number;
  endTime: number;
  text: string;
  words: Word[];
}

interface TalkSpeed {
  start: number;
  end: number;
  wordsPerMinute: Record<string, number>;
}

export interface Stats {
  internalTalkTime: number;
  externalTalkTime: number;
  talkRatio: number | null;
  interchangesPerMinute: number;
  longestSegmentDurations: Record<string, number>;
  talkSpeeds: TalkSpeed[];
}

interface Match {
  searchText: string[];
  matchingText: string;
  matchStartTime: number;
  matchStartIndex: number;
  matchEndTime: number;
  matchEndIndex: number;
}

export interface BlockMatches {
  startTime: number;
  endTime: number;
  text: string;
  speakerType: SpeakerType;
  topicsWithMatches: { topicId: string; topicName: string; matches: Match[] }[];
}

export interface QuestionCounts {
  internalSpeakerQuestionCount: number;
  externalSpeakerQuestionCount: number;
  unknownSpeakerQuestionCount: number;
}

export interface TranscriptRow {
  endTime: number;
  speakerNumber: number;
  startTime: number;
  text: string;
}

type SpeakerTypes = ReadonlyMap<number, SpeakerType>;

// --- exact decimals ---------------------------------------------------------------------------------------------------

const PLACES = 40;
const ONE = 10n ** BigInt(PLACES);

/** The decimal's exact value, as a whole number of units of 10^-40. */
function exact(decimal: string): bigint {
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(decimal.trim());
  const sign = parts?.[1] ?? '';
  const whole = parts?.[2] ?? '';
  const fraction = parts?.[3] ?? '';
  const exponent = Number(parts?.[4] ?? '0');
  if (parts === null || whole + fraction === '') throw new Error(`not a decimal: ${decimal}`);
  const zeros = PLACES - fraction.length + exponent;
  if (zeros < 0) throw new Error(`more digits than this reference keeps: ${decimal}`);
  return BigInt(sign + whole + fraction) * 10n ** BigInt(zeros);
}

/** To the nearest whole second, halves up. */
function wholeSeconds(units: bigint): number {
  return Number((units + ONE / 2n) / ONE);
}

// --- blocks -----------------------------------------------------------------------------------------------------------

/** By start; words that start together stay as they were given. */
function inOrder(words: readonly Word[]): Word[] {
  return [...words].sort((a, b) => {
    const difference = exact(a.start) - exact(b.start);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  });
}

function wordText(word: Word): string {
  return word.word + (word.p ?? '');
}

/** Runs of one speaker in order of start, with no other speaker's word between and no silence over 2 s. */
export function naiveBlocks(words: readonly Word[]): Block[] {
  const runs: Word[][] = [];
  let previous: Word | undefined;
  for (const word of inOrder(words)) {
    const run = runs.at(-1);
    if (run === undefined || previous === undefined) {
      runs.push([word]);
    } else if (word.v !== previous.v) {
      runs.push([word]);
    } else if (exact(word.start) - exact(previous.end) > 2n * ONE) {
      runs.push([word]);
    } else {
      run.push(word);
    }
    previous = word;
  }
  return runs.map((run) => {
    const first = run[0]!;
    const last = run[run.length - 1]!;
    return {
      v: first.v,
      startTime: Number(first.start),
      endTime: Number(last.end),
      text: run.map(wordText).join(' '),
      words: run,
    };
  });
}

function exactLength(block: Block): bigint {
  return exact(block.words[block.words.length - 1]!.end) - exact(block.words[0]!.start);
}

function typeOf(v: number, types: SpeakerTypes): SpeakerType {
  return types.get(v) ?? 'UNKNOWN';
}

export function naiveTranscript(words: readonly Word[]): TranscriptRow[] {
  return naiveBlocks(words).map((block) => ({
    endTime: block.endTime,
    speakerNumber: block.v,
    startTime: block.startTime,
    text: block.text,
  }));
}

// --- stats ------------------------------------------------------------------------------------------------------------

/** So many in so many seconds, as so many a minute. */
function perMinute(count: number, seconds: number): number {
  return seconds === 0 ? 0 : count / (seconds / 60);
}

/** In units of 10^-40 s. */
function talkTime(blocks: readonly Block[], type: SpeakerType, types: SpeakerTypes): bigint {
  let sum = 0n;
  for (const block of blocks) {
    if (typeOf(block.v, types) === type) sum += exactLength(block);
  }
  return sum;
}

function talkRatio(internal: bigint, external: bigint, unknown: bigint): number | null {
  const rounded = wholeSeconds(internal) + wholeSeconds(external) + wholeSeconds(unknown);
  if (rounded > 0) return wholeSeconds(internal) / rounded;
  const spoken = internal + external + unknown;
  return spoken === 0n ? null : Number(internal) / Number(spoken);
}

function effectiveDuration(words: readonly Word[], duration: number | null): number {
  if (duration !== null && duration !== 0) return duration;
  let latest = 0;
  for (const word of words) {
    if (Number(word.end) > latest) latest = Number(word.end);
  }
  return latest;
}

function talkSpeeds(words: readonly Word[]): TalkSpeed[] {
  const sections: Word[][] = [];
  for (const word of inOrder(words)) {
    const section = sections.at(-1);
    // A section's first word is in it however long it lasts.
    if (section === undefined || exact(word.end) - exact(section[0]!.start) > 300n * ONE) {
      sections.push([word]);
    } else {
      section.push(word);
    }
  }
  return sections.map((section) => {
    const start = Number(section[0]!.start);
    const end = Number(section[section.length - 1]!.end);
    const wordsPerMinute: Record<string, number> = {};
    for (const { v } of section) {
      const counted = section.filter((word) => word.v === v && tokens(wordText(word)).length > 0);
      wordsPerMinute[String(v)] = perMinute(counted.length, end - start);
    }
    return { start, end, wordsPerMinute };
  });
}

export function naiveStats(words: readonly Word[], duration: number | null, types: SpeakerTypes): Stats {
  const blocks = naiveBlocks(words);

  const internal = talkTime(blocks, 'INTERNAL', types);
  const external = talkTime(blocks, 'EXTERNAL', types);
  const unknown = talkTime(blocks, 'UNKNOWN', types);

  let changes = 0;
  for (let i = 1; i < blocks.length; i++) {
    if (blocks[i]!.v !== blocks[i - 1]!.v) changes += 1;
  }

  const longest: Record<string, number> = {};
  for (const { v } of blocks) {
    const lengths = blocks.filter((block) => block.v === v).map((block) => block.endTime - block.startTime);
    longest[String(v)] = Math.max(...lengths);
  }

  return {
    internalTalkTime: wholeSeconds(internal),
    externalTalkTime: wholeSeconds(external),
    talkRatio: talkRatio(internal, external, unknown),
    interchangesPerMinute: perMinute(changes, effectiveDuration(words, duration)),
    longestSegmentDurations: longest,
    talkSpeeds: talkSpeeds(words),
  };
}

// --- tokens -----------------------------------------------------------------------------------------------------------

const WHITE_SPACE = /\s+/u;
const APOSTROPHES = /['’‘ʼ＇`´′]/gu;
const FORMAT = /\p{Cf}/gu;

interface Token {
  text: string;
  /** The same without the sign of a number: what finds it too. */
  unsigned: string;
}

function pieces(text: string): string[] {
  return text.split(WHITE_SPACE).filter((piece) => piece !== '');
}

function isUnspaced(c: string): boolean {
  const letter = /\p{L}/u.test(c) || c === '〇';
  return letter && /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u.test(c);
}

function isSpaced(c: string): boolean {
  return /[\p{L}\p{N}]/u.test(c) && !isUnspaced(c);
}

function isMark(c: string): boolean {
  return /\p{M}/u.test(c);
}

function isDigit(c: string | undefined): boolean {
  return c !== undefined && c >= '0' && c <= '9';
}

function isSign(c: string | undefined): boolean {
  return c !== undefined && /[%\p{Sc}]/u.test(c);
}

/** A run of digits, commas and points as the numbers that it is. */
function numbers(run: string): string[] {
  const [whole = '', ...fractions] = run.split('.');
  const groups = whole.split(',');
  const inThousands = groups.every((group, i) => (i === 0 ? group.length <= 3 : group.length === 3));
  const isOne = fractions.length <= 1 && !run.slice(whole.length).includes(',') && (groups.length === 1 || inThousands);
  return isOne ? [run.split(',').join('')] : run.split(/[.,]/);
}

function tokens(text: string): Token[] {
  // Apostrophes go before NFKC too, as it would turn ´ into a blank and a combining mark.
  const shown = text
    .replace(APOSTROPHES, '')
    .replace(FORMAT, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(APOSTROPHES, '');
  const chars = [...shown];
  const found: Token[] = [];
  let i = 0;
  let signUsed = -1;
  const take = (fits: (c: string) => boolean): string => {
    let taken = '';
    while (i < chars.length && fits(chars[i]!)) taken += chars[i++];
    return taken;
  };
  const takePluses = (): string => take((c) => c === '+' || c === '#');
  while (i < chars.length) {
    const from = i;
    if (isUnspaced(chars[i]!)) {
      i += 1;
      const letter = chars[from] + take(isMark) + takePluses();
      found.push({ text: letter, unsigned: letter });
    } else if (isSpaced(chars[i]!)) {
      const run = take(
        (c) => isSpaced(c) || isMark(c) || ((c === '.' || c === ',') && isDigit(chars[i - 1]) && isDigit(chars[i + 1])),
      );
      const parts = /^[0-9.,]+$/.test(run) ? numbers(run) : run.split(/[.,]/);
      const pluses = takePluses();
      parts.forEach((part, n) => {
        const isNumber = /^[0-9.]+$/.test(part);
        const isLast = n === parts.length - 1;
        const unsigned = isLast ? part + pluses : part;
        let text = unsigned;
        if (n === 0 && isNumber && from > 0 && isSign(chars[from - 1]) && signUsed !== from - 1) {
          text = chars[from - 1] + text;
        }
        if (isLast && isNumber && pluses === '' && isSign(chars[i])) {
          text += chars[i];
          signUsed = i;
        }
        found.push({ text, unsigned });
      });
    } else {
      i += 1;
    }
  }
  return found;
}

interface BlockToken extends Token {
  /** Which of the block's words holds it. */
  wordIndex: number;
  /** Which of the white-space pieces of the block's text holds it. */
  pieceIndex: number;
}

function blockTokens(block: Block): BlockToken[] {
  const found: BlockToken[] = [];
  let pieceIndex = 0;
  block.words.forEach((word, wordIndex) => {
    for (const piece of pieces(wordText(word))) {
      for (const token of tokens(piece)) found.push({ ...token, wordIndex, pieceIndex });
      pieceIndex += 1;
    }
  });
  return found;
}

// --- matches ----------------------------------------------------------------------------------------------------------

/** From the first to the last token, inclusive, with the phrases that matched in there. */
interface Span {
  first: number;
  last: number;
  phrases: string[];
}

/** A token of a phrase; where a `*` is behind it, the beginning of one. */
interface Sought extends Token {
  isPrefix: boolean;
}

function soughtIn(phrase: string): Sought[] {
  const parts = phrase.split('*');
  return parts.flatMap((part, i) =>
    tokens(part).map((token, n, all) => ({ ...token, isPrefix: i < parts.length - 1 && n === all.length - 1 })),
  );
}

/** Words of random dialogues that are forms of one word. */
const FORMS = [
  ['price', 'prices', 'priced', 'pricing'],
  ['list', 'lists', 'listed', 'listing'],
  ...[
    'what',
    'how',
    'much',
    'up',
    'follow',
    'followup',
    'etc',
    'fine',
    'abc',
    'dont',
    'discount',
    'renewal',
    'thank',
  ].map((word) => [word, `${word}s`]),
];

function isForm(one: string, other: string): boolean {
  return one === other || FORMS.some((forms) => forms.includes(one) && forms.includes(other));
}

function fits(said: BlockToken, sought: Sought, wordForms: boolean): boolean {
  return [said.text, said.unsigned].some((text) => {
    if (sought.isPrefix) return text.startsWith(sought.text);
    return wordForms ? isForm(text, sought.text) : text === sought.text;
  });
}

function spans(haystack: readonly BlockToken[], topic: Topic): Span[] {
  const all: Span[] = [];
  for (const phrase of topic.words) {
    const needle = soughtIn(phrase);
    for (let position = 0; position + needle.length <= haystack.length; position++) {
      const isHere = needle.every((sought, i) => fits(haystack[position + i]!, sought, topic.wordForms === true));
      if (needle.length === 0 || !isHere) continue;
      all.push({ first: position, last: position + needle.length - 1, phrases: [phrase] });
    }
  }
  // Join two that share a token until no two do.
  for (;;) {
    const pair = overlappingPair(all);
    if (pair === undefined) break;
    const [a, b] = pair;
    all.splice(all.indexOf(a), 1);
    all.splice(all.indexOf(b), 1);
    all.push({
      first: Math.min(a.first, b.first),
      last: Math.max(a.last, b.last),
      phrases: [...a.phrases, ...b.phrases],
    });
  }
  for (const span of all) {
    const matched = span.phrases;
    span.phrases = topic.words.filter((phrase, i) => matched.includes(phrase) && topic.words.indexOf(phrase) === i);
  }
  return all.sort((a, b) => a.first - b.first);
}

function overlappingPair(all: readonly Span[]): [Span, Span] | undefined {
  for (const a of all) {
    for (const b of all) {
      if (a !== b && a.first <= b.last && b.first <= a.last) return [a, b];
    }
  }
  return undefined;
}

export function naiveTopicMatches(
  words: readonly Word[],
  types: SpeakerTypes,
  topics: readonly Topic[],
): BlockMatches[] {
  const result: BlockMatches[] = [];
  for (const block of naiveBlocks(words)) {
    const haystack = blockTokens(block);
    const textPieces = pieces(block.text);
    const topicsWithMatches: BlockMatches['topicsWithMatches'] = [];
    for (const topic of [...topics].sort((a, b) => a.id - b.id)) {
      const matches = spans(haystack, topic).map((span) => {
        const first = haystack[span.first]!;
        const last = haystack[span.last]!;
        return {
          searchText: span.phrases,
          matchingText: textPieces.slice(first.pieceIndex, last.pieceIndex + 1).join(' '),
          matchStartTime: Number(block.words[first.wordIndex]!.start),
          matchStartIndex: first.pieceIndex,
          matchEndTime: Number(block.words[last.wordIndex]!.end),
          matchEndIndex: last.pieceIndex,
        };
      });
      if (matches.length > 0) topicsWithMatches.push({ topicId: String(topic.id), topicName: topic.name, matches });
    }
    if (topicsWithMatches.length === 0) continue;
    result.push({
      startTime: block.startTime,
      endTime: block.endTime,
      text: block.text,
      speakerType: typeOf(block.v, types),
      topicsWithMatches,
    });
  }
  return result;
}

// --- canonical questions ----------------------------------------------------------------------------------------------

const SENTENCE_END = /[.?!。？！؟]$/u;

export function naiveQuestionCounts(
  words: readonly Word[],
  types: SpeakerTypes,
  topics: readonly Topic[],
  canonicalTopicId: number,
): QuestionCounts {
  const counts = { INTERNAL: 0, EXTERNAL: 0, UNKNOWN: 0 };
  const canonical = topics.find((topic) => topic.id === canonicalTopicId);
  for (const block of naiveBlocks(words)) {
    const haystack = blockTokens(block);
    const matches = canonical === undefined ? [] : spans(haystack, canonical);
    // The words' indices, sentence by sentence.
    const sentences: number[][] = [[]];
    block.words.forEach((word, wordIndex) => {
      sentences[sentences.length - 1]!.push(wordIndex);
      if (SENTENCE_END.test(word.word) || SENTENCE_END.test(word.p ?? '')) sentences.push([]);
    });
    for (const sentence of sentences) {
      const begins = matches.some((match) => sentence.includes(haystack[match.first]!.wordIndex));
      if (begins) counts[typeOf(block.v, types)] += 1;
    }
  }
  return {
    internalSpeakerQuestionCount: counts.INTERNAL,
    externalSpeakerQuestionCount: counts.EXTERNAL,
    unknownSpeakerQuestionCount: counts.UNKNOWN,
  };
}

// --- windows ----------------------------------------------------------------------------------------------------------

/**
 * Keeps the matches for which some closed window of that length, in seconds, holds them and at least that many matches
 * of their topic in the call, themselves included. A window that holds some matches can be moved on to begin at the
 * first of them and hold them still, so it is enough to look at the windows that begin at a match.
 */
export function naiveWindow(
  topicMatches: readonly BlockMatches[],
  windowLength: number,
  minimumMatches: number,
): BlockMatches[] {
  const startsOf = (topicId: string): bigint[] =>
    topicMatches
      .flatMap((block) => block.topicsWithMatches)
      .filter((topic) => topic.topicId === topicId)
      .flatMap((topic) => topic.matches)
      .map((match) => exact(String(match.matchStartTime)));

  const counts = (topicId: string, match: Match): boolean => {
    const own = exact(String(match.matchStartTime));
    const starts = startsOf(topicId);
    return starts.some((from) => {
      const to = from + exact(String(windowLength));
      const held = starts.filter((start) => from <= start && start <= to);
      return from <= own && own <= to && held.length >= minimumMatches;
    });
  };

  const result: BlockMatches[] = [];
  for (const block of topicMatches) {
    const topicsWithMatches = block.topicsWithMatches
      .map((topic) => ({ ...topic, matches: topic.matches.filter((match) => counts(topic.topicId, match)) }))
      .filter((topic) => topic.matches.length > 0);
    if (topicsWithMatches.length > 0) result.push({ ...block, topicsWithMatches });
  }
  return result;
}
