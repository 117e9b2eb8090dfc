import { type Liquid, toValue } from 'liquidjs';
import { MINUTE, type Micros, zoneOffsetMinutes } from '../wire/instants.js';
import { parseWrittenTime, type WrittenTime } from '../wire/written-times.js';
import { fromWallTime } from '../wire/zoned.js';
import { offsetText, type ShownMoment, strftime } from './strftime.js';

// Replacements for Liquid's date filters. Liquid's own use the zone and the language of the machine, and are an hour
// off around that zone's clock changes. These use the account's zone, or the one that the template names.

interface Zone {
  /** Minutes east of UTC. */
  offsetAt(instant: Micros): number;
  instantOf(wall: Micros): Micros;
  nameAt(instant: Micros): string;
}

const SECOND: Micros = 1_000_000;
/** A text that is in no numeric format is a date if it has the name of a month and a year. */
const NAMED_MONTH = /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b/i;
const YEAR = /\b\d{4}\b/;
const TIME_OF_DAY = /\d:\d|\d\s*[ap]m\b/i;
const NAMED_ZONE = /(?:\b(?:z|utc?|gmt|[ecmp][sd]t)|[+-]\d{2}:?\d{2})\s*(?:\([^)]*\))?$/i;

/** The time that a value of a template means; null if it is not a time. `now` is in microseconds. */
function readMoment(value: unknown, now: Micros): WrittenTime | null {
  if (value === 'now' || value === 'today') return { kind: 'instant', micros: now };
  if (typeof value === 'number') return within({ kind: 'instant', micros: Math.floor(value * SECOND) });
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^\d+$/.test(text)) return within({ kind: 'instant', micros: Number(text) * SECOND });
  return parseWrittenTime(text, 'MDY') ?? readNamedMonth(text);
}

/** Reads a text such as "Mon, 14 Mar 2016 10:00:00 -0500" as JavaScript does, but never in the zone of this machine. */
function readNamedMonth(text: string): WrittenTime | null {
  if (!NAMED_MONTH.test(text) || !YEAR.test(text)) return null;
  const hasTime = TIME_OF_DAY.test(text);
  const hasZone = hasTime && NAMED_ZONE.test(text);
  const ms = Date.parse(hasZone ? text : `${text} UTC`);
  if (Number.isNaN(ms)) return null;
  return within({ kind: hasZone ? 'instant' : hasTime ? 'wall' : 'day', micros: ms * 1000 });
}

/** Years up to 9999: later times have no known zone offsets. */
const LATEST = Date.UTC(10_000, 0, 1) * 1000;

function within(moment: WrittenTime): WrittenTime | null {
  return Math.abs(moment.micros) < LATEST ? moment : null;
}

function show(moment: WrittenTime, account: Zone, wanted: Zone | null): ShownMoment {
  const zone = wanted ?? account;
  const written = moment.kind === 'day' || (moment.kind === 'wall' && wanted === null) ? moment.micros : null;
  const instant =
    moment.kind === 'instant' ? moment.micros : (moment.kind === 'day' ? zone : account).instantOf(moment.micros);
  const offset = zone.offsetAt(instant);
  return { instant, wall: written ?? instant + offset * MINUTE, offset, zoneName: () => zone.nameAt(instant) };
}

/** Liquid's ways to name a zone: a name, an offset such as -05:00, or minutes west of UTC as JavaScript counts them. */
function zoneOf(given: unknown): Zone {
  if (typeof given === 'number' && Number.isInteger(given) && Math.abs(given) < 24 * 60) return fixedZone(-given);
  const name = String(given);
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(name) ?? [];
  if (sign !== undefined) return fixedZone((sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)));
  try {
    zoneOffsetMinutes(name, 0);
  } catch {
    const allowed = 'a name such as America/New_York, an offset such as -05:00, or minutes west of UTC';
    throw new Error(`"${name}" is not a time zone; the date filter takes ${allowed}`);
  }
  return {
    offsetAt: (instant) => zoneOffsetMinutes(name, instant),
    instantOf: (wall) => fromWallTime(wall, name),
    nameAt: (instant) => zoneNameAt(name, instant),
  };
}

function fixedZone(offset: number): Zone {
  return {
    offsetAt: () => offset,
    instantOf: (wall) => wall - offset * MINUTE,
    nameAt: () => offsetText(offset, ''),
  };
}

const zoneNames = new Map<string, Intl.DateTimeFormat>();

function zoneNameAt(timeZone: string, instant: Micros): string {
  let format = zoneNames.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
    zoneNames.set(timeZone, format);
  }
  const part = format.formatToParts(Math.floor(instant / 1000)).find(({ type }) => type === 'timeZoneName');
  return part?.value ?? timeZone;
}

/** The `this` of a filter. The account's zone is in Liquid's option for it. */
interface FilterThis {
  readonly context: {
    readonly opts: { readonly timezoneOffset?: unknown; readonly dateFormat: string };
    readonly memoryLimit: { use(count: number): void };
  };
}

function write({ context }: FilterThis, given: unknown, format: string, zone: unknown = null): unknown {
  const value = toValue(given);
  const use = (characters: number) => context.memoryLimit.use(characters);
  if (typeof value === 'string') use(value.length);
  use(format.length);
  const moment = readMoment(value, Date.now() * 1000);
  if (moment === null) return value;
  const wanted = zone === null ? null : zoneOf(zone);
  return strftime(show(moment, zoneOf(context.opts.timezoneOffset), wanted), format, use);
}

function writeDay(by: FilterThis, value: unknown, monthName: string, type: unknown, style: unknown): unknown {
  if (type !== 'ordinal') return write(by, value, `%d ${monthName} %Y`);
  return write(by, value, style === 'US' ? `${monthName} %-d%q, %Y` : `%-d%q ${monthName} %Y`);
}

/** Replaces Liquid's date filters with these. */
export function registerDateFilters(liquid: Liquid): void {
  liquid.registerFilter('date', function (this: FilterThis, value: unknown, format?: unknown, zone?: unknown) {
    const written = toValue(format) ?? this.context.opts.dateFormat;
    return write(this, value, String(written), toValue(zone) ?? null);
  });
  liquid.registerFilter('date_to_xmlschema', function (this: FilterThis, value: unknown) {
    return write(this, value, '%Y-%m-%dT%H:%M:%S%:z');
  });
  liquid.registerFilter('date_to_rfc822', function (this: FilterThis, value: unknown) {
    return write(this, value, '%a, %d %b %Y %H:%M:%S %z');
  });
  liquid.registerFilter('date_to_string', function (this: FilterThis, value: unknown, type?: unknown, style?: unknown) {
    return writeDay(this, value, '%b', type, style);
  });
  liquid.registerFilter(
    'date_to_long_string',
    function (this: FilterThis, value: unknown, type?: unknown, style?: unknown) {
      return writeDay(this, value, '%B', type, style);
    },
  );
}
