#!/bin/sh
# sherpa-onnx-node 1.13.8, with silero_vad_v6.onnx of @ricky0123/vad-web 0.0.31
#
# `Vad.acceptWaveform(samples)` takes any number of samples. Given in one call, speech is lost without a word: the detector
# finds its stretches of speech only as fast as calls come, so what a program hears depends on how it cuts its file. Calls
# of 512 samples, the model's window, find all four vowel runs of this sound; half a second a call moves their ends by
# half a second and more; one call for all finds a sixth of a second at the end.
#
# Seen (seconds):
#   512 samples a call: 1.24-2.47 3.99-5.48 7.00-8.45 10.74-11.43
#   8000 samples a call: 1.30-3.24 4.31-6.25 7.32-9.22 10.80-11.97
#   all in one call: 11.80-11.97
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm pkg set overrides.onnxruntime-web=npm:empty-npm-package@1.0.0 >/dev/null
npm install --silent --no-audit --no-fund sherpa-onnx-node@1.13.8 @ricky0123/vad-web@0.0.31
cat >see.cjs <<'PROGRAM'
const { Vad } = require('sherpa-onnx-node');
const RATE = 16000;
// Twelve seconds with a vowel, in six syllables, in each third second: pulses through three resonances.
const resonances = [[700, 80], [1200, 90], [2600, 120]].map(([hertz, width]) => {
  const radius = Math.exp((-Math.PI * width) / RATE);
  return { a: 2 * radius * Math.cos((2 * Math.PI * hertz) / RATE), b: -radius * radius, last: 0, before: 0 };
});
let phase = 0;
const sound = Float32Array.from({ length: 12 * RATE }, (_, i) => {
  const second = (i / RATE) % 3;
  const loudness = second >= 1 && second < 2.5 ? Math.max(0, Math.sin(2 * Math.PI * 4 * second)) : 0;
  phase += (120 + 15 * Math.sin((2 * Math.PI * 0.7 * i) / RATE)) / RATE;
  let x = phase >= 1 ? 1 : 0;
  phase %= 1;
  for (const each of resonances) {
    const y = x + each.a * each.last + each.b * each.before;
    each.before = each.last;
    each.last = y;
    x = y * 0.05;
  }
  return Math.max(-1, Math.min(1, x * loudness * 400));
});
function spans(samplesACall) {
  const sileroVad = {
    model: require.resolve('@ricky0123/vad-web/dist/silero_vad_v6.onnx'),
    threshold: 0.5, minSilenceDuration: 0.25, minSpeechDuration: 0.1, windowSize: 512, maxSpeechDuration: 20,
  };
  const vad = new Vad({ sileroVad, sampleRate: RATE, numThreads: 1 }, 60);
  const found = [];
  const take = () => {
    for (; !vad.isEmpty(); vad.pop()) {
      const { start, samples } = vad.front(false);
      found.push([start / RATE, (start + samples.length) / RATE]);
    }
  };
  for (let at = 0; at < sound.length; at += samplesACall) {
    vad.acceptWaveform(sound.subarray(at, at + samplesACall));
    take();
  }
  vad.flush();
  take();
  return found;
}
const show = (found) => found.map(([from, to]) => `${from.toFixed(2)}-${to.toFixed(2)}`).join(' ');
const [windows, halves, once] = [512, 8000, sound.length].map(spans);
console.log(`512 samples a call: ${show(windows)}\n8000 samples a call: ${show(halves)}\nall in one call: ${show(once)}`);
const seconds = (found) => found.reduce((sum, [from, to]) => sum + to - from, 0);
process.exit(windows.length === 4 && seconds(once) < seconds(windows) / 10 ? 0 : 1);
PROGRAM
node see.cjs
