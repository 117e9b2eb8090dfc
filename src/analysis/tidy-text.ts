import { ANSWERING, BARE_OPENINGS, FILLER_PAIRS, FILLERS, OPENINGS, STUTTERED } from './spoken-english.js';

/** A piece of text without what is not a letter or digit at its ends, in lower case. */
export function bare(piece: string): string {
  // Most pieces are plain words, and the general form takes ten times as long.
  if (/^[A-Za-z]+$/.test(piece)) return piece.toLowerCase();
  return piece
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .replaceAll('’', "'")
    .toLowerCase();
}

/**
 * A spoken English sentence as one reads it: without sounds, words repeated while thinking, and openings that only take
 * up the word. Words are left out; none is changed but for capitals, and none is added. `isAnswer` keeps a `Yes,` at the
 * beginning.
 */
export function tidyEnglish(text: string, isAnswer = false): string {
  const pieces = withoutFillers(text.split(' '));
  let first = 0;
  while (first < pieces.length - 2 && opens(pieces[first]!, isAnswer)) first++;
  const kept = pieces.slice(first).join(' ').replace(/,$/, '');
  return kept.replace(/^([^\p{L}\p{N}]*)(\p{Ll})/u, (_, signs: string, letter: string) => signs + letter.toUpperCase());
}

function opens(piece: string, isAnswer: boolean): boolean {
  const word = bare(piece);
  if (isAnswer && ANSWERING.has(word)) return false;
  return OPENINGS.has(word) && (/[,.!]$/.test(piece) || BARE_OPENINGS.has(word));
}

function withoutFillers(pieces: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const [piece, next] = [pieces[i]!, pieces[i + 1]];
    const word = bare(piece);
    if (word === '' && /[\p{L}\p{N}]/u.test(piece)) continue;
    const isPair = next?.endsWith(',') === true && FILLER_PAIRS.has(`${word}-${bare(next)}`);
    if (isPair) {
      i++;
    } else if (FILLERS.has(word) || (piece === 'like,' && kept.at(-1)?.endsWith(','))) {
      // The mark that ends the sentence stays.
      const mark = /[.?!]$/.exec(piece)?.[0];
      if (mark !== undefined && kept.length > 0) kept.push(kept.pop()!.replace(/,?$/, mark));
    } else if (!(next !== undefined && STUTTERED.has(word) && bare(next) === word && /^[^.?!]*$/.test(piece))) {
      kept.push(/^i(?:['’]|$)/.test(piece) ? `I${piece.slice(1)}` : piece);
    }
  }
  return kept;
}

/** A sentence with its mark, which recognised ones may lack. */
export function marked(text: string, mark: '.' | '?'): string {
  return /[\p{L}\p{N}]$/u.test(text) ? text + mark : text;
}
