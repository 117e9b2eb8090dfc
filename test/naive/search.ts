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
