import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { writeMeaninglessOnnx } from '../support/meaningless-onnx.js';
import { writeMeaninglessWhisper } from '../support/meaningless-whisper.js';
import { peakMegabytes } from '../support/process-memory.js';
import { SALES_CALL, speak, writeWav } from '../support/spoken-dialogue.js';
import { useFolders } from './media-suite.js';

const folders = useFolders();
let folder: string;
/** The samples of a channel in which somebody speaks. */
let samples: Buffer;
beforeAll(async () => {
  folder = folders.fresh();
  const { paths } = await speak(SALES_CALL, join(folder, 'dialogue'));
  samples = (await readFile(paths[0])).subarray(44);
});

/** The most memory that a child had while it worked on so many copies of a channel, in MB. */
async function peakOf(engine: string, model: string, copies: number): Promise<number> {
  const path = await writeWav(join(folder, `long-${copies}.wav`), Buffer.concat(Array(copies).fill(samples)));
  const task = JSON.stringify({ engine, model, channels: [path], language: 'en', names: [] });
  const child = spawn(process.execPath, ['dist/adapters/speech/native-child.js', task], { stdio: 'ignore' });
  let isRunning = true;
  const ended = once(child, 'exit').finally(() => {
    isRunning = false;
  });
  let peak = 0;
  while (isRunning) {
    // It may end just now.
    peak = Math.max(peak, await peakMegabytes(child.pid!).catch(() => 0));
    await delay(50);
  }
  expect(await ended).toEqual([0, null]);
  return peak;
}

test.each([
  ['whisper', 2, 6],
  ['sherpa-onnx', 2, 60],
])('the memory of %s does not grow with the recording', async (engine, few, many) => {
  const model =
    engine === 'whisper'
      ? await writeMeaninglessWhisper(join(folder, 'model.bin'))
      : await writeMeaninglessOnnx(join(folder, 'model'));
  const short = await peakOf(engine, model, few);
  const long = await peakOf(engine, model, many);
  console.log(`${engine}: ${short.toFixed(0)} MB for ${few} copies, ${long.toFixed(0)} MB for ${many}`);
  expect(long - short).toBeLessThan(40);
});
