import { invalid } from '../errors.js';
import { metadataDigest } from '../wire/metadata.js';

/** The beginning of a query parameter that names a metadata field. */
export const METADATA = 'metadata.';

/** A search for calls by one field: by their own id, in lower case, or by the digest of a field and value. */
export type MetadataFilter = { readonly loweredId: string } | { readonly digest: string };

/**
 * Reads one `metadata.<field>=<value>`. A null value was not percent-encoded UTF-8. `takes` is the end of the error
 * text. A field's name may contain dots: `a.b` means both a field of that name and field b of a.
 * @throws AppError `invalid`, naming the parameter.
 */
export function readMetadataFilter(name: string, value: string | null, takes: string): MetadataFilter {
  const refuse = (problem: string) => invalid(name.slice(0, 100) || 'query', problem, takes);
  const field = name.startsWith(METADATA) ? name.slice(METADATA.length) : '';
  if (field === '') throw refuse('is not a metadata field');
  if (field.includes('\0')) throw refuse('has a NUL');
  if (value === null) throw refuse('is not percent-encoded UTF-8');
  if (value === '') throw refuse('is empty');
  if (value.includes('\0')) throw refuse('has a NUL');
  return field === 'id' ? { loweredId: value.toLowerCase() } : { digest: metadataDigest(field, value) };
}
