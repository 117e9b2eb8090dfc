import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Bench, RoundFigure } from './bench.js';
import { barFigures, figuresOf, type Measured } from './rounds.js';
import { type Estimate, estimate, median, quantile } from './statistics.js';

// Reports the results of a bench, as tables and as files.

/** The results of all rounds of a bench. */
export interface Found {
  readonly name: string;
  readonly bench: Bench;
  readonly rounds: number;
  readonly measured: readonly Measured[];
  /** The build that was measured, when there are two. */
  readonly label: string;
}

/** A bar with its measured estimate. */
interface Held extends Estimate {
  readonly name: string;
  readonly wanted: string;
  readonly met: boolean;
}

interface Bound {
  readonly name: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/**
 * Checks a bar. It holds if the whole interval meets the bound. A figure that could not be measured, or was measured in
 * too few rounds, does not hold.
 */
function held({ name, atLeast, atMost }: Bound, figures: readonly number[]): Held {
  const found = figures.length === 0 ? { centre: Number.NaN, interval: null } : estimate(figures);
  const [low, high] = found.interval ?? [Number.NaN, Number.NaN];
  return {
    name,
    ...found,
    wanted: atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`,
    met: atLeast === undefined ? high <= atMost! : low >= atLeast,
  };
}

function heldBars({ bench, rounds, measured, label }: Found, other: string | null): Held[] {
  const of = (round: number): RoundFigure => figuresOf(measured, label, round);
  if (other === null) {
    return bench.bars.map((bar) =>
      held(
        bar,
        barFigures((round) => bar.figure(of(round)), rounds),
      ),
    );
  }
  return (bench.barsAgainst ?? []).map((bar) =>
    held(
      bar,
      barFigures((round) => bar.figure(of(round), figuresOf(measured, other, round)), rounds),
    ),
  );
}

/** Rounds to four digits, more than the precision of any of these figures. */
function round(figure: number): number {
  return Number.isFinite(figure) ? Number(figure.toPrecision(4)) : figure;
}

function show(figure: number): string {
  if (!Number.isFinite(figure)) return '–';
  return figure >= 1000 ? String(Math.round(figure)) : String(Number(figure.toPrecision(3)));
}

const showRange = ([low, high]: readonly [number, number]) => `${show(low)} to ${show(high)}`;

const showEstimate = ({ centre, interval }: Estimate) =>
  interval === null ? show(centre) : `${show(centre)} (${showRange(interval)})`;

const measuresOf = ({ rounds }: Measured) => Object.keys(rounds[0] ?? {});

const runsOf = ({ rounds }: Measured, measure: string) => rounds.map((figures) => figures[measure]!);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

function barTable(bars: readonly Held[]): string[] {
  if (bars.length === 0) return [];
  const rows = bars.map((bar) => [bar.name, bar.wanted, showEstimate(bar), bar.met ? 'ok' : 'MISSED']);
  return [table(['wanted', 'at', 'measured (90 % interval)', ''], rows)];
}

/** Tables in Markdown, aligned to be readable when printed, as in `bench/README.md`. */
export function tables(found: Found): string {
  const { measured, rounds } = found;
  const measures = [...new Set(measured.flatMap(measuresOf))];
  const notes = measured.some(({ note }) => note) ? ['note'] : [];
  const rows = measured.map((each) => [
    each.name,
    ...measures.map((measure) => (measuresOf(each).includes(measure) ? show(median(runsOf(each, measure))) : '')),
    ...notes.map(() => each.note ?? ''),
  ]);
  const head = `median of ${rounds} rounds`;
  return [table([head, ...measures, ...notes], rows), ...barTable(heldBars(found, null))].join('\n\n');
}

/** Each figure of both builds with its quartiles, and the ratio of the first build to the second. */
export function againstTables(found: Found, other: string): string {
  const { measured, label, rounds } = found;
  const cell = (figures: readonly number[]) =>
    `${show(median(figures))} (${showRange([quantile(figures, 0.25), quantile(figures, 0.75)])})`;
  const rows = measured
    .filter((each) => each.label === label)
    .flatMap((each) => {
      const beside = measured.find(({ label, name }) => label === other && name === each.name);
      return measuresOf(each).map((measure) => {
        const [own, others] = [runsOf(each, measure), beside ? runsOf(beside, measure) : []];
        const ratios = barFigures((round) => own[round]! / others[round]!, rounds);
        return [
          ...[each.name, measure, cell(own)],
          others.length === 0 ? '' : cell(others),
          ratios.length === 0 ? '' : showEstimate(estimate(ratios)),
        ];
      });
    });
  const notes = measured.filter(({ note }) => note).map(({ label, name, note }) => `${label}: ${name}: ${note}`);
  const head = [`${rounds} rounds: medians (quartiles)`, '', label, other, 'ratio (90 % interval)'];
  return [table(head, rows), ...(notes.length > 0 ? [notes.join('\n')] : []), ...barTable(heldBars(found, other))].join(
    '\n\n',
  );
}

const RESULTS = new URL('../../../bench/results/', import.meta.url);

/** Writes `bench/results/<name>.json`. */
export function writeResults(found: Found, postgres: string | null): void {
  const { version, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const rows = found.measured.map((each) => {
    const measures = measuresOf(each).map((measure) => {
      const runs = runsOf(each, measure);
      return [measure, { median: round(median(runs)), runs: runs.map(round) }];
    });
    return { name: each.name, measures: Object.fromEntries(measures), ...(each.note && { note: each.note }) };
  });
  const bars = heldBars(found, null).map(({ name, wanted, centre, interval, met }) => ({
    name,
    wanted,
    measured: round(centre),
    interval: interval?.map(round) ?? null,
    met,
  }));
  const result = {
    bench: found.name,
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]!.model,
      cores: cpus().length,
      memoryBytes: totalmem(),
      system: execFileSync('uname', ['-sr']).toString().trim(),
    },
    versions: { debrief: version, node: process.version, ...(postgres && { postgres }), packages: dependencies },
    rows,
    bars,
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL(`${found.name}.json`, RESULTS), `${JSON.stringify(result, null, 1)}\n`);
}

const README = new URL('../../../bench/README.md', import.meta.url);

/** Replaces a bench's tables between its markers in `bench/README.md`. Throws if it has no such markers. */
export function writeTables(found: Found): void {
  const [begin, end] = [`<!-- ${found.name} -->`, `<!-- end of ${found.name} -->`];
  const text = readFileSync(README, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`bench/README.md has no ${begin} … ${end}`);
  writeFileSync(README, `${text.slice(0, from)}${begin}\n${tables(found)}\n${text.slice(to)}`);
}
