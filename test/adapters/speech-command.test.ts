import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCommandRecognizer } from '#debrief/adapters/speech/command.js';
import { itConforms } from './speech-conformance.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'debrief-command-'));
  // It leaves a process behind, as careless programs do.
  await program(
    'good',
    `[ -e "$2" ] || { echo "No such file: $2" >&2; exit 1; }
     sh -c 'sleep 60; :' left-behind "$2" &
     sleep 0.3
     if tail -c +45 "$2" | tr -d '\\000' | grep -q .; then
       echo '{"language": "english", "words": [{"word": "Hello,", "start": "0.5", "end": 0.9, "confidence": 0.5}]}'
     else echo '{"words": []}'; fi`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

const recognizer = (name: string, args = '') =>
  createCommandRecognizer({ command: `${join(folder, name)} ${args}`, environment: process.env });

itConforms({
  engine: 'command',
  recognizer: () => recognizer('good', '--fast'),
  broken: () => recognizer('missing'),
  complaint: /SPEECH_COMMAND \(.*missing\) was not found/,
  examine({ channels, engine, language }) {
    expect(engine).toBe(`command ${join(folder, 'good')}`);
    expect(language).toBe('en');
    const word = { text: 'Hello,', start: 0.5, end: 0.9, speaker: null, confidence: 0.5, segment: null };
    expect(channels[1]!.words).toEqual([word]);
  },
});

const request = () => ({
  channels: [{ path: '/tmp/a b.wav' }],
  durationSeconds: 2,
  language: 'de',
  names: ['Ann', 'Bob Lee'],
  folder,
  signal: new AbortController().signal,
  onProgress: () => {},
});

test('it gets the path as one argument, without a shell, and language and names in its environment', async () => {
  await program(
    'told',
    `printf '{"text": "%s|%s|%s|%s"}' "$#" "$3" "$CALL_LANGUAGE" "$(echo "$CALL_NAMES" | tr '\\n' ,)"`,
  );
  const { channels } = await recognizer('told', '$HOME ;').recognize(request());
  expect(channels[0]!.words.map(({ text }) => text).join(' ')).toBe('3|/tmp/a b.wav|de|Ann,Bob Lee,');
});

test.each([
  ['prints no JSON', 'echo Hello', 'unavailable', /printed something else than JSON/],
  ['prints other JSON', 'echo 7', 'unavailable', /answered something else than JSON with words, segments or text/],
  ['fails', 'echo first >&2; echo "no model" >&2; exit 3', 'unavailable', /failed with status 3: no model$/],
  ['is killed', 'kill -s SEGV $$', 'unavailable', /was ended by SIGSEGV/],
  [
    'says that the recording is at fault',
    'echo "too short" >&2; exit 65',
    'invalid',
    /failed with status 65: too short/,
  ],
  ['prints without end', 'yes 012345678901234567890123456789', 'unavailable', /wrote more than 64 MB/],
])('a program that %s is an error', async (_, script, code, message) => {
  await program('bad', script);
  const error = await recognizer('bad')
    .recognize(request())
    .then(
      () => null,
      (error: unknown) => error,
    );
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
});
