const names = new Intl.DisplayNames('en', { type: 'language' });
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
let codes: ReadonlyMap<string, string> | undefined;

/** A language's code in ISO 639, from a tag such as `en_US` or an English name such as `english`; null if it is neither. */
export function languageCode(written: string): string | null {
  const tag = /^([a-z]{2,3})(?:[-_]|$)/i.exec(written.trim())?.[1];
  if (tag !== undefined) return tag.toLowerCase();
  codes ??= new Map(
    LETTERS.flatMap((a) => LETTERS.map((b) => `${a}${b}`)).map((code) => [names.of(code)!.toLowerCase(), code]),
  );
  return codes.get(written.trim().toLowerCase()) ?? null;
}
