import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors.js';
import { readOnnxMetadata } from './onnx-metadata.js';

/** The part of sherpa-onnx's configuration that says which model it is. */
export type SherpaModel = Readonly<Record<string, unknown>> & { readonly tokens: string };

/** The `model_type` in a file's metadata → the configuration of a model that is one file. */
const SINGLE: readonly (readonly [RegExp, string])[] = [
  [/^paraformer/, 'paraformer'],
  [/^sense_voice/, 'senseVoice'],
  [/^zipformer2_ctc/, 'zipformerCtc'],
  [/^wenet_ctc/, 'wenetCtc'],
  [/^EncDec.*CTC/, 'nemoCtc'],
  [/^dolphin/, 'dolphin'],
];

/**
 * Finds out which model a folder has, by the names of its files as sherpa-onnx's models have them, and what the files
 * say of themselves. `language` is a code in ISO 639.
 * @throws AppError `unavailable` if files are missing, are not ONNX, or are of a kind that is not known. Native code
 *   ends the process on those.
 */
export async function readSherpaFolder(folder: string, language: string | null): Promise<SherpaModel> {
  const problem = (what: string) => {
    const fix = 'it takes a folder with a model of sherpa-onnx and its tokens.txt';
    return new AppError('unavailable', `SPEECH_MODEL (${folder}) ${what}; ${fix}`);
  };
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw problem(`cannot be read (${error.code})`);
  });
  const onnx = names.filter((name) => name.endsWith('.onnx')).sort();
  /** The path of a file of this kind: the small form if there are two, since it is faster and as good. */
  const find = (...kinds: string[]) => {
    const found = onnx.filter((name) => kinds.some((kind) => name.includes(kind)));
    const name = found.find((each) => each.includes('.int8.')) ?? found[0];
    return name === undefined ? undefined : join(folder, name);
  };
  const typeOf = async (path: string) => {
    const metadata = await readOnnxMetadata(path);
    if (metadata === null) throw problem(`has ${path}, which is no ONNX model or is cut short`);
    return metadata.get('model_type') ?? '';
  };

  const tokens = names.find((name) => name.endsWith('tokens.txt'));
  if (tokens === undefined) throw problem('has no tokens.txt');
  const base = { tokens: join(folder, tokens) };

  const preprocessor = find('preprocess');
  if (preprocessor !== undefined) {
    const moonshine = {
      preprocessor,
      encoder: find('encode.', 'encode-'),
      uncachedDecoder: find('uncached_decode'),
      cachedDecoder: onnx.filter((name) => /(^|[^n])cached_decode/.test(name)).map((name) => join(folder, name))[0],
    };
    if (Object.values(moonshine).includes(undefined)) throw problem('lacks files of a Moonshine model');
    for (const path of Object.values(moonshine)) await typeOf(path!);
    return { ...base, moonshine };
  }
  const encoder = find('encoder');
  const decoder = find('decoder');
  const joiner = find('joiner');
  if (encoder !== undefined && decoder !== undefined) {
    const type = await typeOf(encoder);
    await typeOf(decoder);
    if (joiner !== undefined) {
      await typeOf(joiner);
      return {
        ...base,
        transducer: { encoder, decoder, joiner },
        modelType: type.startsWith('EncDec') ? 'nemo_transducer' : '',
      };
    }
    if (type.startsWith('whisper'))
      return { ...base, whisper: { encoder, decoder, language: language ?? '', task: 'transcribe' } };
    if (type === 'EncDecMultiTaskModel') {
      return { ...base, canary: { encoder, decoder, srcLang: language ?? 'en', tgtLang: language ?? 'en', usePnc: 1 } };
    }
    throw problem(`has a model of an unknown kind ("${type}")`);
  }
  const model = find('');
  if (model === undefined) throw problem('has no .onnx file');
  const type = await typeOf(model);
  const [, kind] = SINGLE.find(([pattern]) => pattern.test(type)) ?? [];
  if (kind === undefined) throw problem(`has a model of an unknown kind ("${type}")`);
  const more = kind === 'senseVoice' ? { language: language ?? 'auto', useInverseTextNormalization: 1 } : {};
  return { ...base, [kind]: { model, ...more } };
}
