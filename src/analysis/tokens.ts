/**
 * Characters that are dropped. Apostrophes of any style: typewriter, typographic, modifier letters, primes, accents
 * used as apostrophes, full-width, Armenian, Hebrew, N'Ko and Greek ones. Unicode counts some as letters, and NFKC
 * turns some into a space with a mark. They are therefore dropped before NFKC, and once more after it, because it
 * produces some (`ŉ`). Also dropped are characters that only format or are invisible: soft hyphens, zero-width
 * characters, direction marks, variation selectors, Hangul fillers.
 */
const DROPPED =
  /['`\u00b4\u02b9\u02bb-\u02bd\u02c8\u055a\u05f3\u07f4\u07f5\u1fbd\u1fbf\u1fef\u1ffd\u2018\u2019\u201b\u2032\u2035\uff07\uff40\p{Cf}\p{DI}]/gu;

/**
 * The source of a pattern for one letter of a script written without spaces, including numbers that are letters (`〇`).
 * Each such letter is a token.
 */
export const UNSPACED =
  '(?=[\\p{L}\\p{Nl}])[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}]';
/**
 * A letter or digit with its marks. NFKC has no composed letter for these marks, so they belong to the letter before
 * them; without one they are not a token.
 */
const PART = `(?!${UNSPACED})[\\p{L}\\p{N}]\\p{M}*`;
const SIGN = '[%\\p{Sc}]';

/**
 * One of: a single letter of a script without spaces; a number, with the signs at its ends; a run of letters and
 * digits, with commas and points between digits. A `+` or `#` belongs to the token before it.
 */
const RUNS = new RegExp(
  [
    `${UNSPACED}\\p{M}*[+#]*`,
    `(?<lead>${SIGN})?(?<number>\\d+(?:[.,]\\d+)*)(?!${PART}|\\p{M}|[.,]\\d)(?:(?<pluses>[+#]+)|(?<trail>${SIGN}))?`,
    `(?<run>(?:${PART})+(?:(?<=\\d)[.,](?=\\d)(?:${PART})+)*[+#]*)`,
  ].join('|'),
  'gu',
);

/** A number with commas between its thousands, and possibly a decimal point. */
const ONE_NUMBER = /^(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$/;

const SEPARATOR = 0;
const LETTER = 1;
const APOSTROPHE = 2;
/** May be part of a number if a letter or digit follows. */
const POINT = 3;
const SIGNED = 4;

const ASCII_KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character === "'" || character === '`') return APOSTROPHE;
  if (character === '.' || character === ',') return POINT;
  if (/[+#%$]/.test(character)) return SIGNED;
  return /[A-Za-z0-9]/.test(character) ? LETTER : SEPARATOR;
});

/**
 * Splits a text into its tokens, in order (api-v2 §5). A token is a maximal run of letters and digits after NFKC and
 * lower-casing. Apostrophes and format characters are dropped; every other character separates tokens. There are three
 * exceptions:
 *
 * - `+` and `#` after a letter or digit are part of its token, and end it (`c++`);
 * - a number is one token, without the commas of its thousands (`25000`), with its decimal point (`3.5`), and with a
 *   `%` or currency sign directly before or after it (`$25`, `100%`): see `unsignedToken`;
 * - each letter of a script without spaces, with its marks, is a token.
 *
 * Each run is lower-cased by itself, so that a token never depends on its neighbours, as a Greek final sigma would. It
 * is then normalised again, so that a token is its own only token.
 */
export function tokensOf(text: string): string[] {
  let separators = 0;
  let apostrophes = 0;
  let isSigned = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) return allTokens(text.replace(DROPPED, '').normalize('NFKC'));
    const kind = ASCII_KINDS[code]!;
    if (kind === LETTER) continue;
    if (kind === SIGNED || (kind === POINT && joins(text.charCodeAt(i + 1)))) isSigned = true;
    if (kind === APOSTROPHE) apostrophes++;
    else separators++;
  }
  if (isSigned) return allTokens(text);
  if (separators + apostrophes === text.length) return [];
  const lowered = text.toLowerCase();
  const plain = apostrophes === 0 ? lowered : lowered.replace(/['`]/g, '');
  return separators === 0 ? [plain] : asciiTokens(plain);
}

const UNSPACED_LETTER = new RegExp(`^${UNSPACED}`, 'u');

/** Whether a token is a letter of a script without spaces. */
export function isUnspaced(token: string): boolean {
  return UNSPACED_LETTER.test(token);
}

const SIGN_AT_AN_END = /^[%\p{Sc}]|[%\p{Sc}]$/gu;

/** A signed number without its sign, any other token as it is: `25` in a phrase also matches `$25`. */
export function unsignedToken(token: string): string {
  return token.replace(SIGN_AT_AN_END, '');
}

/**
 * A 32-bit hash of a token: FNV-1a over its UTF-16 units, then murmur3's final mix. Analysis forms store it, so a
 * change of it needs a new version of the form.
 */
export function hashToken(token: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function joins(code: number): boolean {
  const kind = ASCII_KINDS[code];
  return kind === LETTER || kind === APOSTROPHE;
}

function asciiTokens(plain: string): string[] {
  const tokens: string[] = [];
  let from = -1;
  for (let i = 0; i < plain.length; i++) {
    if (ASCII_KINDS[plain.charCodeAt(i)] === LETTER) {
      if (from < 0) from = i;
    } else if (from >= 0) {
      tokens.push(plain.slice(from, i));
      from = -1;
    }
  }
  if (from >= 0) tokens.push(plain.slice(from));
  return tokens;
}

/** The tokens of any text in NFKC. */
function allTokens(text: string): string[] {
  const tokens: string[] = [];
  for (const { 0: found, groups } of text.replace(DROPPED, '').matchAll(RUNS)) {
    const { lead = '', number, pluses = '', trail = '', run } = groups!;
    if (number === undefined) {
      // A run with a letter is not a number: its commas and points separate tokens.
      for (const part of run === undefined ? [found] : run.split(/[.,]/)) {
        tokens.push(part.toLowerCase().normalize('NFKC'));
      }
      continue;
    }
    const parts = ONE_NUMBER.test(number) ? [number.replaceAll(',', '')] : number.split(/[.,]/);
    parts[0] = lead + parts[0];
    parts.push(parts.pop() + pluses + trail);
    tokens.push(...parts);
  }
  return tokens;
}
