/** Whether an answer may go out by gzip: it may where the client says so, and `must` where it wants nothing else. */
export type Gzip = 'no' | 'may' | 'must';

/**
 * What an `Accept-Encoding` says of gzip (RFC 9110 §12.5.3): it is taken where it is wanted at least as much as no coding
 * at all.
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
  // What is not named is wanted least, but taken; unless everything that is not named is not.
  const identity = weights.get('identity') ?? (any === 0 ? 0 : null);
  if (gzip <= 0 || gzip < (identity ?? 0)) return 'no';
  return identity === 0 ? 'must' : 'may';
}
