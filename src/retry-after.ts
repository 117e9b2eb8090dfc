/** The seconds that a `Retry-After` header asks to wait: a number or a date (RFC 9110 §10.2.3). Null if it is neither. */
export function retryAfterSeconds(header: string | null | undefined): number | null {
  const text = header?.trim() ?? '';
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
