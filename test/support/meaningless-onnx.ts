import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomNumbers } from './meaningless-whisper.js';

// A model for sherpa-onnx in the form of NeMo's CTC models, whose weights mean nothing: each eighth frame of 80 features
// is multiplied by a matrix. Written by hand as protobuf: onnx.proto of https://github.com/onnx/onnx.

const FEATURES = 80;
const SUBSAMPLING = 8;
const TOKENS = ['▁hel', 'lo', '▁good', '▁morn', 'ing', '▁yes'];
const FLOAT = 1;
const INT64 = 7;

/** Writes a folder with the model and its tokens, and returns its path. */
export async function writeMeaninglessOnnx(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const vocabulary = TOKENS.length + 1;
  const random = randomNumbers();
  const weights = Float32Array.from({ length: FEATURES * vocabulary }, () => random());
  const graph = Buffer.concat([
    // (batch, features, frames) → (batch, frames, features) → every eighth frame → (batch, frames, tokens)
    node('Transpose', ['audio_signal'], 'frames', [integerList('perm', [0, 2, 1])]),
    node('Slice', ['frames', 'first', 'last', 'axis', 'step'], 'few', []),
    node('MatMul', ['few', 'weights'], 'scores', []),
    node('LogSoftmax', ['scores'], 'logprobs', [integer('axis', 2)]),
    text(2, 'meaningless'),
    constant('first', INT64, [1], integers64([0])),
    constant('last', INT64, [1], integers64([2 ** 31])),
    constant('axis', INT64, [1], integers64([1])),
    constant('step', INT64, [1], integers64([SUBSAMPLING])),
    constant('weights', FLOAT, [FEATURES, vocabulary], Buffer.from(weights.buffer)),
    value(11, 'audio_signal', FLOAT, ['batch', FEATURES, 'frames']),
    value(11, 'length', INT64, ['batch']),
    value(12, 'logprobs', FLOAT, ['batch', 'out', vocabulary]),
  ]);
  const metadata = {
    model_type: 'EncDecCTCModelBPE',
    vocab_size: String(TOKENS.length),
    subsampling_factor: String(SUBSAMPLING),
    normalize_type: 'per_feature',
  };
  await writeFile(join(folder, 'model.onnx'), onnxFile(metadata, graph));
  const lines = [...TOKENS, '<blk>'].map((token, id) => `${token} ${id}\n`);
  await writeFile(join(folder, 'tokens.txt'), lines.join(''));
  return folder;
}

/** An ONNX file with such metadata. */
export function onnxFile(metadata: Readonly<Record<string, string>>, graph: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([
    number(1, 8),
    message(7, graph),
    message(8, Buffer.concat([text(1, ''), number(2, 13)])),
    ...Object.entries(metadata).map(([key, each]) => message(14, Buffer.concat([text(1, key), text(2, each)]))),
  ]);
}

function varint(given: number): Buffer {
  const bytes: number[] = [];
  let rest = given;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

const number = (field: number, given: number) => Buffer.concat([varint(field * 8), varint(given)]);
const message = (field: number, body: Buffer) => Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
const text = (field: number, given: string) => message(field, Buffer.from(given));
const integers64 = (values: number[]) => Buffer.from(BigInt64Array.from(values, BigInt).buffer);

function node(operator: string, inputs: string[], output: string, attributes: Buffer[]): Buffer {
  const parts = [...inputs.map((name) => text(1, name)), text(2, output), text(3, output), text(4, operator)];
  return message(1, Buffer.concat([...parts, ...attributes.map((each) => message(5, each))]));
}

const integer = (name: string, given: number) => Buffer.concat([text(1, name), number(3, given), number(20, 2)]);
const integerList = (name: string, values: number[]) =>
  Buffer.concat([text(1, name), ...values.map((each) => number(8, each)), number(20, 7)]);

function constant(name: string, type: number, shape: number[], raw: Buffer): Buffer {
  const parts = [...shape.map((length) => number(1, length)), number(2, type), text(8, name), message(9, raw)];
  return message(5, Buffer.concat(parts));
}

function value(field: number, name: string, type: number, shape: (string | number)[]): Buffer {
  const lengths = shape.map((each) => message(1, typeof each === 'number' ? number(1, each) : text(2, each)));
  const tensor = Buffer.concat([number(1, type), message(2, Buffer.concat(lengths))]);
  return message(field, Buffer.concat([text(1, name), message(2, message(1, tensor))]));
}
