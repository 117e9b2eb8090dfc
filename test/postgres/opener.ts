import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Machine } from '#debrief/postgres/embedded.js';

export const asRoot = process.getuid?.() === 0;

const SCRIPT = fileURLToPath(new URL('./open-embedded.js', import.meta.url));

interface Event {
  readonly log?: string;
  readonly ready?: pg.ClientConfig;
  readonly owned?: boolean;
  readonly fatal?: string;
  readonly failed?: string;
  readonly code?: string;
  readonly stopped?: boolean;
  readonly interrupted?: boolean;
}

export interface Opener {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly events: Event[];
  /** The first event with this key, seen or to come; fails when the process ends without it. */
  event(key: keyof Event): Promise<Event>;
  saw(key: keyof Event): boolean;
  ready(): Promise<{ connection: pg.ClientConfig; owned: boolean }>;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export interface OpenOptions {
  readonly mode?: 'serve' | 'join';
  readonly machine?: Partial<Machine>;
  readonly ids?: { uid: number; gid: number };
  readonly script?: string;
}

const opened = new Set<Opener>();
const directories: string[] = [];

/** Opens the embedded server of a directory in a Node process of its own. */
export function open(dataDir: string, options: OpenOptions = {}): Opener {
  const { mode = 'serve', machine = {}, ids, script = SCRIPT } = options;
  const child = spawn(process.execPath, [script, JSON.stringify({ machine, dataDir, mode })], {
    ...ids,
    // A process group of its own, as a shell makes for a command.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin?.on('error', () => {});
  const events: Event[] = [];
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let closed = false;
  ended.then(() => {
    closed = true;
  });
  createInterface({ input: child.stdout! }).on('line', (line) => events.push(JSON.parse(line) as Event));
  const opener: Opener = {
    child,
    pid: child.pid!,
    events,
    saw: (key) => events.some((event) => key in event),
    async event(key) {
      for (;;) {
        const over = closed;
        const found = events.find((event) => key in event);
        if (found) return found;
        if (over) throw new Error(`Ended without "${key}": ${JSON.stringify(events)}`);
        await sleep(10);
      }
    },
    async ready() {
      const event = await opener.event('ready');
      return { connection: event.ready!, owned: event.owned! };
    },
    async stop() {
      child.stdin?.write('\n');
      await opener.event('stopped');
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  opened.add(opener);
  ended.then(() => opened.delete(opener));
  return opener;
}

/** A directory that every user can pass through. */
export function temporaryDir(parent = tmpdir()): string {
  const dir = mkdtempSync(join(parent, 'debrief-test-'));
  chmodSync(dir, 0o711);
  directories.push(dir);
  return dir;
}

/** One in memory, if there is room: a killed process loses nothing that reached the kernel, so no disk is needed. */
export function memoryDir(): string {
  return temporaryDir(inMemory);
}

const inMemory = ((): string => {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > 2 ** 30 ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
})();

/** For afterEach: ends what a failed test left running, then removes its files. */
export async function cleanUp(): Promise<void> {
  for (const opener of [...opened]) await opener.kill();
  for (const dir of directories.splice(0)) {
    await gone(dir).catch(() => {});
    removeSocketDir(dir);
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** What a killed server leaves for the next start to remove. */
function removeSocketDir(dataDir: string): void {
  try {
    const state = JSON.parse(readFileSync(join(dataDir, 'postgres/server.json'), 'utf8')) as { socketDir: string };
    rmSync(state.socketDir, { recursive: true, force: true });
  } catch {
    // It was stopped in good order.
  }
}

export async function query(connection: pg.ClientConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end().catch(() => {});
  }
}

/** Processes that name a directory on their command line or stand in it; zombies do neither. */
export function processesOf(dir: string): { pid: number; args: string[] }[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((entry) => {
      try {
        const args = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
        const named = args.some((arg) => arg.includes(dir));
        return named || readlinkSync(`/proc/${entry}/cwd`).startsWith(dir) ? [{ pid: Number(entry), args }] : [];
      } catch {
        return [];
      }
    });
}

/** Live processes of a process group. */
export function processesInGroup(group: number): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    try {
      const stat = readFileSync(`/proc/${Number(entry)}/stat`, 'utf8');
      const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(itsGroup) === group && state !== 'Z' ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}

/** The server process of a data directory, not a backend of it. */
export function serverPid(dir: string): number {
  const found = processesOf(dir).find(({ args }) => args[0]?.endsWith('/bin/postgres') && args.includes('-D'));
  if (!found) throw new Error(`No server runs in ${dir}`);
  return found.pid;
}

/** Waits until nothing runs for a directory any more. */
export async function gone(dir: string, timeoutMs = 8_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const left = processesOf(dir);
    if (left.length === 0) return;
    if (Date.now() > end) throw new Error(`Still running: ${left.map(({ args }) => args.join(' ')).join('; ')}`);
    await sleep(25);
  }
}
