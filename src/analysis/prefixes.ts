import { isUnspaced, tokensOf } from './tokens.js';

/** A token of a phrase in a search or a topic. */
export interface PhraseToken {
  readonly token: string;
  /** Whether it stands for all tokens that begin with it, as in `pri*`. */
  readonly isPrefix: boolean;
}

const MIN_PREFIX_LETTERS = 3;
/** The end of a word that a star may follow, and the beginning of the next word. */
const WORD_END = /[\p{L}\p{N}]\p{M}*$/u;
const WORD_START = /^[\p{L}\p{N}\p{M}]/u;

/**
 * The tokens of a phrase in which `*` may end words. Returns null if a star does not end a word of at least three
 * letters or digits, or ends a word of a script without spaces (api-v2 §5).
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
