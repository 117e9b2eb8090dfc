import { executionAsyncResource } from 'node:async_hooks';

const kept: object[] = [];

/**
 * Keeps one of the objects that `process.nextTick` queues. If old space is collected while none exists, V8 forgets
 * their hidden class, assigns a second one to the next objects, and creates every later one by a runtime call. That
 * costs a fifteenth of the server thread's time, because a request makes about six. Must be called before the first
 * garbage collection.
 */
export function keepTickShape(): void {
  process.nextTick(() => kept.push(executionAsyncResource()));
}
