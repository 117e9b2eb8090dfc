/** Whether an answer may be sent as gzip: `may` if the client accepts it, `must` if it accepts nothing else. */
export type Gzip = 'no' | 'may' | 'must';

/**
 * Reads what an `Accept-Encoding` header says about gzip (RFC 9110 §12.5.3). Gzip is used if its weight is at least
 * that of no coding.
 */
export function gzipBy(header: string | string[] | undefined): Gzip {
  const weights = new Map<string, number>();
  for (const item of String(header ?? '')
    .toLowerCase()
    .split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => /^q *=/.test(parameter));
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(weight.indexOf('=') + 1)) || 0);
  }
  const any = weights.get('*');
  const gzip = weights.get('gzip') ?? weights.get('x-gzip') ?? any ?? 0;
  // A coding that is not named has the least weight, but is acceptable, unless `*` excludes all that are not named.
  const identity = weights.get('identity') ?? (any === 0 ? 0 : null);
  if (gzip <= 0 || gzip < (identity ?? 0)) return 'no';
  return identity === 0 ? 'must' : 'may';
}
