import { type Phone, SILENCE } from './flite.js';

/** Where a word sounds, in seconds. */
export interface WordSound {
  readonly start: number;
  readonly end: number;
}

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
  const partners = alignment(
    expected.map(({ name }) => name),
    heard.map(({ name }) => name),
  );
  const wordOf = partners.map((at) => expected[at]?.word);
  const sounds: WordSound[] = [];
  let last = heard[0]?.start ?? 0;
  for (const word of wordPhones.keys()) {
    const own = heard.filter((_, i) => wordOf[i] === word);
    sounds.push({ start: own[0]?.start ?? last, end: own.at(-1)?.end ?? last });
    last = sounds.at(-1)!.end;
  }
  return sounds;
}

/** For each item of `b` the index of its counterpart in `a`; one that has none goes with the item before it, or the first. */
function alignment(a: readonly string[], b: readonly string[]): number[] {
  const width = b.length + 1;
  // The fewest differences between the first i items of a and the first j of b, at i × width + j.
  const costs = new Uint16Array((a.length + 1) * width);
  const paired = (i: number, j: number) => costs[(i - 1) * width + j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
  for (let i = 0; i <= a.length; i++) {
    for (let j = 0; j <= b.length; j++) {
      const at = i * width + j;
      costs[at] = i === 0 || j === 0 ? i + j : Math.min(paired(i, j), costs[at - width]! + 1, costs[at - 1]! + 1);
    }
  }
  const found = b.map(() => 0);
  for (let i = a.length, j = b.length; i > 0 && j > 0; ) {
    const at = i * width + j;
    if (costs[at] === paired(i, j)) found[--j] = --i;
    else if (costs[at] === costs[at - width]! + 1) i--;
    else found[--j] = i - 1;
  }
  return found;
}
