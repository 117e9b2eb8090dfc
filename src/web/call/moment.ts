/** The address at which a call opens on a second. */
export function linkToMoment(callId: string, seconds: number): string {
  const url = new URL(`/calls/${encodeURIComponent(callId)}`, location.origin);
  url.searchParams.set('t', String(Math.round(seconds * 100) / 100));
  return url.href;
}
