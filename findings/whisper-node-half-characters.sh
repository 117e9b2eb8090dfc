#!/bin/sh
# @fugood/whisper.node 1.1.3, with @fugood/node-whisper-linux-x64 1.1.3
#
# Words with times are had by `tokenTimestamps: true, maxLen: 1`, which makes a segment of each token. Whisper's tokens are
# bytes, and a character outside of ASCII may be of several: then each segment has a part of a character, and its text is
# U+FFFD alone. The bytes are gone: putting the segments together does not give the text. The same sound without `maxLen`
# has the text. The model here has random weights, and tokens that each end one "ä" and begin the next.
#
# Seen: a segment a token: 0 of 12 characters are ä
#       whole segments: 8 of 10 characters are ä
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --omit=optional @fugood/whisper.node@1.1.3 @fugood/node-whisper-linux-x64@1.1.3
cat >see.cjs <<'PROGRAM'
const { writeFileSync } = require('node:fs');
const { initWhisper } = require('@fugood/whisper.node');
// The smallest model that is taken for "tiny.en": header, mel filters, vocabulary, tensors.
const [vocabulary, audio, state, text, layers, mels, fft, texts] = [51864, 1500, 32, 32, 4, 80, 201, 50257];
let seed = 12345;
const weight = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5) * 1.2;
const parts = [Buffer.from('lmgg')];
const integers = (...values) => parts.push(Buffer.from(Int32Array.from(values).buffer));
const floats = (length, value) => parts.push(Buffer.from(Float32Array.from({ length }, value).buffer));
integers(vocabulary, audio, state, 1, layers, text, state, 1, layers, mels, 0, mels, fft);
floats(mels * fft, () => Math.abs(weight()) / fft);
integers(texts);
for (let i = 0; i < texts; i++) {
  // The engine needs a blank.
  const token = i === 0 ? Buffer.from(' ') : Buffer.from([0xa4, 0xc3]);
  integers(token.length);
  parts.push(token);
}
const tensor = (name, shape, value) => {
  integers(shape.length, name.length, 0, ...shape);
  parts.push(Buffer.from(name));
  floats(shape.reduce((product, length) => product * length), value);
};
const bias = (name, length) => tensor(name, [length], () => 0);
const norm = (name) => {
  tensor(`${name}.weight`, [state], () => 1);
  bias(`${name}.bias`, state);
};
const side = (name, attentions) => {
  for (let i = 0; i < layers; i++) {
    const layer = `${name}.blocks.${i}`;
    norm(`${layer}.mlp_ln`);
    tensor(`${layer}.mlp.0.weight`, [state, 4 * state], weight);
    bias(`${layer}.mlp.0.bias`, 4 * state);
    tensor(`${layer}.mlp.2.weight`, [4 * state, state], weight);
    bias(`${layer}.mlp.2.bias`, state);
    for (const attention of attentions) {
      norm(`${layer}.${attention}_ln`);
      for (const part of ['query', 'key', 'value', 'out']) {
        tensor(`${layer}.${attention}.${part}.weight`, [state, state], weight);
        if (part !== 'key') bias(`${layer}.${attention}.${part}.bias`, state);
      }
    }
  }
};
tensor('encoder.positional_embedding', [state, audio], weight);
tensor('encoder.conv1.weight', [3, mels, state], weight);
tensor('encoder.conv1.bias', [1, state], () => 0);
tensor('encoder.conv2.weight', [3, state, state], weight);
tensor('encoder.conv2.bias', [1, state], () => 0);
norm('encoder.ln_post');
side('encoder', ['attn']);
tensor('decoder.positional_embedding', [state, text], weight);
tensor('decoder.token_embedding.weight', [state, vocabulary], weight);
norm('decoder.ln');
side('decoder', ['attn', 'cross_attn']);
writeFileSync('model.bin', Buffer.concat(parts));
// The engine's promise may never settle: that is no success.
process.exitCode = 1;
(async () => {
  const context = await initWhisper({ filePath: 'model.bin', useGpu: false });
  const sound = Int16Array.from({ length: 9 * 16000 }, (_, i) => 8000 * Math.sin(i / (10 + (i >> 14))));
  const count = async (name, options) => {
    const given = { language: 'en', ...options };
    const { segments } = await context.transcribeData(sound.buffer, given).promise;
    const all = segments.map((segment) => segment.text).join('');
    const whole = [...all].filter((character) => character === 'ä').length;
    console.log(`${name}: ${whole} of ${[...all].length} characters are ä`);
    return whole;
  };
  const byToken = await count('a segment a token', { tokenTimestamps: true, maxLen: 1 });
  const together = await count('whole segments', {});
  process.exit(byToken === 0 && together > 0 ? 0 : 1);
})();
PROGRAM
node see.cjs 2>/dev/null
