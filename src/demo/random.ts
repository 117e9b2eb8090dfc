/** A source of pseudo-random numbers that its seed fully determines: the demo must be the same everywhere. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  between(low: number, high: number): number;
  /** Roughly bell-shaped between `low` and `high`: the mean of three draws. */
  around(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  weighted<T>(list: readonly T[], weight: (item: T) => number): T;
  shuffled<T>(list: readonly T[]): T[];
}

/** Makes a source: sfc32, seeded with xmur3. It is small, fast, and without visible patterns at this size. */
export function createRandom(seed: string): Random {
  const hash = xmur3(seed);
  let a = hash();
  let b = hash();
  let c = hash();
  let counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  // The first numbers still show the seed.
  for (let i = 0; i < 15; i++) next();
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const between = (low: number, high: number) => low + next() * (high - low);
  return {
    next,
    int,
    between,
    around: (low, high) => low + ((next() + next() + next()) / 3) * (high - low),
    chance: (probability) => next() < probability,
    pick: (list) => list[int(0, list.length - 1)]!,
    weighted(list, weight) {
      const weights = list.map(weight);
      let left = next() * weights.reduce((sum, w) => sum + w, 0);
      for (let i = 0; i < list.length - 1; i++) {
        left -= weights[i]!;
        if (left < 0) return list[i]!;
      }
      return list[list.length - 1]!;
    },
    shuffled<T>(list: readonly T[]) {
      const items: T[] = [...list];
      for (let i = items.length - 1; i > 0; i--) {
        const j = int(0, i);
        [items[i], items[j]] = [items[j]!, items[i]!];
      }
      return items;
    },
  };
}

function xmur3(text: string): () => number {
  let h = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    h ^= h >>> 16;
    return h >>> 0;
  };
}
