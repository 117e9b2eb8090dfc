/** A word as it is edited: `p` is the punctuation after it. */
export interface EditedWord {
  readonly word: string;
  readonly p?: string;
}

/** The words of a range to be replaced, and what replaces them. `to` is the index after the last. */
export interface WordEdit {
  readonly from: number;
  readonly to: number;
  readonly words: readonly EditedWord[];
}

/** What is longer is part of the word. */
const MAX_PUNCTUATION = 20;

/** The smallest edit that makes these words a text; null if they are that text. */
export function editOf(words: readonly EditedWord[], text: string): WordEdit | null {
  // A word may have white space in it: it has several pieces then.
  const pieces: string[] = [];
  const owners: number[] = [];
  for (const [i, { word, p = '' }] of words.entries()) {
    for (const piece of piecesOf(word + p)) {
      pieces.push(piece);
      owners.push(i);
    }
  }
  const typed = piecesOf(text);
  const shorter = Math.min(pieces.length, typed.length);
  let before = 0;
  while (before < shorter && pieces[before] === typed[before]) before++;
  if (before === pieces.length && before === typed.length) return null;
  let after = 0;
  while (after < shorter - before && pieces.at(-1 - after) === typed.at(-1 - after)) after++;
  // A word of several pieces stays or goes as a whole.
  while (before > 0 && owners[before] === owners[before - 1]) before--;
  while (after > 0 && owners[pieces.length - after] === owners[pieces.length - after - 1]) after--;
  return {
    from: owners[before] ?? words.length,
    to: after === 0 ? words.length : owners[pieces.length - after]!,
    words: typed.slice(before, typed.length - after).map(wordOf),
  };
}

const piecesOf = (text: string): string[] => text.split(/\s+/).filter((piece) => piece !== '');

function wordOf(piece: string): EditedWord {
  const [, word = '', p = ''] = /^(.*?)([.,!?;:…]*)$/su.exec(piece)!;
  return word === '' || p.length > MAX_PUNCTUATION ? { word: piece } : p === '' ? { word } : { word, p };
}
