// A speech engine for tests: each stretch of sound is a word, named by its pitch. Takes the path of a WAV file of 16 kHz,
// mono, 16 bits, and prints JSON as SPEECH_COMMAND's programs do.
import { readFileSync } from 'node:fs';

const RATE = 16_000;
const WINDOW = 160;
const LOUD = 1_000;
/** Windows of silence that end a stretch. */
const GAP = 8;

const wav = readFileSync(process.argv.at(-1));
const data = wav.indexOf('data') + 8;
const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + data, wav.byteOffset + wav.length - (wav.length % 2)));
const words = [];
let from = -1;
let quiet = 0;
const windows = Math.floor(samples.length / WINDOW);
for (let w = 0; w <= windows; w++) {
  const part = samples.subarray(w * WINDOW, (w + 1) * WINDOW);
  const isLoud = w < windows && part.some((sample) => Math.abs(sample) > LOUD);
  if (isLoud) {
    if (from < 0) from = w;
    quiet = 0;
  } else if (from >= 0 && (++quiet >= GAP || w === windows)) {
    words.push(wordOf(from, w - quiet + 1));
    from = -1;
    quiet = 0;
  }
}

function wordOf(first, last) {
  const part = samples.subarray(first * WINDOW, last * WINDOW);
  let crossings = 0;
  for (let i = 1; i < part.length; i++) if (part[i - 1] < 0 && part[i] >= 0) crossings += 1;
  const seconds = part.length / RATE;
  // To the nearest twenty, which codecs do not move.
  const pitch = Math.round(crossings / seconds / 20) * 20;
  return { word: `tone${pitch}`, start: (first * WINDOW) / RATE, end: (last * WINDOW) / RATE };
}

console.log(JSON.stringify({ words }));
