/** The most characters that the API takes in a word and in what follows it. */
const MAX_WORD_LENGTH = 1_000;
const MAX_PUNCTUATION_LENGTH = 20;

/** A word apart from what follows it. */
export interface SpokenText {
  readonly text: string;
  /** '' if nothing follows. */
  readonly punctuation: string;
}

const AFTER_WORD: ReadonlySet<string> = new Set('.,;:!?…。、，！？；："\'”’»)]}');
const SPOKEN = /[\p{L}\p{N}]/u;

/** Whether something in this text is pronounced: a letter or a digit. */
export function isSpoken(text: string): boolean {
  return SPOKEN.test(text);
}

/** Text that a database and every client can hold: without NUL characters and half surrogate pairs. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}

/** Takes apart a word without white space. Text that is nothing but punctuation is a word. */
export function splitWord(written: string): SpokenText {
  let length = written.length;
  while (length > 0 && AFTER_WORD.has(written[length - 1]!)) length--;
  const isWhole = length === 0 || written.length - length > MAX_PUNCTUATION_LENGTH;
  return isWhole
    ? { text: written, punctuation: '' }
    : { text: written.slice(0, length), punctuation: written.slice(length) };
}

/** Whether a piece of text stands for itself, such as a dash, and fits behind the word before it. */
export function followsWord(before: SpokenText, written: string): boolean {
  return !isSpoken(written) && before.punctuation.length + 1 + written.length <= MAX_PUNCTUATION_LENGTH;
}

/** The pieces of a text between white space, none longer than a word may be. */
export function piecesOf(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((piece) => piece !== '')
    .flatMap((piece) => (piece.length <= MAX_WORD_LENGTH ? [piece] : chunksOf(piece)));
}

function chunksOf(piece: string): string[] {
  const characters = [...piece];
  const chunks: string[] = [];
  for (let i = 0; i < characters.length; i += MAX_WORD_LENGTH / 2) {
    // A character has up to two units of length.
    chunks.push(characters.slice(i, i + MAX_WORD_LENGTH / 2).join(''));
  }
  return chunks;
}
