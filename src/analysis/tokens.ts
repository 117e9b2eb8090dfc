/**
 * Apostrophes of any style: typewriter, typographic, modifier letters, primes, accents used as apostrophes, full-width,
 * Armenian, Hebrew, N'Ko and Greek ones. Some are letters to Unicode, and NFKC turns some into a space with a mark: they
 * are dropped before it, and again after it for those it brings out (`ŉ`). So are characters that only format, or are
 * not shown: soft hyphens, zero-width ones, marks of direction, variation selectors, Hangul fillers.
 */
const DROPPED =
  /['`\u00b4\u02b9\u02bb-\u02bd\u02c8\u055a\u05f3\u07f4\u07f5\u1fbd\u1fbf\u1fef\u1ffd\u2018\u2019\u201b\u2032\u2035\uff07\uff40\p{Cf}\p{DI}]/gu;

/** Letters of scripts that are written without spaces, numbers that are letters (`〇`) included: each is a token. */
export const UNSPACED =
  '(?=[\\p{L}\\p{Nl}])[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}]';
/** Marks that NFKC has no composed letter for belong to the letter before them; without one they are no token. */
const PART = `(?!${UNSPACED})[\\p{L}\\p{N}]\\p{M}*`;
const SIGN = '[%\\p{Sc}]';

/**
 * A letter of its own; or a number, with the signs at its ends; or a run of letters and digits, with commas and points
 * between its digits. A `+` or `#` belongs to what it follows.
 */
const RUNS = new RegExp(
  [
    `${UNSPACED}\\p{M}*[+#]*`,
    `(?<lead>${SIGN})?(?<number>\\d+(?:[.,]\\d+)*)(?!${PART}|\\p{M}|[.,]\\d)(?:(?<pluses>[+#]+)|(?<trail>${SIGN}))?`,
    `(?<run>(?:${PART})+(?:(?<=\\d)[.,](?=\\d)(?:${PART})+)*[+#]*)`,
  ].join('|'),
  'gu',
);

/** Commas that part thousands, and a point. */
const ONE_NUMBER = /^(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$/;

const SEPARATOR = 0;
const LETTER = 1;
const APOSTROPHE = 2;
/** May be part of a number, if something follows. */
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
 * The tokens of a text, in order (spec/api-v2.md §5): maximal runs of letters and digits after NFKC and lower-casing,
 * apostrophes and format characters dropped, everything else separating; but
 *
 * - `+` and `#` behind a letter or digit are part of its token (`c++`), and end it;
 * - a number is one token, without the commas of its thousands (`25000`) and with its point (`3.5`), and with `%` or a
 *   sign of a currency directly before or behind it (`$25`, `100%`): see `unsignedToken`;
 * - each letter of a script without spaces, with the marks behind it, is a token.
 *
 * Each run is lower-cased by itself, so that a token never depends on its neighbours (a Greek final sigma would), and
 * composed again, so that a token's tokens are that token.
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

/** The token without the sign of a number: what a phrase may have instead of it, as `25` finds `$25` too. */
export function unsignedToken(token: string): string {
  return token.replace(SIGN_AT_AN_END, '');
}

/**
 * A 32-bit hash of a token: FNV-1a over its UTF-16 units with murmur3's finish. Stored in analysis forms, so a change of
 * it is a new version of the form.
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

/** Those of a text in NFKC. */
function allTokens(text: string): string[] {
  const tokens: string[] = [];
  for (const { 0: found, groups } of text.replace(DROPPED, '').matchAll(RUNS)) {
    const { lead = '', number, pluses = '', trail = '', run } = groups!;
    if (number === undefined) {
      // What has a letter in it is no number: its commas and points part it.
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
