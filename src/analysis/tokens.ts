/**
 * Apostrophes of any style: typewriter, typographic, modifier letters, primes, accents used as apostrophes, full-width,
 * Armenian, Hebrew, N'Ko and Greek ones. Some are letters to Unicode, and NFKC turns some into a space with a mark: they
 * are dropped before it, and again after it for those it brings out (`ŉ`).
 */
const APOSTROPHES =
  /['`\u00b4\u02b9\u02bb-\u02bd\u02c8\u055a\u05f3\u07f4\u07f5\u1fbd\u1fbf\u1fef\u1ffd\u2018\u2019\u201b\u2032\u2035\uff07\uff40]/gu;

/** Marks that NFKC has no composed letter for belong to the letter before them; without one they are no token. */
const RUNS = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

const SEPARATOR = 0;
const PART = 1;
const APOSTROPHE = 2;

const ASCII_KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character === "'" || character === '`') return APOSTROPHE;
  return /[A-Za-z0-9]/.test(character) ? PART : SEPARATOR;
});

/**
 * The tokens of a text, in order: maximal runs of letters and digits after NFKC and lower-casing, apostrophes dropped,
 * everything else separating (spec/api-v2.md §5). Each run is lower-cased by itself, so that a token never depends on its
 * neighbours (a Greek final sigma would), and composed again, so that a token's tokens are that token.
 */
export function tokensOf(text: string): string[] {
  let separators = 0;
  let apostrophes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) return unicodeTokens(text);
    const kind = ASCII_KINDS[code]!;
    if (kind === SEPARATOR) separators++;
    else if (kind === APOSTROPHE) apostrophes++;
  }
  if (separators + apostrophes === text.length) return [];
  const lowered = text.toLowerCase();
  const plain = apostrophes === 0 ? lowered : lowered.replace(/['`]/g, '');
  return separators === 0 ? [plain] : asciiTokens(plain);
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

function asciiTokens(plain: string): string[] {
  const tokens: string[] = [];
  let from = -1;
  for (let i = 0; i < plain.length; i++) {
    if (ASCII_KINDS[plain.charCodeAt(i)] === PART) {
      if (from < 0) from = i;
    } else if (from >= 0) {
      tokens.push(plain.slice(from, i));
      from = -1;
    }
  }
  if (from >= 0) tokens.push(plain.slice(from));
  return tokens;
}

function unicodeTokens(text: string): string[] {
  const plain = text.replace(APOSTROPHES, '').normalize('NFKC').replace(APOSTROPHES, '');
  return (plain.match(RUNS) ?? []).map((run) => run.toLowerCase().normalize('NFKC'));
}
