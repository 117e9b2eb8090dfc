import type { KeptSite, Site } from './site.js';

// A bench consists of variants, which are measured in turn, round by round, and of bars for the results.

/** The figures that a variant measured in a round, by names that end with their units. */
export type Figures = Readonly<Record<string, number>>;

/** Something that a bench measures. */
export interface Variant {
  readonly name: string;
  readonly note?: string;
  /** The maximum number of rounds, if each takes long. */
  readonly rounds?: number;
  /** Not part of the build, so it is left out when two builds are compared. */
  readonly baseline?: boolean;
  /** Whether a failure of the variant counts as a result. */
  readonly mayFail?: boolean;
  /** Measures the variant once. Round 0 is only a warm-up. */
  run(round: number): Promise<Figures>;
}

/** A bench that is ready to measure. */
export interface Prepared {
  readonly variants: readonly Variant[];
  /** Stops everything that it started. */
  close?(): Promise<void>;
}

/** A figure of a round; NaN if the variant was not measured in it. */
export type RoundFigure = (variant: string, measure: string) => number;

type Bound = { readonly atLeast: number } | { readonly atMost: number };

/**
 * The bound for a figure, usually a ratio of two of the same round. It is met if the figure's whole interval meets it.
 */
export type Bar = Bound & {
  readonly name: string;
  figure(of: RoundFigure): number;
};

/** The bound for a build compared with another one. */
type BarAgainst = Bound & {
  readonly name: string;
  figure(of: RoundFigure, other: RoundFigure): number;
};

/** A bench. */
export interface Bench {
  /** The number of measured rounds, unless the command line sets it. They follow one round of warm-up. */
  readonly rounds?: number;
  /** Bounds for a build on its own. */
  readonly bars: readonly Bar[];
  readonly barsAgainst?: readonly BarAgainst[];
  /**
   * Whether each round runs in new processes. The speed of code in the bench's own process depends on how V8 has
   * compiled it and on its memory layout, and that does not change while the process runs.
   */
  readonly anew?: boolean;
  /**
   * Creates and starts what is to be measured. `site` creates the database, if the bench needs one, or opens a kept one;
   * `say` reports progress. `share` is how much of its data a bench that takes long makes: 1 is all.
   */
  prepare(site: (kept?: KeptSite) => Promise<Site>, say: (line: string) => void, share: number): Promise<Prepared>;
}
