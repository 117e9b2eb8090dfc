// The main module of a template thread, which may be terminated at any moment.
import { parentPort } from 'node:worker_threads';
import { createEngine, type Rendering } from './engine.js';
import type { ThreadMessage, ThreadRequest } from './renderer.js';

const engine = createEngine();

parentPort!.on('message', ({ sources, variablesJson, timeZone, at }: ThreadRequest) => {
  const variables = variablesJson === null ? null : JSON.parse(variablesJson);
  const renderings = sources.map((source, index) => {
    Atomics.store(at, 0, index);
    const began = performance.now();
    const rendering = variables === null ? checked(source) : engine.render(source, variables, timeZone);
    return { rendering, ms: performance.now() - began };
  });
  send({ renderings });
});

function checked(source: string): Rendering {
  const error = engine.problemOf(source);
  return error === null ? { text: '' } : { error };
}

function send(message: ThreadMessage): void {
  parentPort!.postMessage(message);
}

send({ ready: true });
