/** A time as `01:02:03.400`; SRT has a comma before the milliseconds. */
export function writtenTime(seconds: number, separator: '.' | ',' = '.'): string {
  const milliseconds = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const clock = `${two(milliseconds / 3_600_000)}:${two((milliseconds / 60_000) % 60)}:${two((milliseconds / 1000) % 60)}`;
  return `${clock}${separator}${String(milliseconds % 1000).padStart(3, '0')}`;
}
