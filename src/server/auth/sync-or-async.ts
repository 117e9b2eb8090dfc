/** Goes on with what may have to be waited for: at once where it is there, because each promise costs a small request some of its time. */
export function atOnce<T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
