import { MINUTE, type Micros, toTimestamp, zoneOffsetMinutes } from './instants.js';

const DAY: Micros = 24 * 60 * MINUTE;

/**
 * Writes an instant with the zone's offset, and up to six fraction digits without trailing zeros: the form in which the
 * reference shows meetings and plans (`2020-08-12T08:46:45.23184-04:00`).
 */
export function formatZoned(micros: Micros, timeZone: string): string {
  const offset = zoneOffsetMinutes(timeZone, micros);
  const local = toTimestamp(micros + offset * MINUTE);
  const fraction = local.slice(19, -1).replace(/\.?0+$/, '');
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.abs(offset);
  return `${local.slice(0, 19)}${fraction}${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** The wall-clock time of a zone at an instant, as if it were in UTC. */
export function wallTime(micros: Micros, timeZone: string): Micros {
  return micros + zoneOffsetMinutes(timeZone, micros) * MINUTE;
}

/**
 * The instant at which the zone's clocks show a wall-clock time: the earlier one if they show it twice, and later by
 * the length of the gap if they skip it.
 */
export function fromWallTime(wall: Micros, timeZone: string): Micros {
  const before = zoneOffsetMinutes(timeZone, wall - DAY);
  const after = zoneOffsetMinutes(timeZone, wall + DAY);
  for (const offset of [before, after]) {
    const micros = wall - offset * MINUTE;
    if (zoneOffsetMinutes(timeZone, micros) === offset) return micros;
  }
  return wall - before * MINUTE;
}
