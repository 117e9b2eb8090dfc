import { expect, test } from 'vitest';
import { languageCode } from './language-code.js';

test.each([
  ['en', 'en'],
  ['en_US', 'en'],
  ['EN-us', 'en'],
  ['eng', 'en'],
  [' english ', 'en'],
  ['Chinese', 'zh'],
  ['iw-IL', 'he'],
  ['jw', 'jv'],
  ['Hebrew', 'he'],
  ['Indonesian', 'id'],
  ['romanian', 'ro'],
  ['auto-detected', null],
  ['', null],
  [null, null],
])('%s is %s', (written, code) => {
  expect(languageCode(written)).toBe(code);
});
