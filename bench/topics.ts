import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeForm } from '#debrief/analysis/form.js';
import { matchTopics } from '#debrief/analysis/topic-matcher.js';
import { compileTopics, type Topic } from '#debrief/analysis/topics.js';
import { startWorker } from '#debrief/jobs/worker.js';
import { commandActor } from '#debrief/services/actor.js';
import { readRematchProgress, startRematch } from '#debrief/services/rematch.js';
import { createTopic, listTopics, updateTopic } from '#debrief/services/topics.js';
import { countByRegExps } from './baseline/topic-regexps.js';
import { countWords, drawTopics, type RealCall, readRealCalls } from './support/real-calls.js';
import { type Figures, type Report, repeated } from './support/report.js';
import type { Site } from './support/site.js';
import { storeCalls, workerOptions } from './support/stored-calls.js';

const SIZES = [10, 100, 1000, 10_000];
const SEED = 21;
/** Single words of five letters and more: as topics have them, which are not about "the" and "of". */
const TOPICAL = 5;
/** RegExps take minutes for ten thousand phrases: they get every so manieth call. */
const REGEXP_SHARE: Readonly<Record<number, number>> = { 1000: 3, 10000: 30 };
/** Each real call is stored so many times. */
const COPIES = 30;
/** Of all that is measured in turn, after one that is not: each takes a second. */
const ROUNDS = 25;
const RIPGREP = '/usr/bin/rg';

/** Matching topics: the kernel beside what else could find phrases, and from the database into it. */
export async function topics(site: Site, report: Report): Promise<void> {
  const calls = await readRealCalls();
  report.say(`${calls.length} calls, ${countWords(calls)} words`);
  for (const letters of [1, TOPICAL]) await kernels(report, calls, letters);
  await endToEnd(site, report, calls);
}

const drawnAs = (letters: number) => (letters === 1 ? 'as said' : 'topical');

async function kernels(report: Report, calls: readonly RealCall[], letters: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'debrief-ripgrep-'));
  try {
    writeFileSync(join(folder, 'text'), calls.map(({ text }) => text.toLowerCase()).join('\n'));
    const variants = SIZES.flatMap((size) => {
      const drawn = drawTopics(calls, size, letters, SEED);
      return [kernel(calls, size, drawn), regExps(calls, size, drawn), ripgrep(calls, size, drawn, folder)];
    });
    // Each of them in each round: how fast the machine is changes meanwhile, and so changes for all of them.
    const rounds = await repeated(async () => variants.map(({ run }) => run()), ROUNDS);
    const speeds = new Map<string, number>();
    for (const [index, { name, note }] of variants.entries()) {
      const runs = rounds.map((figures) => figures[index]!);
      const medians = report.row(`${name} phrases ${drawnAs(letters)}`, runs[0] === NOTHING ? [] : runs, note);
      speeds.set(name, medians['M words/s']!);
    }
    const of = `, phrases ${drawnAs(letters)}`;
    const ratio = (one: string, other: string) => speeds.get(one)! / speeds.get(other)!;
    report.aim(`kernel, 1000${of}: M words/s`, speeds.get('kernel, 1000')!, { atLeast: 20 });
    report.aim(`kernel, 10 by 1000${of}`, ratio('kernel, 10', 'kernel, 1000'), { atMost: 2 });
    report.aim(`kernel by RegExp, 1000${of}`, ratio('kernel, 1000', 'RegExp a topic, 1000'), { atLeast: 50 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Variant {
  readonly name: string;
  readonly note?: string;
  readonly run: () => Figures;
}

const NOTHING: Figures = {};

/** How fast something finds matches in so many words, so many times over. */
function timed(words: number, times: number, find: () => number): Figures {
  const begun = performance.now();
  let matches = 0;
  for (let time = 0; time < times; time++) matches = find();
  return { 'M words/s': (words * times) / (performance.now() - begun) / 1000, matches };
}

function kernel(calls: readonly RealCall[], size: number, drawn: readonly Topic[]): Variant {
  const set = compileTopics(drawn);
  const find = () => calls.reduce((sum, { form }) => sum + matchTopics(decodeForm(form), set).count, 0);
  return { name: `kernel, ${size}`, run: () => timed(countWords(calls), 20, find) };
}

function regExps(calls: readonly RealCall[], size: number, drawn: readonly Topic[]): Variant {
  const some = calls.filter((_, i) => i % (REGEXP_SHARE[size] ?? 1) === 0);
  const texts = some.map(({ text }) => text);
  return {
    name: `RegExp a topic, ${size}`,
    ...(some.length < calls.length && { note: `${some.length} of the calls` }),
    run: () => timed(countWords(some), 1, () => countByRegExps(texts, drawn)),
  };
}

/**
 * A process from its start to its end, as fast as it can be: text and phrases are lower-cased before, and phrases are found
 * in the middle of words too, since whole words or any case make it slower by far. It knows no topics. The folder has the text.
 */
function ripgrep(calls: readonly RealCall[], size: number, drawn: readonly Topic[], folder: string): Variant {
  const name = `ripgrep -F -f, ${size}`;
  if (!existsSync(RIPGREP)) return { name, note: `skipped: there is no ${RIPGREP}`, run: () => NOTHING };
  const [phrases, text] = [join(folder, `phrases-${size}`), join(folder, 'text')];
  writeFileSync(phrases, drawn.flatMap(({ words }) => words.map((word) => word.toLowerCase())).join('\n'));
  return {
    name,
    note: execFileSync(RIPGREP, ['--version']).toString().split('\n')[0]!,
    run: () =>
      timed(countWords(calls), 1, () =>
        Number(spawnSync(RIPGREP, ['--count-matches', '-F', '-f', phrases, text]).stdout),
      ),
  };
}

/** A worker, from the forms that are stored to the matches that are. */
async function endToEnd(site: Site, report: Report, calls: readonly RealCall[]): Promise<void> {
  const { db, pool } = site;
  const actor = commandActor({ accountId: site.accountId });
  const words = countWords(calls) * COPIES;
  report.say(`storing ${calls.length * COPIES} calls, ${words} words`);
  await storeCalls(site, calls, COPIES);

  const setTopics = async (drawn: readonly Topic[]) => {
    const known = (await listTopics(db, actor)).filter(({ canonicalQuestions }) => !canonicalQuestions);
    for (const [index, { name, words }] of drawn.entries()) {
      const topic = known[index];
      if (topic) await updateTopic(db, actor, topic.id, { words });
      else await createTopic(db, actor, { name, words });
    }
  };
  /** Changes something without a worker, and lets one do what is due because of it. */
  const measure = async (change: () => Promise<unknown>): Promise<Figures> => {
    await change();
    await site.settled();
    const cpu = process.cpuUsage();
    const worker = await startWorker(workerOptions(site));
    let progress = await readRematchProgress(db, actor, Date.now());
    while (progress.state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      progress = await readRematchProgress(db, actor, Date.now());
    }
    await worker.stop();
    const used = process.cpuUsage(cpu);
    const seconds = (Date.parse(progress.finishedAt!) - Date.parse(progress.startedAt!)) / 1000;
    const matches = await pool.query('select sum(matches)::int as count from call_topic_hits');
    return {
      'M words/s': words / seconds / 1e6,
      matches: matches.rows[0].count,
      'calls/s': (calls.length * COPIES) / seconds,
      'CPU s': (used.user + used.system) / 1e6,
    };
  };
  for (const letters of [TOPICAL, 1]) {
    // Two sets in turn, so that each run finds other matches than are stored.
    const sets = [SEED, SEED + 1].map((seed) => drawTopics(calls, 1000, letters, seed));
    const changed = await repeated((run) => measure(() => setTopics(sets[run % 2]!)));
    const name = `1000 phrases ${drawnAs(letters)}`;
    const all = report.row(`database to database, ${name}`, changed, 'every call’s matches change');
    const same = await repeated(() => measure(() => startRematch(db, actor, Date.now())));
    report.row(`database to database, ${name}`, same, 'none change');
    report.aim(`database to database, ${name}: M words/s`, all['M words/s']!, { atLeast: 3 });
  }
}
