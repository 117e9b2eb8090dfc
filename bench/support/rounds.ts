import type { Figures, RoundFigure, Variant } from './bench.js';

// Measures variants in turn, round by round: a machine's speed changes by the minute, so this way it changes equally
// for all of them.

/** A build whose variants can be measured. */
export interface Measurer {
  readonly label: string;
  readonly variants: readonly Omit<Variant, 'run'>[];
  measure(variant: string, round: number): Promise<Figures>;
}

/** The results of a variant. */
export interface Measured {
  readonly label: string;
  readonly name: string;
  readonly note?: string;
  /** The figures of each round, starting with the first that counts. */
  readonly rounds: readonly Figures[];
}

/** Opens the builds: once, or, if luck lasts as long as a process, again for each round. */
interface Builds {
  readonly anew: boolean;
  open(): Promise<readonly Measurer[]>;
  close(): Promise<void>;
}

/** One variant of one build. */
interface Turn {
  readonly index: number;
  readonly label: string;
  readonly variant: Omit<Variant, 'run'>;
  readonly rounds: Figures[];
  failure: string | null;
}

/**
 * Measures each variant in each round, one build directly after the other, in an order that alternates between rounds.
 * Of two builds, only variants that are part of them are measured, because what else a process does affects its later
 * figures. Before a process is measured, it runs everything once, except variants that take long.
 */
export async function measureRounds(
  builds: Builds,
  rounds: number,
  say: (line: string) => void,
): Promise<readonly Measured[]> {
  let open = await builds.open();
  const turns = open.flatMap(({ label, variants }, index) =>
    variants
      .filter(({ baseline }) => open.length === 1 || !baseline)
      .map((variant): Turn => ({ index, label, variant, rounds: [], failure: null })),
  );
  const names = [...new Set(turns.map(({ variant }) => variant.name))];
  const measureAll = async (round: number, isMeasured: boolean) => {
    for (const name of names) {
      const both = turns.filter(({ variant }) => variant.name === name);
      for (const turn of round % 2 === 0 ? both : both.reverse()) {
        const { index, variant } = turn;
        const most = variant.rounds ?? rounds;
        // A variant that takes so long that it has few rounds is warm after its first seconds.
        const isLeftOut = round > most || (round === 0 && variant.rounds !== undefined);
        if (turn.failure !== null || isLeftOut) continue;
        try {
          const figures = await open[index]!.measure(name, round);
          if (isMeasured && Object.keys(figures).length > 0) turn.rounds.push(figures);
        } catch (error) {
          if (!variant.mayFail) throw error;
          turn.failure = `failed: ${(error as Error).message}`;
        }
      }
    }
  };
  await measureAll(0, false);
  for (let round = 1; round <= rounds; round++) {
    if (builds.anew && round > 1) {
      await builds.close();
      open = await builds.open();
      await measureAll(0, false);
    }
    await measureAll(round, true);
    say(`round ${round} of ${rounds}`);
  }
  return turns.map(({ label, variant, rounds, failure }) => {
    const note = failure ?? variant.note;
    return { label, name: variant.name, ...(note !== undefined && { note }), rounds };
  });
}

/** Looks up a build's figures of a round, for bars. */
export function figuresOf(measured: readonly Measured[], label: string, round: number): RoundFigure {
  return (variant, measure) =>
    measured.find((each) => each.label === label && each.name === variant)?.rounds[round]?.[measure] ?? Number.NaN;
}

/** A bar's figures, from the rounds in which everything it needs was measured. */
export function barFigures(figure: (round: number) => number, rounds: number): number[] {
  const figures = Array.from({ length: rounds }, (_, round) => figure(round));
  return figures.filter((each) => Number.isFinite(each) && each > 0);
}
