import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

// Where recordings are while they are worked on: a folder a job, in the folder of its process. What a killed process left
// is removed when the next one begins.

const root = () => join(tmpdir(), `debrief-work-${userInfo().uid}`);

/** Removes the folders of processes that are gone. */
export async function sweepWorkFolders(): Promise<void> {
  const names = await readdir(root()).catch(() => []);
  for (const name of names) {
    const processId = /^(\d+)-/.exec(name)?.[1];
    if (processId !== undefined && !isAlive(Number(processId))) {
      await rm(join(root(), name), { recursive: true, force: true });
    }
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Runs with a folder of its own, which is removed afterwards. */
export async function withWorkFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(root(), { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(root(), `${process.pid}-`));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
