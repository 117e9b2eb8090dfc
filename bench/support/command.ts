import { parseArgs } from 'node:util';

/** The command line of the benches. */
export interface Command {
  readonly names: readonly string[];
  /** The folder of the other build; null if there is none. */
  readonly against: string | null;
  readonly rounds: number | null;
  /** How much of its data a bench makes, if it can make less: to try its code. Left out for all of it. */
  readonly share?: number;
}

/** The minimum number of rounds when two builds are compared: fewer are too few for a bar. */
const LEAST_AGAINST = 11;

const USAGE = 'usage: npm run bench -- [name …] [--against DIR] [--rounds N] [--share X]';

/** Reads the command line. Throws an error with the usage if it is wrong. */
export function readCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): Command {
  const { values, positionals } = parsed(args);
  const left = [...positionals];
  // npm consumes options that are not preceded by `--`, and leaves their values among the names.
  const kept = (option: 'against' | 'rounds' | 'share', isIts: (text: string) => boolean): string | null => {
    const given = values[option] ?? env[`npm_config_${option}`];
    if (given !== 'true') return given ?? null;
    const at = left.findIndex(isIts);
    if (at < 0) throw new Error(`--${option} needs a value.\n${USAGE}`);
    return left.splice(at, 1)[0]!;
  };
  const rounds = kept('rounds', (text) => /^\d+$/.test(text));
  const share = kept('share', (text) => /^(0?\.\d+|1)$/.test(text));
  const against = kept('against', (text) => !known.includes(text));
  const unknown = left.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no bench "${unknown}"; there are ${known.join(', ')}.`);
  const least = against === null ? 1 : LEAST_AGAINST;
  if (rounds !== null && !(/^\d{1,3}$/.test(rounds) && Number(rounds) >= least)) {
    throw new Error(
      `--rounds is "${rounds}"; it takes a whole number from ${least}${against ? ' with --against' : ''}.`,
    );
  }
  if (share !== null && !(Number(share) > 0 && Number(share) <= 1)) {
    throw new Error(`--share is "${share}"; it takes a number above 0, up to 1.`);
  }
  return {
    names: left.length > 0 ? left : known,
    against,
    rounds: rounds === null ? null : Number(rounds),
    ...(share !== null && { share: Number(share) }),
  };
}

function parsed(args: readonly string[]) {
  try {
    const options = { against: { type: 'string' }, rounds: { type: 'string' }, share: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`);
  }
}
