/**
 * Calls `next` with a value that may be a promise. A value that is there already is passed on at once, without a promise:
 * each promise costs a small request some of its time.
 */
export function chain<T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
