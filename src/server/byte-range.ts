import type { ByteRange } from '../adapters/storage/object-store.js';

const MAX_LENGTH = 100;

/**
 * Which bytes a `Range` asks for (RFC 9110 §14.1): one range, both ends inclusive; `none` if it has no byte of the
 * object. Null for the whole: that is the answer to what is not a range of bytes, and to several ranges at once, which
 * no player needs.
 */
export function readRange(header: string | undefined, sizeBytes: number): ByteRange | 'none' | null {
  const found = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header?.slice(0, MAX_LENGTH) ?? '');
  const [, first = '', last = ''] = found ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const suffix = Math.min(Number(last), sizeBytes);
    return suffix === 0 ? 'none' : { start: sizeBytes - suffix, end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  if (start >= sizeBytes) return 'none';
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}
