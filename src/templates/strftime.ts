import type { Micros } from '../wire/instants.js';

/** A moment in a zone. */
export interface ShownMoment {
  readonly instant: Micros;
  /** The wall-clock time, as if it were in UTC. */
  readonly wall: Micros;
  /** Minutes east of UTC. */
  readonly offset: number;
  /** The zone's short name, such as EST; its offset if it has none. */
  zoneName(): string;
}

/** Called with the number of characters before a text is made; throws if that is too many. */
type Use = (characters: number) => void;

const MONTHS = names('January February March April May June July August September October November December');
const WEEKDAYS = names('Sunday Monday Tuesday Wednesday Thursday Friday Saturday');
const DAY_MS = 86_400_000;

function names(text: string): readonly string[] {
  return text.split(' ');
}

/** `%`, flags, width, `E` or `O` (which matter in other locales only), colons, and the field. */
const FIELD = /%([-_0^#]*)(\d+)?[EO]?(:{0,3})([A-Za-z%+])/g;

/** How a field is padded if no flag says otherwise: up to a width, with zeros or spaces. */
interface Field {
  readonly text: string;
  readonly width: number;
  readonly fill: '0' | ' ';
}

const number = (value: number, width: number, fill: '0' | ' ' = '0'): Field => ({ text: String(value), width, fill });
const text = (value: string): Field => ({ text: value, width: 0, fill: ' ' });

/**
 * Writes a moment by a format of strftime, in English. The format is Ruby's, which Liquid documents:
 * https://docs.ruby-lang.org/en/master/strftime_formatting_rdoc.html. An unknown field is left as written.
 */
export function strftime(moment: ShownMoment, format: string, use: Use): string {
  return format.replaceAll(FIELD, (written, flags: string, width: string | undefined, colons: string, name: string) => {
    use(Number(width ?? 0));
    if (colons !== '' && name !== 'z') return written;
    if (name === 'N' || name === 'L') return fraction(moment, Number(width ?? (name === 'N' ? 9 : 3)));
    const composite = COMPOSITES[name];
    const field = composite === undefined ? fields[name]?.(moment, colons) : text(strftime(moment, composite, use));
    return field === undefined ? written : filled(field, flags, Number(width ?? 0));
  });
}

const COMPOSITES: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  r: '%I:%M:%S %p',
  T: '%H:%M:%S',
  v: '%e-%^b-%Y',
  X: '%H:%M:%S',
  x: '%m/%d/%y',
  '+': '%a %b %e %H:%M:%S %Z %Y',
};

const date = ({ wall }: ShownMoment) => new Date(Math.floor(wall / 1000));
const hour12 = (moment: ShownMoment) => date(moment).getUTCHours() % 12 || 12;
const half = (moment: ShownMoment) => (date(moment).getUTCHours() < 12 ? 'AM' : 'PM');
const weekday = (moment: ShownMoment) => date(moment).getUTCDay();
const year = (moment: ShownMoment) => date(moment).getUTCFullYear();
const month = (moment: ShownMoment) => MONTHS[date(moment).getUTCMonth()]!;

const fields: Readonly<Record<string, (moment: ShownMoment, colons: string) => Field>> = {
  Y: (moment) => number(year(moment), 4),
  C: (moment) => number(Math.floor(year(moment) / 100), 2),
  y: (moment) => number(((year(moment) % 100) + 100) % 100, 2),
  m: (moment) => number(date(moment).getUTCMonth() + 1, 2),
  B: (moment) => text(month(moment)),
  b: (moment) => text(month(moment).slice(0, 3)),
  h: (moment) => text(month(moment).slice(0, 3)),
  d: (moment) => number(date(moment).getUTCDate(), 2),
  e: (moment) => number(date(moment).getUTCDate(), 2, ' '),
  q: (moment) => text(ordinal(date(moment).getUTCDate())),
  j: (moment) => number(dayOfYear(date(moment)) + 1, 3),
  H: (moment) => number(date(moment).getUTCHours(), 2),
  k: (moment) => number(date(moment).getUTCHours(), 2, ' '),
  I: (moment) => number(hour12(moment), 2),
  l: (moment) => number(hour12(moment), 2, ' '),
  p: (moment) => text(half(moment)),
  P: (moment) => text(half(moment).toLowerCase()),
  M: (moment) => number(date(moment).getUTCMinutes(), 2),
  S: (moment) => number(date(moment).getUTCSeconds(), 2),
  z: ({ offset }, colons) => text(offsetText(offset, colons)),
  Z: (moment) => text(moment.zoneName()),
  A: (moment) => text(WEEKDAYS[weekday(moment)]!),
  a: (moment) => text(WEEKDAYS[weekday(moment)]!.slice(0, 3)),
  u: (moment) => number(weekday(moment) || 7, 1),
  w: (moment) => number(weekday(moment), 1),
  G: (moment) => number(isoWeek(date(moment)).year, 4),
  g: (moment) => number(isoWeek(date(moment)).year % 100, 2),
  V: (moment) => number(isoWeek(date(moment)).week, 2),
  U: (moment) => number(weekOfYear(date(moment), 0), 2),
  W: (moment) => number(weekOfYear(date(moment), 1), 2),
  s: ({ instant }) => number(Math.floor(instant / 1_000_000), 1),
  Q: ({ instant }) => number(Math.floor(instant / 1000), 1),
  n: () => text('\n'),
  t: () => text('\t'),
  '%': () => text('%'),
};

/** The digits of the second's fraction, truncated. */
function fraction({ wall }: ShownMoment, digits: number): string {
  const micros = String(((wall % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  return micros.slice(0, digits).padEnd(digits, '0');
}

function filled({ text, width: usual, fill: usualFill }: Field, flags: string, wanted: number): string {
  let shown = text;
  if (flags.includes('^')) shown = text.toUpperCase();
  else if (flags.includes('#')) shown = /[a-z]/.test(text) ? text.toUpperCase() : text.toLowerCase();
  if (flags.includes('-')) return shown;
  const lastFill = flags.replaceAll(/[^_0]/g, '').at(-1);
  const fill = lastFill === '_' ? ' ' : lastFill === '0' ? '0' : usualFill;
  return shown.padStart(wanted || usual, fill);
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

/** Counted from 0. */
function dayOfYear(day: Date): number {
  return Math.floor((day.getTime() - new Date(day).setUTCMonth(0, 1)) / DAY_MS);
}

/** The week of the year, for weeks that begin on this weekday. Days before the first such day are in week 0. */
function weekOfYear(day: Date, firstWeekday: number): number {
  return Math.floor((dayOfYear(day) + 7 - ((day.getUTCDay() - firstWeekday + 7) % 7)) / 7);
}

/** The week by ISO 8601: weeks begin on Monday and belong to the year of their Thursday. */
function isoWeek(day: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(day.getTime() + (3 - ((day.getUTCDay() + 6) % 7)) * DAY_MS);
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}

/** An offset as `-0500`; with one colon `-05:00`, with two `-05:00:00`, with three as short as is exact. */
export function offsetText(offset: number, colons: string): string {
  const minutes = Math.abs(offset);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((value) => String(value).padStart(2, '0'));
  const sign = offset < 0 ? '-' : '+';
  if (colons === ':::') return rest === '00' ? `${sign}${hours}` : `${sign}${hours}:${rest}`;
  const colon = colons === '' ? '' : ':';
  return `${sign}${hours}${colon}${rest}${colons === '::' ? ':00' : ''}`;
}
