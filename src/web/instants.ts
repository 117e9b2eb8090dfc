/** Makes a formatter of instants, by the reader's language and the account's time zone. */
export function createInstantFormat(timeZone: string): (instant: string) => string {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return (instant) => format.format(new Date(instant));
}

/** Makes a formatter of the days of instants, likewise. */
export function createDayFormat(timeZone: string): (instant: string) => string {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone });
  return (instant) => format.format(new Date(instant));
}

/** Makes a formatter of the times of day of instants, likewise. */
export function createTimeFormat(timeZone: string): (instant: Date) => string {
  const format = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', timeZone });
  return (instant) => format.format(instant);
}

/** The time zone of the browser, for who has not logged in. */
export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A length as minutes and seconds, with hours where there are any: 75 is 1:15. */
export function formatLength(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
