import { createHash } from 'node:crypto';

/** What a metadata search compares: the field and its whole value, lower-cased, as a 128-bit digest in UUID form. */
export function metadataDigest(field: string, value: string): string {
  const hex = createHash('sha256').update(`${field}\0${value.toLowerCase()}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Yields every (field, value) by which a call can be found. Nested fields have dotted paths, an array yields each
 * element, and numbers, booleans and null have their JSON text as value.
 */
export function* metadataValues(
  metadata: Readonly<Record<string, unknown>>,
): Generator<[field: string, value: string]> {
  for (const [key, value] of Object.entries(metadata)) yield* valuesAt(key, value);
}

function* valuesAt(path: string, value: unknown): Generator<[string, string]> {
  if (Array.isArray(value)) {
    for (const item of value) yield* valuesAt(path, item);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) yield* valuesAt(`${path}.${key}`, item);
  } else {
    yield [path, typeof value === 'string' ? value : JSON.stringify(value)];
  }
}
