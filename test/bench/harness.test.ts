import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { otherBuild } from '../../bench/support/builds.js';
import { readCommand } from '../../bench/support/command.js';
import { againstTables, tables } from '../../bench/support/report.js';
import { figuresOf, type Measurer, measureRounds } from '../../bench/support/rounds.js';
import { estimate, median } from '../../bench/support/statistics.js';

describe('an estimate', () => {
  test('of figures that do not scatter is the figure', () => {
    const { centre, interval } = estimate(Array(11).fill(2));
    expect(centre).toBeCloseTo(2, 12);
    expect(interval![0]).toBeCloseTo(2, 12);
    expect(interval![1]).toBeCloseTo(2, 12);
  });

  test('has the interval of the tables of Wilcoxon’s signed ranks', () => {
    // Of 11 rounds, the table's critical value at 0.05 on each side is 13: the 14th of 66 pairs from either end.
    const figures = Array.from({ length: 11 }, (_, i) => 2 ** i);
    const pairs = figures.flatMap((a, i) => figures.slice(i).map((b) => Math.sqrt(a * b))).sort((a, b) => a - b);
    const { centre, interval } = estimate(figures);
    expect(centre).toBeCloseTo(median(pairs), 9);
    expect(interval![0]).toBeCloseTo(pairs[13]!, 9);
    expect(interval![1]).toBeCloseTo(pairs[52]!, 9);
    // Of 5, it is 0: the outermost ones.
    expect(estimate([1, 2, 4, 8, 16]).interval!.map(Math.round)).toEqual([1, 16]);
  });

  test('of fewer than five rounds has no interval', () => {
    expect(estimate([1, 2, 3, 4]).interval).toBeNull();
  });

  test('holds the true figure in nine of ten cases', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const cases = 2000;
    let held = 0;
    for (let n = 0; n < cases; n++) {
      const figures = Array.from({ length: 11 }, () => 1.5 * Math.exp(random() - random()));
      const [low, high] = estimate(figures).interval!;
      if (low <= 1.5 && high >= 1.5) held += 1;
    }
    expect(held / cases).toBeGreaterThan(0.87);
    expect(held / cases).toBeLessThan(0.94);
  });
});

describe('rounds', () => {
  const build = (label: string, log: string[]): Measurer => ({
    label,
    variants: [{ name: 'bare', baseline: true }, { name: 'whole' }, { name: 'slow', rounds: 1, mayFail: true }],
    async measure(variant, round) {
      log.push(`${round} ${label} ${variant}`);
      if (variant === 'slow' && label === 'new') throw new Error('out of memory');
      return { ms: (label === 'new' ? 10 : 20) + round };
    },
  });
  const builds = (log: string[], anew: boolean) => ({
    anew,
    open: async () => [build('new', log), build('old', log)],
    close: async () => void log.push('close'),
  });

  test('take all variants in turn, and the builds of each in both orders', async () => {
    const log: string[] = [];
    const measured = await measureRounds(builds(log, false), 2, () => {});
    expect(log).toEqual([
      ...['0 new whole', '0 old whole'],
      ...['1 old whole', '1 new whole', '1 old slow', '1 new slow'],
      ...['2 new whole', '2 old whole'],
    ]);
    expect(measured.map(({ label, name, note, rounds }) => [label, name, rounds.length, note])).toEqual([
      ['new', 'whole', 2, undefined],
      ['new', 'slow', 0, 'failed: out of memory'],
      ['old', 'whole', 2, undefined],
      ['old', 'slow', 1, undefined],
    ]);
    expect(figuresOf(measured, 'old', 1)('whole', 'ms')).toBe(22);
    expect(figuresOf(measured, 'old', 1)('slow', 'ms')).toBeNaN();
  });

  test('of new processes warm each of them up', async () => {
    const log: string[] = [];
    await measureRounds(builds(log, true), 2, () => {});
    const second = log.slice(log.indexOf('close') + 1);
    expect(second).toContain('0 old whole');
    expect(second).toContain('2 old whole');
    expect(second).not.toContain('1 old whole');
  });
});

test('a bar holds where its whole interval does', () => {
  const rounds = 11;
  const figures = (centre: number) => Array.from({ length: rounds }, (_, i) => ({ ms: centre * 1.02 ** (i - 5) }));
  const measured = [
    { label: 'new', name: 'whole', rounds: figures(10) },
    { label: 'old', name: 'whole', rounds: figures(12).reverse() },
  ];
  const bar = (atMost: number) => ({
    name: `bar ${atMost}`,
    atMost,
    figure: (of: (variant: string, measure: string) => number) => of('whole', 'ms'),
  });
  const bench = {
    bars: [bar(10.1), bar(10.8)],
    barsAgainst: [
      {
        name: 'new by old',
        atMost: 0.9,
        figure: (of: ReturnType<typeof figuresOf>, other: typeof of) => of('whole', 'ms') / other('whole', 'ms'),
      },
    ],
    prepare: () => Promise.reject(new Error('not prepared')),
  };
  const found = { name: 'some', bench, rounds, measured, label: 'new' };
  const plain = tables({ ...found, measured: measured.slice(0, 1) });
  expect(plain).toMatch(/bar 10\.1 .*\| 10 \(.*MISSED/);
  expect(plain).toMatch(/bar 10\.8 .*\| 10 \(.*ok/);
  const against = againstTables(found, 'old');
  expect(against).toMatch(/\| new +\| old +\| ratio \(90 % interval\)/);
  expect(against).toMatch(/\| whole .* 10 \(9\.\d+ to 10\.\d+\) .* 12 \(.*\| 0\.833 \(/);
  expect(against).toMatch(/new by old +\| ≤ 0\.9 +\| 0\.833 \(/);
});

describe('the command', () => {
  const read = (args: string[], env = {}) => readCommand(args, env, ['export', 'small']);

  test('names benches, all of them unless it does', () => {
    expect(read([])).toEqual({ names: ['export', 'small'], against: null, rounds: null });
    expect(read(['small', '--rounds', '2'])).toEqual({ names: ['small'], against: null, rounds: 2 });
    expect(read(['small', '--against', '../old'])).toMatchObject({ names: ['small'], against: '../old' });
  });

  test('is understood where npm keeps the options to itself', () => {
    const kept = { npm_config_against: 'true', npm_config_rounds: 'true' };
    expect(read(['small', '../old', '12'], kept)).toEqual({ names: ['small'], against: '../old', rounds: 12 });
    expect(read(['small'], { npm_config_against: '../old' })).toMatchObject({ against: '../old' });
    expect(() => read(['small'], { npm_config_against: 'true' })).toThrow('--against needs a value.');
  });

  test('says what is wrong with it', () => {
    expect(() => read(['huge'])).toThrow('There is no bench "huge"; there are export, small.');
    expect(() => read(['--against'])).toThrow(/--against.*\nusage: npm run bench/s);
    expect(() => read(['--fast'])).toThrow(/--fast.*\nusage: npm run bench/s);
    expect(() => read(['--rounds', 'x'])).toThrow('--rounds is "x"; it takes a whole number from 1.');
    expect(() => read(['--against', 'old', '--rounds', '10'])).toThrow('a whole number from 11 with --against.');
  });

  test('names a folder that holds another build', () => {
    const empty = mkdtempSync(join(tmpdir(), 'debrief-empty-'));
    expect(() => otherBuild(empty)).toThrow('is no checkout of Debrief.');
    rmSync(empty, { recursive: true });
  });
});
