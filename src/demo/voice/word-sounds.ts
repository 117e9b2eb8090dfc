import type { Phone } from './flite.js';

/** Where a word sounds, in seconds. */
export interface WordSound {
  readonly start: number;
  readonly end: number;
}

const SILENCE = 'pau';

/**
 * Finds words in the phones that they were said with. `wordPhones` has the phones of each word said by itself. In a
 * sentence some are other ones or absent, so the two rows are aligned with the fewest differences. Silence between words
 * belongs to none of them; a word whose phones are all absent has no length.
 */
export function findWords(wordPhones: readonly (readonly string[])[], said: readonly Phone[]): WordSound[] {
  const expected = wordPhones.flatMap((phones, word) => phones.map((name) => ({ name, word })));
  const heard = said.flatMap(({ name, end }, i) =>
    name === SILENCE ? [] : [{ name, start: said[i - 1]?.end ?? 0, end }],
  );
  const wordOf = alignment(
    expected.map(({ name }) => name),
    heard.map(({ name }) => name),
  ).map((at) => (at === null ? null : expected[at]!.word));
  const sounds: WordSound[] = [];
  let last = heard[0]?.start ?? 0;
  for (const word of wordPhones.keys()) {
    const own = heard.filter((_, i) => wordOf[i] === word);
    sounds.push({ start: own[0]?.start ?? last, end: own.at(-1)?.end ?? last });
    last = sounds.at(-1)!.end;
  }
  return sounds;
}

/** For each item of `b` the index of its counterpart in `a`; one that has none goes with the item before it. */
function alignment(a: readonly string[], b: readonly string[]): (number | null)[] {
  const width = b.length + 1;
  const costs = new Uint16Array((a.length + 1) * width);
  for (let i = 0; i <= a.length; i++) {
    for (let j = 0; j <= b.length; j++) {
      const at = i * width + j;
      if (i === 0 || j === 0) costs[at] = i + j;
      else {
        const paired = costs[at - width - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
        costs[at] = Math.min(paired, costs[at - width]! + 1, costs[at - 1]! + 1);
      }
    }
  }
  const found: (number | null)[] = b.map(() => null);
  for (let i = a.length, j = b.length; i > 0 && j > 0; ) {
    const at = i * width + j;
    const paired = costs[at - width - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
    if (costs[at] === paired) {
      i--;
      j--;
      found[j] = i;
    } else if (costs[at] === costs[at - width]! + 1) i--;
    else {
      j--;
      found[j] = i - 1;
    }
  }
  return found.map((at, i) => (at === null || at < 0 ? (a.length === 0 || i > 0 ? null : 0) : at));
}
