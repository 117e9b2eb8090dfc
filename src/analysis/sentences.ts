import type { Form } from './form.js';

/** A sentence as it was said, or what was said between two pauses where a transcript has no punctuation. */
export interface SpokenSentence {
  /** Zero-based, as in the words. */
  readonly speakerNumber: number;
  /** Seconds since the start of the call. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Its words with their punctuation, separated by one space. */
  readonly text: string;
  /** The turn that it belongs to: one speaker's blocks, with no more than a short "mm-hm" of others between them. */
  readonly turn: number;
  /** False for what has no end, or begins in the middle of a sentence. */
  readonly isWhole: boolean;
}

/** Others' words that do not interrupt a turn: at most this many. */
const MAX_ASIDE_WORDS = 2;
/** A transcript with fewer marks than one in this many words has no punctuation to go by. */
const WORDS_A_MARK = 60;
/** Where there is no punctuation, a pause of this length ends a sentence. */
const PAUSE_SECONDS = 0.4;
/** As do this many words without a pause. */
const MAX_UNMARKED_WORDS = 30;

const MARK = /[.?!。？！؟।…]["'”’)\]]*$/u;
/** Broken off: `So I was going to—`. */
const BROKEN = /(?:[-–—]|\.\.\.|…)["'”’)\]]*$/u;
/** What ends in a full stop without ending a sentence: `Mr.`, `J.` */
const ABBREVIATION = /^(?:(?:mr|mrs|ms|dr|st|vs|prof|inc|approx)|\p{L})\.$/iu;

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Turn {
  readonly speakerNumber: number;
  readonly pieces: Piece[];
}

/** The sentences of a call in the order of their turns. Takes time in proportion to the call's length. */
export function spokenSentences(form: Form): SpokenSentence[] {
  const turns = turnsOf(form);
  const count = turns.reduce((sum, { pieces }) => sum + pieces.length, 0);
  const marks = turns.reduce((sum, { pieces }) => sum + pieces.filter(({ text }) => MARK.test(text)).length, 0);
  const hasMarks = marks * WORDS_A_MARK >= count;
  const capitals = turns.filter(({ pieces }) => /^["'“‘(¿¡]*\p{Lu}/u.test(pieces[0]!.text)).length;
  // A turn that begins in lower case goes on with a sentence of an earlier one, if the transcript has capitals at all.
  const hasCapitals = capitals * 2 >= turns.length;
  return turns.flatMap(({ speakerNumber, pieces }, turn) => {
    const sentences: SpokenSentence[] = [];
    let first = 0;
    let isOpen = hasCapitals && /^\p{Ll}/u.test(pieces[0]!.text);
    for (let i = 0; i < pieces.length; i++) {
      const ends = hasMarks
        ? endsSentence(pieces[i]!.text)
        : pausesAfter(pieces, i) || i - first + 1 === MAX_UNMARKED_WORDS;
      if (!ends && i < pieces.length - 1) continue;
      const said = pieces.slice(first, i + 1);
      sentences.push({
        speakerNumber,
        startSeconds: said[0]!.start,
        endSeconds: said.at(-1)!.end,
        text: said.map(({ text }) => text).join(' '),
        turn,
        isWhole: !hasMarks || (ends && !isOpen && !BROKEN.test(said.at(-1)!.text)),
      });
      first = i + 1;
      isOpen = false;
    }
    return sentences;
  });
}

function endsSentence(text: string): boolean {
  return MARK.test(text) && !ABBREVIATION.test(text);
}

function pausesAfter(pieces: readonly Piece[], i: number): boolean {
  const next = pieces[i + 1];
  return next !== undefined && next.start - pieces[i]!.end >= PAUSE_SECONDS;
}

/** The turns of a call. Asides are turns of their own, after the turn that they fell into. */
function turnsOf(form: Form): Turn[] {
  const { blockWord, blockSpeaker, blockCount } = form;
  const turns: Turn[] = [];
  // The turn that the next block goes on with if the speaker is the same.
  let open: Turn | null = null;
  for (let block = 0; block < blockCount; block++) {
    const speakerNumber = blockSpeaker[block]!;
    const pieces = piecesOf(form, block);
    if (pieces.length === 0) continue;
    if (open?.speakerNumber === speakerNumber) {
      open.pieces.push(...pieces);
      continue;
    }
    const turn: Turn = { speakerNumber, pieces };
    turns.push(turn);
    const isAside = open !== null && blockWord[block + 1]! - blockWord[block]! <= MAX_ASIDE_WORDS;
    const goesOn: boolean = isAside && block + 1 < blockCount && blockSpeaker[block + 1] === open!.speakerNumber;
    const isCutOff: boolean = goesOn && !MARK.test(open!.pieces.at(-1)!.text);
    if (!isCutOff) open = turn;
  }
  return turns;
}

/** The pieces between white space of a block, each with the time of the word that it begins in. */
function piecesOf(form: Form, block: number): Piece[] {
  const { wordPiece } = form.places();
  const { start, end } = form.times();
  const texts = form
    .blockTexts()
    [block]!.split(/\s+/)
    .filter((text) => text !== '');
  const [first, next] = [form.blockWord[block]!, form.blockWord[block + 1]!];
  const offset = wordPiece[first]!;
  let word = first;
  return texts.map((text, i) => {
    while (word + 1 < next && wordPiece[word + 1]! <= offset + i) word++;
    return { text, start: start[word]!, end: end[word]! };
  });
}
