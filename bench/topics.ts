import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeForm } from '#debrief/analysis/form.js';
import { matchTopics } from '#debrief/analysis/topic-matcher.js';
import { compileTopics, type Topic } from '#debrief/analysis/topics.js';
import { countByRegExps } from './baseline/topic-regexps.js';
import type { Bar, Bench, Figures, RoundFigure, Variant } from './support/bench.js';
import { countWords, drawTopics, type RealCall, readRealCalls } from './support/real-calls.js';

const SIZES = [10, 100, 1000, 10_000];
const SEED = 21;
/** Single words of five letters or more, as topics have them: topics are not about "the" and "of". */
const TOPICAL = 5;
/** RegExps take minutes for ten thousand phrases, so they get only every nth call. */
const REGEXP_SHARE: Readonly<Record<number, number>> = { 1000: 3, 10000: 30 };
const RIPGREP = '/usr/bin/rg';

const drawnAs = (letters: number) => (letters === 1 ? 'as said' : 'topical');
const named = (what: string, size: number, letters: number) => `${what}, ${size} phrases ${drawnAs(letters)}`;
const KERNEL = 'kernel';
const OPEN_KERNEL = 'kernel with prefixes and forms';
const REGEXP = 'RegExp a topic';
const SPEED = 'M words/s';

/** Matching topics: the kernel, compared with other ways to find phrases. */
export const topics: Bench = {
  rounds: 41,
  anew: true,
  bars: [...[1, TOPICAL].flatMap(kernelBars)],
  barsAgainst: [1, TOPICAL].flatMap((letters) =>
    [
      { what: KERNEL, atLeast: 0.95 },
      { what: OPEN_KERNEL, atLeast: 0.7 },
    ].map(({ what, atLeast }) => ({
      name: `${named(what, 1000, letters)} by the other build's`,
      figure: (of: RoundFigure, other: RoundFigure) =>
        of(named(what, 1000, letters), SPEED) / other(named(what, 1000, letters), SPEED),
      atLeast,
    })),
  ),
  async prepare(_, say) {
    const calls = await readRealCalls();
    say(`${calls.length} calls, ${countWords(calls)} words`);
    const folder = mkdtempSync(join(tmpdir(), 'debrief-ripgrep-'));
    writeFileSync(join(folder, 'text'), calls.map(({ text }) => text.toLowerCase()).join('\n'));
    const variants = [1, TOPICAL].flatMap((letters) =>
      SIZES.flatMap((size) => {
        const given: Given = { calls, size, letters, drawn: drawTopics(calls, size, letters, SEED) };
        return [kernel(given), ...(size === 1000 ? [openKernel(given)] : []), regExps(given), ripgrep(given, folder)];
      }),
    );
    return {
      variants,
      close: async () => rmSync(folder, { recursive: true }),
    };
  },
};

function kernelBars(letters: number): Bar[] {
  const speed = (of: RoundFigure, what: string, size: number) => of(named(what, size, letters), SPEED);
  const drawn = drawnAs(letters);
  return [
    { name: `kernel, 1000 phrases ${drawn}: ${SPEED}`, figure: (of) => speed(of, KERNEL, 1000), atLeast: 20 },
    {
      name: `kernel, 10 by 1000 phrases ${drawn}`,
      figure: (of) => speed(of, KERNEL, 10) / speed(of, KERNEL, 1000),
      atMost: 2,
    },
    {
      name: `kernel by RegExp, 1000 phrases ${drawn}`,
      figure: (of) => speed(of, KERNEL, 1000) / speed(of, REGEXP, 1000),
      atLeast: 50,
    },
  ];
}

/** Phrases, and the calls in which they are searched. */
interface Given {
  readonly calls: readonly RealCall[];
  readonly size: number;
  readonly letters: number;
  readonly drawn: readonly Topic[];
}

/** The speed of finding matches in this many words, repeated this many times. */
async function timed(words: number, times: number, find: () => number): Promise<Figures> {
  const begun = performance.now();
  let matches = 0;
  for (let time = 0; time < times; time++) matches = find();
  return { [SPEED]: (words * times) / (performance.now() - begun) / 1000, matches };
}

function kernel({ calls, size, letters, drawn }: Given, what = KERNEL): Variant {
  const set = compileTopics(drawn);
  const find = () => calls.reduce((sum, { form }) => sum + matchTopics(decodeForm(form), set).count, 0);
  return { name: named(what, size, letters), run: () => timed(countWords(calls), 20, find) };
}

/**
 * The same phrases, but every other topic has English forms, and every fourth phrase is shortened to a prefix of
 * itself. A build that supports neither takes them as written, and finds less.
 */
function openKernel({ calls, size, letters, drawn }: Given): Variant {
  const opened = drawn.map(({ words, ...topic }, at) => ({
    ...topic,
    wordForms: at % 2 === 0,
    words: words.map((word, i) => (i % 4 === 0 && /[a-z]{5}$/i.test(word) ? `${word.slice(0, -2)}*` : word)),
  }));
  return kernel({ calls, size, letters, drawn: opened }, OPEN_KERNEL);
}

function regExps({ calls, size, letters, drawn }: Given): Variant {
  const some = calls.filter((_, i) => i % (REGEXP_SHARE[size] ?? 1) === 0);
  const texts = some.map(({ text }) => text);
  return {
    name: named(REGEXP, size, letters),
    baseline: true,
    ...(some.length < calls.length && { note: `${some.length} of the calls` }),
    run: () => timed(countWords(some), 1, () => countByRegExps(texts, drawn)),
  };
}

/**
 * A whole process from start to exit, at its fastest: text and phrases are lower-cased beforehand, and phrases are also
 * found inside words, because whole words or ignoring case make it much slower. It has no notion of topics. The folder
 * contains the text.
 */
function ripgrep({ calls, size, letters, drawn }: Given, folder: string): Variant {
  const told = { name: named('ripgrep -F -f', size, letters), baseline: true };
  if (!existsSync(RIPGREP)) return { ...told, note: `skipped: there is no ${RIPGREP}`, run: async () => ({}) };
  const [phrases, text] = [join(folder, `phrases-${size}-${letters}`), join(folder, 'text')];
  writeFileSync(phrases, drawn.flatMap(({ words }) => words.map((word) => word.toLowerCase())).join('\n'));
  const find = () => Number(spawnSync(RIPGREP, ['--count-matches', '-F', '-f', phrases, text]).stdout);
  return {
    ...told,
    note: execFileSync(RIPGREP, ['--version']).toString().split('\n')[0]!,
    run: () => timed(countWords(calls), 1, find),
  };
}
