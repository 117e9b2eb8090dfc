import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scope } from '../../db/database.js';
import type { SilentCall } from '../../db/demo-company.js';
import { readFragment } from '../../db/fragments.js';
import { commandActor } from '../../services/actor.js';
import { speakersOf } from '../../services/analysis/speakers.js';
import { addRecording, type IntakeDeps } from '../../services/recordings/intake.js';
import { inflate } from '../../wire/fragment.js';
import type { TranscriptWord } from '../speech.js';
import type { CallToSpeak } from '../voice/spoken-call.js';

const PROGRAM = fileURLToPath(new URL('../voice/speak-call.js', import.meta.url));

/**
 * Gives calls of the demo company recordings, spoken from their transcripts with the account's own side on the left. Throws
 * the reason of `signal` if it aborts.
 */
export async function giveSound(
  deps: IntakeDeps,
  scope: Scope,
  calls: readonly SilentCall[],
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'debrief-demo-'));
  try {
    for (const [index, call] of calls.entries()) {
      const path = join(folder, `${index}.wav`);
      await speak(await toSpeak(deps, scope, call), path, signal);
      const leg = { leg: 1, startSeconds: 0, ours: 'left', transcribe: false, fileName: 'spoken.wav' } as const;
      const sent = { ...leg, replace: false };
      await addRecording(deps, commandActor(scope), call.callId, sent, createReadStream(path), signal);
      await rm(path);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function toSpeak({ db }: IntakeDeps, scope: Scope, call: SilentCall): Promise<CallToSpeak> {
  const { deflated, rawLength } = (await readFragment(db, scope, call.transcriptFragmentId))!;
  const words: TranscriptWord[] = JSON.parse((await inflate(deflated, rawLength)).toString('utf8'));
  const speakers = (await speakersOf(db, scope, call.callId))!;
  const ours = speakers.find(({ speakerType }) => speakerType === 'INTERNAL') ?? speakers[0]!;
  const other = speakers.find((speaker) => speaker !== ours)!;
  return {
    words,
    durationSeconds: call.durationSeconds,
    names: [ours.firstName ?? '', other.firstName ?? ''],
    numbers: [ours.speakerNumber, other.speakerNumber],
  };
}

async function speak(call: CallToSpeak, path: string, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, path], {
    signal,
    killSignal: 'SIGKILL',
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'close');
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(call));
  const [status] = await ended;
  signal.throwIfAborted();
  if (status !== 0) throw new Error(`The demo's voice ended with status ${status}.`);
}
