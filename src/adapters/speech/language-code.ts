const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

const namesInEnglish = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/**
 * The code in ISO 639 of a language that an engine names: by its code, a tag such as `en-US`, or its name in English,
 * such as `english`. Null if it names none that is known.
 */
export function languageCode(named: string | null): string | null {
  if (named === null) return null;
  const [, code] = /^([a-z]{2,3})(?:[-_][a-z\d_-]+)?$/i.exec(named) ?? [];
  if (code !== undefined) return code.toLowerCase();
  for (const first of LETTERS) {
    for (const second of LETTERS) {
      if (namesInEnglish.of(first + second)?.toLowerCase() === named.toLowerCase()) return first + second;
    }
  }
  return null;
}
