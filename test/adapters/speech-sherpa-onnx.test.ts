import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSherpaFolder } from '#debrief/adapters/speech/sherpa-folder.js';
import { createSherpaOnnx } from '#debrief/adapters/speech/sherpa-onnx.js';
import { onnxFile, writeMeaninglessOnnx } from '../support/meaningless-onnx.js';
import { itConforms } from './speech-conformance.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'debrief-sherpa-'));
  await writeMeaninglessOnnx(join(folder, 'model'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

itConforms({
  engine: 'sherpa-onnx',
  recognizer: () => createSherpaOnnx(join(folder, 'model'), process.env),
  broken: () => createSherpaOnnx(join(folder, 'missing'), process.env),
  complaint: /SPEECH_MODEL \(.*missing\) cannot be read \(ENOENT\); it takes a folder/,
  examine({ engine, channels }, { lines }) {
    expect(engine).toBe('sherpa-onnx model');
    for (const [number, { segments, words }] of channels.entries()) {
      // Speech is found where the script has it: none is lost, and its start is in.
      const said = lines.filter(({ channel }) => channel === number);
      expect(segments).toHaveLength(said.length);
      for (const [i, line] of said.entries()) {
        expect(segments[i]!.start).toBeGreaterThan(line.start - 0.5);
        expect(segments[i]!.start).toBeLessThan(line.start + 0.1);
        expect(Math.abs(segments[i]!.end - line.end)).toBeLessThan(0.5);
      }
      expect(words.length).toBeGreaterThan(5);
      for (const { text, start, segment } of words) {
        // Its tokens are parts of words.
        expect(text).toMatch(/^(hel|good|morn|yes|lo|ing)(lo|ing)*$/);
        expect(start! >= segments[segment!]!.start && start! <= segments[segment!]!.end).toBe(true);
      }
    }
  },
});

/** Makes a folder with such files: metadata of an ONNX file, or other bytes. */
async function modelFolder(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const path = await mkdtemp(join(folder, 'other-'));
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'tokens.txt'), 'a 0\n');
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(path, name), typeof content === 'string' ? onnxFile({ model_type: content }) : content);
  }
  return path;
}

test.each([
  [
    'a transducer',
    { 'encoder-epoch-99.onnx': 'zipformer2', 'decoder-epoch-99.onnx': '', 'joiner-epoch-99.onnx': '' },
    {
      transducer: {
        encoder: 'encoder-epoch-99.onnx',
        decoder: 'decoder-epoch-99.onnx',
        joiner: 'joiner-epoch-99.onnx',
      },
      modelType: '',
    },
  ],
  [
    'a transducer of NeMo',
    { 'encoder.int8.onnx': 'EncDecRNNTBPEModel', 'decoder.int8.onnx': '', 'joiner.int8.onnx': '' },
    { modelType: 'nemo_transducer' },
  ],
  [
    'Whisper',
    { 'tiny-encoder.onnx': 'whisper-tiny', 'tiny-decoder.onnx': '', 'tiny-encoder.int8.onnx': 'whisper-tiny' },
    {
      whisper: { encoder: 'tiny-encoder.int8.onnx', decoder: 'tiny-decoder.onnx', language: 'de', task: 'transcribe' },
    },
  ],
  [
    'Canary',
    { 'encoder.onnx': 'EncDecMultiTaskModel', 'decoder.onnx': '' },
    { canary: { encoder: 'encoder.onnx', decoder: 'decoder.onnx', srcLang: 'de', tgtLang: 'de', usePnc: 1 } },
  ],
  [
    'Moonshine',
    { 'preprocess.onnx': '', 'encode.int8.onnx': '', 'uncached_decode.int8.onnx': '', 'cached_decode.int8.onnx': '' },
    {
      moonshine: {
        preprocessor: 'preprocess.onnx',
        encoder: 'encode.int8.onnx',
        uncachedDecoder: 'uncached_decode.int8.onnx',
        cachedDecoder: 'cached_decode.int8.onnx',
      },
    },
  ],
  [
    'Paraformer',
    { 'model.int8.onnx': 'paraformer', 'model.onnx': 'paraformer' },
    { paraformer: { model: 'model.int8.onnx' } },
  ],
  [
    'SenseVoice',
    { 'model.onnx': 'sense_voice_ctc' },
    { senseVoice: { model: 'model.onnx', language: 'de', useInverseTextNormalization: 1 } },
  ],
  ['a CTC model of NeMo', { 'model.onnx': 'EncDecHybridRNNTCTCBPEModel' }, { nemoCtc: { model: 'model.onnx' } }],
  ['a Zipformer with CTC', { 'model.onnx': 'zipformer2_ctc' }, { zipformerCtc: { model: 'model.onnx' } }],
])('%s is told by its files', async (_, files, expected) => {
  const path = await modelFolder(files as Record<string, string>);
  const found = await readSherpaFolder(path, 'de');
  expect(JSON.parse(JSON.stringify(found).replaceAll(`${path}/`, ''))).toMatchObject({
    tokens: 'tokens.txt',
    ...expected,
  });
});

test('what native code would end the process on is said before', async () => {
  const whole = await readFile(join(folder, 'model', 'model.onnx'));
  const problem = async (files: Readonly<Record<string, string | Buffer>>) =>
    createSherpaOnnx(await modelFolder(files), process.env)
      .check()
      .then(
        () => null,
        ({ code, message }) => `${code} ${message}`,
      );
  expect(await problem({ 'model.onnx': Buffer.from('<html>Not found</html>') })).toMatch(
    /model\.onnx, which is no ONNX model/,
  );
  expect(await problem({ 'model.onnx': whole.subarray(0, 2000) })).toMatch(/which is no ONNX model or is cut short/);
  expect(await problem({ 'model.onnx': Buffer.alloc(0) })).toMatch(/which is no ONNX model/);
  expect(await problem({ 'model.onnx': 'spectrogram' })).toMatch(/a model of an unknown kind \("spectrogram"\)/);
  expect(await problem({})).toMatch(
    /^unavailable .* has no \.onnx file; it takes a folder with a model of sherpa-onnx/,
  );
  expect(await problem({ 'preprocess.onnx': '' })).toMatch(/lacks files of a Moonshine model/);
  const noTokens = await modelFolder({ 'model.onnx': 'paraformer' });
  await rm(join(noTokens, 'tokens.txt'));
  await expect(createSherpaOnnx(noTokens, process.env).check()).rejects.toThrow(/has no tokens\.txt/);
});
