const names = new Intl.DisplayNames('en-US', { type: 'language' });
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
let codes: ReadonlyMap<string, string> | undefined;

/**
 * A language's code in ISO 639, from a tag such as `en_US` or an English name such as `english`; null if it is neither.
 * Of several codes it is the one in use: `he` for `iw`, `en` for `eng`.
 */
export function languageCode(written: string | null): string | null {
  const text = written?.trim() ?? '';
  const tag = /^([a-z]{2,3})(?:[-_]|$)/i.exec(text)?.[1];
  if (tag !== undefined) return inUse(tag);
  codes ??= new Map(
    LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).map((code) => [names.of(code)!.toLowerCase(), inUse(code)]),
  );
  return codes.get(text.toLowerCase()) ?? null;
}

function inUse(code: string): string {
  return Intl.getCanonicalLocales(code)[0]!;
}
