import { invalid } from '../errors.js';
import { metadataDigest } from '../wire/metadata.js';

/** What a parameter that asks for a metadata field begins with. */
export const METADATA = 'metadata.';

/** What calls are asked for by one field: by their own id, in lower case, or by a field's digest. */
export type MetadataFilter = { readonly loweredId: string } | { readonly digest: string };

/**
 * Reads one `metadata.<field>=<value>`; null stands for what was not percent-encoded UTF-8, and `takes` is what a
 * refusal says. A field's name may have dots itself: `a.b` is a field of that name, and field b of a.
 */
export function readMetadataFilter(name: string, value: string | null, takes: string): MetadataFilter {
  const refuse = (problem: string) => invalid(name.slice(0, 100) || 'query', problem, takes);
  const field = name.startsWith(METADATA) ? name.slice(METADATA.length) : '';
  if (field === '') throw refuse('is no metadata field');
  if (field.includes('\0')) throw refuse('has a NUL');
  if (value === null) throw refuse('is not percent-encoded UTF-8');
  if (value === '') throw refuse('is empty');
  if (value.includes('\0')) throw refuse('has a NUL');
  return field === 'id' ? { loweredId: value.toLowerCase() } : { digest: metadataDigest(field, value) };
}
