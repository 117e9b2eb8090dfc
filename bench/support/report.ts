import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

// What a bench found: figures of each run with their medians, and how they stand to what is wanted.

/** Runs of everything that is measured, after one that is not. */
export const RUNS = 5;

/** What a run measured, by names that end with their units. */
export type Figures = Readonly<Record<string, number>>;

interface Row {
  readonly name: string;
  readonly measures: Readonly<Record<string, { readonly median: number; readonly runs: readonly number[] }>>;
  readonly note?: string;
}

interface Aim {
  readonly name: string;
  readonly wanted: string;
  readonly measured: number;
  readonly met: boolean;
}

export interface Report {
  readonly rows: readonly Row[];
  readonly aims: readonly Aim[];
  /** One line of progress. */
  say(line: string): void;
  /** A variant's figures, run by run; a note where there are none, or about them. Answers the medians. */
  row(name: string, runs: readonly Figures[], note?: string): Figures;
  /** What is wanted of a figure, mostly a ratio of two medians. What could not be measured (NaN) is not met. */
  aim(name: string, measured: number, wanted: { readonly atLeast: number } | { readonly atMost: number }): void;
}

/** Measures something `times` times, after a run that only warms up. */
export async function repeated<T>(run: (index: number) => Promise<T>, times = RUNS): Promise<T[]> {
  const runs: T[] = [];
  for (let index = 0; index <= times; index++) runs.push(await run(index));
  return runs.slice(1);
}

export function createReport(): Report {
  const rows: Row[] = [];
  const aims: Aim[] = [];
  return {
    ...{ rows, aims },
    say: (line) => console.log(`  ${line}`),
    row(name, runs, note) {
      const names = Object.keys(runs[0] ?? {});
      const measures = names.map((measure) => {
        const figures = runs.map((run) => round(run[measure]!));
        return [measure, { median: round(median(figures)), runs: figures }] as const;
      });
      rows.push({ name, measures: Object.fromEntries(measures), ...(note && { note }) });
      const said = [...measures.map(([measure, { median }]) => `${show(median)} ${measure}`), ...(note ? [note] : [])];
      console.log(`  ${name}: ${said.join(', ')}`);
      return Object.fromEntries(measures.map(([measure, { median }]) => [measure, median]));
    },
    aim(name, measured, wanted) {
      const [sign, bound] = 'atLeast' in wanted ? (['≥', wanted.atLeast] as const) : (['≤', wanted.atMost] as const);
      const met = sign === '≥' ? measured >= bound : measured <= bound;
      aims.push({ name, wanted: `${sign} ${bound}`, measured: round(measured), met });
    },
  };
}

export function median(runs: readonly number[]): number {
  const sorted = runs.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The smallest figure that `share` of them do not exceed. */
export function quantile(figures: readonly number[], share: number): number {
  return figures.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(figures.length * share) - 1)]!;
}

/** Four digits are more than any of these figures is good for. */
function round(figure: number): number {
  return Number.isFinite(figure) ? Number(figure.toPrecision(4)) : figure;
}

function show(figure: number): string {
  if (!Number.isFinite(figure)) return '–';
  return figure >= 1000 ? String(Math.round(figure)) : String(Number(figure.toPrecision(3)));
}

/** Tables in Markdown, aligned: to be read as they are printed, and as `bench/README.md` has them. */
export function tablesOf({ rows, aims }: Pick<Report, 'rows' | 'aims'>): string {
  const measures = [...new Set(rows.flatMap((row) => Object.keys(row.measures)))];
  const notes = rows.some((row) => row.note) ? ['note'] : [];
  const figures = rows.map((row) => [
    row.name,
    ...measures.map((measure) => (row.measures[measure] ? show(row.measures[measure].median) : '')),
    ...notes.map(() => row.note ?? ''),
  ]);
  const wanted = aims.map(({ name, wanted, measured, met }) => [name, wanted, show(measured), met ? 'ok' : 'MISSED']);
  return [
    table(['median of the runs', ...measures, ...notes], figures),
    ...(aims.length > 0 ? [table(['wanted', 'at', 'measured', ''], wanted)] : []),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

const RESULTS = new URL('../../../bench/results/', import.meta.url);

/** Writes `bench/results/<name>.json`. */
export function writeResults(name: string, { rows, aims }: Report, postgres: string): void {
  const { version, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const result = {
    ...{ bench: name, date: new Date().toISOString() },
    machine: {
      cpu: cpus()[0]!.model,
      cores: cpus().length,
      memoryBytes: totalmem(),
      system: execFileSync('uname', ['-sr']).toString().trim(),
    },
    versions: { debrief: version, node: process.version, postgres, packages: dependencies },
    ...{ rows, aims },
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL(`${name}.json`, RESULTS), `${JSON.stringify(result, null, 1)}\n`);
}

const README = new URL('../../../bench/README.md', import.meta.url);

/** Puts a bench's tables between its marks in `bench/README.md`. */
export function writeTables(name: string, report: Report): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const text = readFileSync(README, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`bench/README.md has no ${begin} … ${end}`);
  writeFileSync(README, `${text.slice(0, from)}${begin}\n${tablesOf(report)}\n${text.slice(to)}`);
}
