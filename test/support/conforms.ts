import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { expect } from 'vitest';

/** Holds an answer against the contract's own schema, from which its documentation is made. */
export function conforms(schema: TSchema, value: unknown): void {
  expect(Compile(schema).Errors(value)).toEqual([]);
}
