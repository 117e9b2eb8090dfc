// A slow evaluator of searches that shares no code with src: over the tokens of a call's blocks, straight from the words
// of docs/search.md.

export type Wanted =
  | { kind: 'phrase'; tokens: string[] }
  | { kind: 'near'; left: string[]; right: string[]; distance: number };

export interface Alternative {
  required: Wanted[];
  excluded: Wanted[];
}

/** Whether a call with these blocks of tokens is found. */
export function isFound(blocks: readonly string[][], alternatives: readonly Alternative[]): boolean {
  return alternatives.some(
    ({ required, excluded }) =>
      required.every((term) => blocks.some((block) => holds(block, term))) &&
      !excluded.some((term) => blocks.some((block) => holds(block, term))),
  );
}

function holds(block: readonly string[], term: Wanted): boolean {
  if (term.kind === 'phrase') return placesOf(block, term.tokens).length > 0;
  return placesOf(block, term.left).some((left) =>
    placesOf(block, term.right).some((right) => {
      const leftEnd = left + term.left.length - 1;
      const rightEnd = right + term.right.length - 1;
      const words = right > leftEnd ? right - leftEnd : left > rightEnd ? left - rightEnd : Number.POSITIVE_INFINITY;
      return words <= term.distance;
    }),
  );
}

function placesOf(block: readonly string[], tokens: readonly string[]): number[] {
  return [...block.keys()].filter((at) => tokens.every((token, i) => block[at + i] === token));
}

/**
 * The calls that are found, in the library's order, for calls that are a section each: what may fit is taken so many at a
 * time, the newest first, and shown in the order of `ranked`. A term is what calls may be found by if no more than
 * `foundSections` of them have all of its words.
 */
export function inStretches(
  newestFirst: readonly { id: string; blocks: readonly string[][] }[],
  alternatives: readonly Alternative[],
  ranked: readonly string[],
  foundSections: number,
  stretch: number,
): string[] {
  const hasWords = (blocks: readonly string[][], term: Wanted) =>
    (term.kind === 'phrase' ? term.tokens : [...term.left, ...term.right]).every((token) =>
      blocks.flat().includes(token),
    );
  const rare = alternatives.map(({ required }) =>
    required.filter((term) => newestFirst.filter(({ blocks }) => hasWords(blocks, term)).length <= foundSections),
  );
  const mayFit = newestFirst.filter(
    ({ blocks }) =>
      rare.some((terms) => terms.length === 0) || rare.some((terms) => terms.every((term) => hasWords(blocks, term))),
  );
  const ids: string[] = [];
  for (let from = 0; from < mayFit.length; from += stretch) {
    const some = mayFit.slice(from, from + stretch).filter(({ blocks }) => isFound(blocks, alternatives));
    ids.push(...some.map(({ id }) => id).sort((a, b) => ranked.indexOf(a) - ranked.indexOf(b)));
  }
  return ids;
}

/** The query as a person writes it. */
export function written(alternatives: readonly Alternative[]): string {
  const phrase = (tokens: string[]) => (tokens.length === 1 ? tokens[0]! : `"${tokens.join(' ')}"`);
  const term = (wanted: Wanted) =>
    wanted.kind === 'phrase'
      ? phrase(wanted.tokens)
      : `${phrase(wanted.left)} NEAR/${wanted.distance} ${phrase(wanted.right)}`;
  return alternatives
    .map(({ required, excluded }) => [...required.map(term), ...excluded.map((wanted) => `-${term(wanted)}`)].join(' '))
    .join(' or ');
}
