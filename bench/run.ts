// npm run bench [name …] [-- --against DIR] [--rounds N] [--share X]: runs all benches or the named ones, one after
// another, and prints their tables. A plain run also writes them to bench/results/ and bench/README.md; a run against
// another build or with a share of the data writes nothing.

import { benches } from './benches.js';
import { type Build, type OpenBuild, openBuild, otherBuild, thisBuild } from './support/builds.js';
import { type Command, readCommand } from './support/command.js';
import { againstTables, tables, writeResults, writeTables } from './support/report.js';
import { measureRounds } from './support/rounds.js';

const DEFAULT_ROUNDS = 11;

async function runBench(
  name: string,
  builds: readonly Build[],
  { rounds: roundsAsked, share = 1 }: Command,
): Promise<void> {
  const bench = await benches[name]!();
  const rounds = roundsAsked ?? bench.rounds ?? DEFAULT_ROUNDS;
  console.log(`\n${name}: ${builds.map(({ label }) => label).join(' against ')}`);
  let opened: OpenBuild[] = [];
  const open = async () => {
    // One after another, so that only one writes to the disk at a time.
    for (const build of builds) {
      opened.push(await openBuild(build, name, share, (line) => console.log(`  ${build.label}: ${line}`)));
    }
    return opened;
  };
  const close = async () => {
    await Promise.all(opened.map((build) => build.close()));
    opened = [];
  };
  try {
    const anew = bench.anew ?? false;
    const measured = await measureRounds({ anew, open, close }, rounds, (line) => console.log(`  ${line}`));
    const found = { name, bench, rounds, measured, label: opened[0]!.label };
    if (opened.length > 1) {
      console.log(`\n${againstTables(found, opened[1]!.label)}`);
      return;
    }
    console.log(`\n${tables(found)}`);
    if (share < 1) return;
    writeResults(found, opened[0]!.postgres);
    writeTables(found);
  } finally {
    await close();
  }
}

let builds: Build[] = [];
// Ctrl-C also reaches the processes, and each of them cleans up. Their exit is then not reported as a failure.
let interrupted = false;
process.once('SIGINT', () => {
  interrupted = true;
});
try {
  const command = readCommand(process.argv.slice(2), process.env, Object.keys(benches));
  builds = [thisBuild()];
  if (command.against !== null) builds.push(otherBuild(command.against));
  for (const name of command.names) await runBench(name, builds, command);
} catch (error) {
  if (!interrupted) console.error((error as Error).message);
  process.exitCode = interrupted ? 130 : 1;
} finally {
  for (const build of builds) build.remove();
}
