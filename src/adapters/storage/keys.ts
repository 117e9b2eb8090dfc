import { invalid } from '../../errors.js';

const KEY = /^[A-Za-z0-9_-]{1,100}\/[A-Za-z0-9_-]{4,100}$/;

/** Whether a text is the key of an object. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}

/**
 * Returns a key, which is safe as a path and in a URL.
 * @throws AppError `invalid` for anything else.
 */
export function soundKey(key: string): string {
  if (!isKey(key)) throw invalid('key', `is "${key}"`, 'a folder and a name of letters, digits, - and _: folder/name');
  return key;
}
