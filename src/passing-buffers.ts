import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Buffers are freed each time that so many bytes of them have been used, in all streams of the process together. */
const COLLECT_BYTES = 8 * 1024 ** 2;

let passed = 0;
let collect: ((how: { readonly type: 'minor' }) => void) | undefined;

/**
 * Called with the length of each buffer of a long stream, once it was used. V8 paces itself by objects, and hardly counts
 * the bytes of buffers outside its heap: they would pile up by tens of megabytes, and V8 would then go through its whole
 * heap to find them. Collecting the young ones takes about a millisecond.
 */
export function passBuffer(bytes: number): void {
  passed += bytes;
  if (passed < COLLECT_BYTES) return;
  passed = 0;
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as NonNullable<typeof collect>;
    setFlagsFromString('--no-expose-gc');
  }
  collect({ type: 'minor' });
}
