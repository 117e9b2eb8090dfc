import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../adapters/storage/open-store.js';
import { systemClock } from '../clock.js';
import type { Db, Scope } from '../db/database.js';
import { selectSteps } from '../db/processing-steps.js';
import { AppError } from '../errors.js';
import { countWorkers } from '../queue/worker-recovery.js';
import { readAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import type { Command } from './command.js';
import { intakeOf, isRefusal, recordingFlags } from './import-recordings.js';
import { toldToEnd } from './serve.js';
import { hasEngine } from './worker-parts.js';

/** How often the folder is looked at, in milliseconds. */
const LOOK_MS = 2_000;
/** A file is taken when it has been the same for so many looks: whoever writes it has finished. */
const STILL_LOOKS = 2;

interface Seen {
  readonly size: number;
  readonly mtimeMs: number;
  /** For how many looks it has been the same. */
  readonly still: number;
}

/** `debrief watch`. */
export const watch: Command = {
  name: 'watch',
  summary: 'Take recordings that are put into a folder, and move them to done/ or failed/, until stopped.',
  positionals: ['DIR'],
  flags: recordingFlags,
  examples: ["watch /srv/recordings --account ID --pattern '{callerSystemId}_{date}_{externalId}.wav'"],
  async run({ args, config, database, say }) {
    const told = toldToEnd();
    const dir = resolve(args.positionals[0]!);
    const isFolder = await stat(dir).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) throw new AppError('invalid', `${dir} is no folder that can be read.`);
    const { db, pool } = await database();
    const scope = { accountId: args.values.account! };
    const { timeZone } = await readAccount({ db }, scope);
    const how = intakeOf(args, timeZone);
    const { takeFile } = await import('../services/recordings/file-intake.js');
    const store = await openStore(config);
    const deps = { db, clock: systemClock, store, hasEngine: hasEngine(config) };
    const actor = commandActor(scope, timeZone);
    say(`Watching ${dir}. Put files in; they are moved to done/ or failed/.`);
    if ((await countWorkers(pool)) === 0)
      say('No worker runs: files are taken, and decoded once `debrief serve` runs.');
    let isTold = false;
    told.then(() => {
      isTold = true;
    });
    let seen = new Map<string, Seen>();
    /** Calls of files that were taken and are being decoded, by file name. */
    const taken = new Map<string, string>();
    const settle = async (name: string, reason: string | null) => {
      taken.delete(name);
      seen.delete(name);
      await putAway(dir, name, reason);
      say(reason === null ? `${name}: done` : `${name}: ${reason}`);
    };
    try {
      while (!isTold) {
        seen = await look(dir, seen);
        for (const [name, { still }] of seen) {
          if (isTold || still < STILL_LOOKS || taken.has(name)) continue;
          try {
            taken.set(name, (await takeFile(deps, actor, join(dir, name), how)).id);
          } catch (error) {
            if (!isRefusal(error)) throw error;
            await settle(name, error.message);
          }
        }
        for (const [name, callId] of taken) {
          const outcome = await decodingOf(db, scope, callId);
          if (outcome !== null) await settle(name, outcome.reason);
        }
        await Promise.race([sleep(LOOK_MS), told]);
      }
    } finally {
      await store.close();
    }
    return undefined;
  },
};

/** The files in the folder, with those that no longer change. */
async function look(dir: string, before: ReadonlyMap<string, Seen>): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    // It may be moved away at this moment.
    const found = await stat(join(dir, entry.name)).catch(() => null);
    if (found === null) continue;
    const { size, mtimeMs } = found;
    const known = before.get(entry.name);
    const isSame = known !== undefined && known.size === size && known.mtimeMs === mtimeMs;
    seen.set(entry.name, { size, mtimeMs, still: isSame ? known.still + 1 : 0 });
  }
  return seen;
}

/** How decoding a call's recording ended; null while it has not. */
async function decodingOf(db: Db, scope: Scope, callId: string): Promise<{ readonly reason: string | null } | null> {
  const step = (await selectSteps(db, scope, callId)).find((each) => each.step === 'decode');
  if (step === undefined) return { reason: 'its call was deleted' };
  if (step.state === 'done') return { reason: null };
  return step.state === 'failed' ? { reason: step.reason ?? 'decoding failed' } : null;
}

/** Moves a file to done/, or to failed/ beside a text with the reason. A name that is there already gets a number. */
async function putAway(dir: string, name: string, reason: string | null): Promise<void> {
  const folder = join(dir, reason === null ? 'done' : 'failed');
  await mkdir(folder, { recursive: true });
  const { name: stem, ext } = parse(name);
  const present = new Set(await readdir(folder));
  let free = name;
  for (let number = 2; present.has(free); number++) free = `${stem}-${number}${ext}`;
  await rename(join(dir, name), join(folder, free));
  if (reason !== null) await writeFile(join(folder, `${free}.txt`), `${reason}\n`);
}
