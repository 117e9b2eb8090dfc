import { executionAsyncResource } from 'node:async_hooks';

const kept: object[] = [];

/**
 * Keeps one of the objects that `process.nextTick` queues. When old space is collected while there is none, V8 forgets their
 * shape, takes the next ones for a second shape, and makes every later one by a call of its runtime: a fifteenth of the
 * server thread's time, since a request makes some six. To be called before anything has been collected.
 */
export function keepTickShape(): void {
  process.nextTick(() => kept.push(executionAsyncResource()));
}
