import { execFileSync, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reply, Task } from '../process.js';
import type { Measurer } from './rounds.js';

/** This checkout. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A built checkout, and the folder where the benches of this checkout lie as if they were part of it. */
export interface Build {
  readonly label: string;
  readonly tree: string;
  remove(): void;
}

/** The build of this checkout. */
export function thisBuild(): Build {
  return { label: labelOf(ROOT), tree: ROOT, remove() {} };
}

/**
 * Another checkout, to be measured by the benches of this one. They are copied to a separate folder together with the
 * other checkout's package.json, compiled modules, command and node_modules, so `#debrief/…` refers to its modules.
 * Throws if the folder is not a built checkout, or is this one.
 */
export function otherBuild(dir: string): Build {
  if (!existsSync(join(dir, 'bin', 'debrief.js'))) throw new Error(`${dir} is no checkout of Debrief.`);
  const root = realpathSync(dir);
  if (root === realpathSync(ROOT)) throw new Error(`${dir} is this very checkout: name another one.`);
  for (const needed of ['node_modules', 'dist']) {
    if (existsSync(join(root, needed))) continue;
    throw new Error(`${dir} is not built, it has no ${needed}: run \`npm ci\` there.`);
  }
  const tree = mkdtempSync(join(tmpdir(), 'debrief-against-'));
  cpSync(join(root, 'package.json'), join(tree, 'package.json'));
  // Copied instead of linked, because Node resolves a module's imports from the target of a link.
  cpSync(join(ROOT, 'dist.bench'), join(tree, 'dist.bench'), { recursive: true });
  for (const name of ['bin', 'dist', 'node_modules']) symlinkSync(join(root, name), join(tree, name));
  return { label: labelOf(root), tree, remove: () => rmSync(tree, { recursive: true }) };
}

/** The name that git gives it, or the package's version if git does not know it. */
function labelOf(root: string): string {
  try {
    const describe = ['-C', root, 'describe', '--tags', '--always', '--dirty'];
    return execFileSync('git', describe, { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return `v${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}`;
  }
}

/** A build with a running bench process. */
export interface OpenBuild extends Measurer {
  /** The version of its PostgreSQL; null if the bench has no database. */
  readonly postgres: string | null;
  close(): Promise<void>;
}

/** Starts a bench of a build in its own process, with its own database, and waits until it is prepared. */
export async function openBuild(
  { label, tree }: Build,
  bench: string,
  share: number,
  say: (line: string) => void,
): Promise<OpenBuild> {
  const child = fork(join(tree, 'dist.bench', 'bench', 'process.js'), [bench, String(share)], { cwd: tree });
  const exited = once(child, 'exit');
  const messages = on(child, 'message', { close: ['exit'] });
  const next = async (): Promise<Reply> => {
    for (;;) {
      const { done, value } = await messages.next();
      if (done) throw new Error(`the process of ${label} ended: ${child.exitCode ?? child.signalCode}`);
      const [reply] = value as [Reply];
      if (reply.kind === 'failed') throw new Error(reply.error);
      if (reply.kind !== 'said') return reply;
      say(reply.line);
    }
  };
  const close = async () => {
    // It exits by itself when its parent closes the channel.
    if (child.connected) child.disconnect();
    await exited;
  };
  const told = async <Kind extends Reply['kind']>(kind: Kind): Promise<Reply & { readonly kind: Kind }> => {
    const reply = await next();
    if (reply.kind !== kind) throw new Error(`the process of ${label} answered ${reply.kind} where ${kind} was due`);
    return reply as Reply & { readonly kind: Kind };
  };
  try {
    const { variants, postgres } = await told('ready');
    return {
      label,
      variants,
      postgres,
      close,
      async measure(variant, round) {
        child.send({ variant, round } satisfies Task);
        return (await told('measured')).figures;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
