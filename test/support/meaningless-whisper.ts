import { writeFile } from 'node:fs/promises';

// A model of Whisper in the ggml form whose weights mean nothing: the real engine loads it, takes its time and returns
// words of the real shape. It is the smallest that whisper.cpp takes for "tiny.en".

const VOCABULARY = 51_864;
/** Tokens of the vocabulary that are text; the engine adds the others. */
const TEXTS = 50_257;
const AUDIO_CONTEXT = 1500;
/** Whisper’s own is 448: a short one makes short answers. */
const TEXT_CONTEXT = 32;
const STATE = 32;
const LAYERS = 4;
const MELS = 80;
const FFT = 201;

/** Writes the model, of 9 MB, and returns its path. */
export async function writeMeaninglessWhisper(path: string): Promise<string> {
  const parts: Buffer[] = [Buffer.from('lmgg', 'latin1')];
  const integers = (...values: number[]) => parts.push(Buffer.from(Int32Array.from(values).buffer));
  integers(VOCABULARY, AUDIO_CONTEXT, STATE, 1, LAYERS, TEXT_CONTEXT, STATE, 1, LAYERS, MELS, 0);
  const random = randomNumbers();
  integers(MELS, FFT);
  parts.push(Buffer.from(Float32Array.from({ length: MELS * FFT }, () => Math.abs(random()) / FFT).buffer));
  integers(TEXTS);
  for (let i = 0; i < TEXTS; i++) {
    // All characters, so that any prompt can be written in tokens; of the others, two of three start a word.
    const text = Buffer.from(i < 95 ? String.fromCharCode(32 + i) : i % 3 === 2 ? `n${i % 100}` : ` w${i % 1000}`);
    integers(text.length);
    parts.push(text);
  }
  const tensor = (name: string, shape: number[], value: () => number) => {
    integers(shape.length, name.length, 0, ...shape);
    parts.push(Buffer.from(name, 'latin1'));
    const count = shape.reduce((product, length) => product * length, 1);
    parts.push(Buffer.from(Float32Array.from({ length: count }, value).buffer));
  };
  const weight = () => random() * 1.2;
  const zero = () => 0;
  const one = () => 1;
  const norm = (name: string) => {
    tensor(`${name}.weight`, [STATE], one);
    tensor(`${name}.bias`, [STATE], zero);
  };
  const layers = (side: string, attentions: readonly string[]) => {
    for (let i = 0; i < LAYERS; i++) {
      const layer = `${side}.blocks.${i}`;
      norm(`${layer}.mlp_ln`);
      tensor(`${layer}.mlp.0.weight`, [STATE, 4 * STATE], weight);
      tensor(`${layer}.mlp.0.bias`, [4 * STATE], zero);
      tensor(`${layer}.mlp.2.weight`, [4 * STATE, STATE], weight);
      tensor(`${layer}.mlp.2.bias`, [STATE], zero);
      for (const attention of attentions) {
        norm(`${layer}.${attention}_ln`);
        for (const part of ['query', 'key', 'value', 'out']) {
          tensor(`${layer}.${attention}.${part}.weight`, [STATE, STATE], weight);
          if (part !== 'key') tensor(`${layer}.${attention}.${part}.bias`, [STATE], zero);
        }
      }
    }
  };
  tensor('encoder.positional_embedding', [STATE, AUDIO_CONTEXT], weight);
  tensor('encoder.conv1.weight', [3, MELS, STATE], weight);
  tensor('encoder.conv1.bias', [1, STATE], zero);
  tensor('encoder.conv2.weight', [3, STATE, STATE], weight);
  tensor('encoder.conv2.bias', [1, STATE], zero);
  norm('encoder.ln_post');
  layers('encoder', ['attn']);
  tensor('decoder.positional_embedding', [STATE, TEXT_CONTEXT], weight);
  tensor('decoder.token_embedding.weight', [STATE, VOCABULARY], weight);
  norm('decoder.ln');
  layers('decoder', ['attn', 'cross_attn']);
  await writeFile(path, Buffer.concat(parts));
  return path;
}

/** Numbers from -0.5 to 0.5, always the same: a linear congruential generator. */
export function randomNumbers(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}
