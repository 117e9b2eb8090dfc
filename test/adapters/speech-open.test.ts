import { expect, test } from 'vitest';
import { openRecognizer } from '#debrief/adapters/speech/open-recognizer.js';
import { type Config, readConfig } from '#debrief/config.js';

const open = (settings: Partial<Config>) => openRecognizer({ ...readConfig(), ...settings });

test('by default, there is no engine', () => {
  expect(open({})).toBeNull();
});

test.each<[Partial<Config>, string, RegExp | null]>([
  [{ SPEECH: 'openai' }, 'openai whisper-1', /to https:\/\/api\.openai\.com\/v1$/],
  [{ SPEECH: 'openai', SPEECH_MODEL: 'large-v3', SPEECH_URL: 'http://gpu:8000/v1' }, 'openai large-v3', /http:\/\/gpu/],
  [{ SPEECH: 'command', SPEECH_COMMAND: '/opt/transcribe --fast' }, 'command /opt/transcribe', /cannot tell/],
  [{ SPEECH: 'whisper', SPEECH_MODEL: '/opt/ggml-base.bin' }, 'whisper ggml-base.bin', null],
  [{ SPEECH: 'sherpa-onnx', SPEECH_MODEL: '/opt/parakeet' }, 'sherpa-onnx parakeet', null],
  [{ SPEECH: 'pocketsphinx' }, 'pocketsphinx', null],
])('%o opens %s', (settings, name, sends) => {
  const recognizer = open(settings)!;
  expect(recognizer.name).toBe(name);
  if (sends === null) expect(recognizer.sends).toBeNull();
  else expect(recognizer.sends).toMatch(sends);
});

test('a setting that the engine needs is named', () => {
  expect(() => open({ SPEECH: 'command' })).toThrow(/^SPEECH_COMMAND is not set/);
  expect(() => open({ SPEECH: 'whisper' })).toThrow(/^SPEECH_MODEL is not set/);
  expect(() => open({ SPEECH: 'sherpa-onnx' })).toThrow(/^SPEECH_MODEL is not set/);
});
