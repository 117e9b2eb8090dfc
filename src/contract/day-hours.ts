// Day hours as text: when day begins and ends on the wall clock, such as 06:00-21:00. The rate limit on API v2 has a rate
// by day and another by night (api-v2 §3).

/** The two times of day, as `HH:MM`. If day ends before it begins, it lasts past midnight. */
export interface DayHours {
  readonly start: string;
  readonly end: string;
}

/** The pattern of day hours, for schemas. It does not check the ranges of hours and minutes. */
export const DAY_HOURS_PATTERN = '^\\d\\d:\\d\\d-\\d\\d:\\d\\d$';

/** What day hours are, for errors and documents. */
export const DAY_HOURS_TEXT = 'when day begins and ends, such as 06:00-21:00';

/** Splits day hours into the two times of day, unchecked; null if there are not two. */
export function parseDayHours(text: string): DayHours | null {
  const [start = '', end, ...more] = text.split('-');
  return end === undefined || more.length > 0 ? null : { start, end };
}

/** The minutes after midnight of a time of day as `HH:MM`; null for any other text. */
export function minuteOfDay(text: string): number | null {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hour === undefined ? null : Number(hour) * 60 + Number(minute);
}

/** Writes day hours, given in minutes after midnight. */
export function formatDayHours(startMinute: number, endMinute: number): string {
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const timeOfDay = (minute: number) => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
  return `${timeOfDay(startMinute)}-${timeOfDay(endMinute)}`;
}
