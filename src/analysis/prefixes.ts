import { isUnspaced, tokensOf } from './tokens.js';

/** A token of a phrase that somebody searches for or makes a topic of. */
export interface PhraseToken {
  readonly token: string;
  /** Whether all that begins with it is meant: `pri*`. */
  readonly isPrefix: boolean;
}

const MIN_PREFIX_LETTERS = 3;
/** What a word ends with that a star can stand behind, and what begins the next one. */
const WORD_END = /[\p{L}\p{N}]\p{M}*$/u;
const WORD_START = /^[\p{L}\p{N}\p{M}]/u;

/**
 * The tokens of a phrase in which `*` may end words; null where one does not end a word of at least three letters or digits,
 * or one of a script without spaces (spec/api-v2.md §5).
 */
export function phraseTokens(text: string): PhraseToken[] | null {
  const parts = text.split('*');
  const tokens: PhraseToken[] = [];
  for (const [index, part] of parts.entries()) {
    if (index > 0 && WORD_START.test(part)) return null;
    const found = tokensOf(part).map((token): PhraseToken => ({ token, isPrefix: false }));
    if (index < parts.length - 1) {
      const last = found.pop();
      if (last === undefined || !WORD_END.test(part) || !couldBePrefix(last.token)) return null;
      found.push({ ...last, isPrefix: true });
    }
    tokens.push(...found);
  }
  return tokens;
}

function couldBePrefix(token: string): boolean {
  return !isUnspaced(token) && (token.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= MIN_PREFIX_LETTERS;
}
