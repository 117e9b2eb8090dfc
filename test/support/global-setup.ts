import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { TestProject } from 'vitest/node';
import { startDatabase } from './database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL that all suites share; each makes accounts of its own in it. */
    databaseUrl: string;
    /** The DATA_DIR of all suites. */
    dataDir: string;
  }
}

/** Each stretch of sound is a word. */
const ENGINE = { SPEECH: 'command', SPEECH_COMMAND: `${process.execPath} test/support/hear-tones.js` };

/**
 * One real PostgreSQL and one real worker process for all suites. It makes no summaries: they would change calls once
 * more after their analysis.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { databaseUrl, dataDir, stop } = await startDatabase();
  const worker = fork('bin/debrief.js', ['work'], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      SUMMARY: 'none',
      ...ENGINE,
    },
  });
  project.provide('databaseUrl', databaseUrl);
  project.provide('dataDir', dataDir);
  return async () => {
    const ended = once(worker, 'exit');
    worker.kill('SIGTERM');
    await ended;
    await stop();
  };
}
