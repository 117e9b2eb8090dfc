import { expect, test } from 'vitest';
import { createPocketsphinx } from '#debrief/adapters/speech/pocketsphinx.js';
import { recall } from '../support/spoken-dialogue.js';
import { itConforms } from './speech-conformance.js';

itConforms({
  engine: 'pocketsphinx',
  recognizer: () => createPocketsphinx({ environment: process.env }),
  broken: () => createPocketsphinx({ environment: { PATH: '/nowhere' } }),
  complaint: /pocketsphinx_continuous was not found/,
  examine({ channels }, { lines }) {
    for (const [number, { words }] of channels.entries()) {
      const said = lines.filter(({ channel }) => channel === number);
      const recognized = words.map(({ text }) => text);
      expect(recall(said.map(({ text }) => text).join(' '), recognized), recognized.join(' ')).toBeGreaterThanOrEqual(
        0.75,
      );
      // Words are where the script has them.
      for (const { text, start, end } of words) {
        const isInLine = said.some((line) => start! > line.start - 0.3 && end! < line.end + 0.3);
        expect(isInLine, `${text} ${start} ${end}`).toBe(true);
        expect(text).toMatch(/^[a-z.']+$/);
      }
    }
  },
});

test('it refuses languages that it does not know', async () => {
  const { recognize } = createPocketsphinx({ environment: process.env });
  const request = { channels: [{ path: '/tmp/call.wav' }], durationSeconds: 1, names: [], folder: '/tmp' };
  const signal = new AbortController().signal;
  await expect(recognize({ ...request, language: 'de', signal, onProgress: () => {} })).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/English alone, and the call’s language is de; set SPEECH/),
  });
});
