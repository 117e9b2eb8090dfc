// Times of day in a time zone that need not be the browser's, as the input for a date and a time has them.

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', ...fields });
  formats.set(timeZone, format);
  return format;
}

/** The local time of an instant, to the minute: 2026-03-01T14:30. */
export function localTimeOf(ms: number, timeZone: string): string {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const day = [parts.get('year')!.padStart(4, '0'), parts.get('month'), parts.get('day')].join('-');
  return `${day}T${parts.get('hour')}:${parts.get('minute')}`;
}

/**
 * The instant of a local time, in milliseconds; NaN for a text that is none. Of a time that comes twice, when clocks go
 * back, it is one of both; a time that clocks leave out is taken as the one before or after.
 */
export function instantOf(localTime: string, timeZone: string): number {
  const wanted = Date.parse(`${localTime}Z`);
  if (Number.isNaN(wanted)) return Number.NaN;
  const offsetAt = (ms: number) => Date.parse(`${localTimeOf(ms, timeZone)}Z`) - Math.floor(ms / 60_000) * 60_000;
  const guess = wanted - offsetAt(wanted);
  return wanted - offsetAt(guess);
}
