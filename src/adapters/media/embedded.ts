import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors.js';
import type { EmbeddedTask } from './embedded-task.js';
import type { Engine, FoundSound } from './engine.js';
import { damaged, failure, limitsFor, PROBE_LIMITS } from './failures.js';
import { type ProcessEnd, type ProcessLimits, runLimited } from './limited-process.js';

const PROGRAM = fileURLToPath(new URL('embedded-program.js', import.meta.url));

/**
 * Uses the FFmpeg that npm brings, in a process of its own: this process never loads it.
 * @returns null if it is not installed, or does not run here.
 */
export async function openEmbedded(): Promise<Engine | null> {
  let version = '';
  const { code } = await runTask({ kind: 'version' }, PROBE_LIMITS, AbortSignal.timeout(30_000), (line) => {
    version = line;
  });
  if (code !== 0) return null;
  return {
    name: `embedded ${version}`,
    async probe(input, signal) {
      let found: FoundSound | null = null;
      const ended = await runTask({ kind: 'probe', input }, PROBE_LIMITS, signal, (line) => {
        found = JSON.parse(line) as FoundSound | null;
      });
      if (ended.code !== 0) throw damaged(ended, input);
      if (found === null) throw new AppError('invalid', 'The file has no sound.');
      return found;
    },
    async run({ sizeBytes, signal, onSeconds, ...job }) {
      const limits = limitsFor(sizeBytes, job.maxSeconds);
      const ended = await runTask({ kind: 'run', job }, limits, signal, (line) => onSeconds(Number(line)));
      if (ended.code !== 0) throw failure(ended);
    },
  };
}

function runTask(
  task: EmbeddedTask,
  limits: ProcessLimits,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<ProcessEnd> {
  return runLimited({ program: process.execPath, args: [PROGRAM, JSON.stringify(task)], limits, signal, onLine });
}
