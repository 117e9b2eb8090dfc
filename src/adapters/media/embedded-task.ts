import type { EngineInput, EngineJob } from './engine.js';

/** What the embedded engine's program is given. */
export type EmbeddedTask =
  | { readonly kind: 'version' }
  | { readonly kind: 'probe'; readonly input: EngineInput }
  | { readonly kind: 'run'; readonly job: Omit<EngineJob, 'sizeBytes' | 'signal' | 'onSeconds'> };
