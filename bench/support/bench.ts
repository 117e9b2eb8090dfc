import type { Site } from './site.js';

// What a bench is: variants that are measured in turn, round by round, and bars for what comes of it.

/** What a variant measured in a round, by names that end with their units. */
export type Figures = Readonly<Record<string, number>>;

export interface Variant {
  readonly name: string;
  readonly note?: string;
  /** Of so many rounds at most, where each takes long. */
  readonly rounds?: number;
  /** No part of the build, so that it is left out where two builds are compared. */
  readonly baseline?: boolean;
  /** That it cannot do it is a result, too. */
  readonly mayFail?: boolean;
  /** Measures it once. Round 0 only warms up. */
  run(round: number): Promise<Figures>;
}

export interface Prepared {
  readonly variants: readonly Variant[];
  /** Ends what it has started. */
  close?(): Promise<void>;
}

/** A figure of a round; NaN where the variant was not measured in it. */
export type RoundFigure = (variant: string, measure: string) => number;

type Bound = { readonly atLeast: number } | { readonly atMost: number };

/** What is wanted of a figure, mostly a ratio of two of the same round. It holds where the figure's whole interval does. */
export type Bar = Bound & {
  readonly name: string;
  figure(of: RoundFigure): number;
};

/** What is wanted of a build beside another one. */
type BarAgainst = Bound & {
  readonly name: string;
  figure(of: RoundFigure, other: RoundFigure): number;
};

export interface Bench {
  /** Measured after one that only warms up, unless it is told how many. */
  readonly rounds?: number;
  /** For a build by itself. */
  readonly bars: readonly Bar[];
  readonly barsAgainst?: readonly BarAgainst[];
  /**
   * Each round is of new processes: what happens in the bench's own is fast or slow by how V8 has compiled it and where
   * memory lies, and that stays so for as long as the process runs.
   */
  readonly anew?: boolean;
  /** Makes and starts what is to be measured; `site` gives it its place, where it needs one; `say` tells of progress. */
  prepare(site: () => Promise<Site>, say: (line: string) => void): Promise<Prepared>;
}
