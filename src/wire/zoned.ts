import { MINUTE, type Micros, toTimestamp, zoneOffsetMinutes } from './instants.js';

const DAY: Micros = 24 * 60 * MINUTE;

/**
 * An instant with the zone's offset, and up to six fraction digits without trailing zeros: the form in which the
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

/** What the clocks of the zone show, as if it were UTC. */
export function wallTime(micros: Micros, timeZone: string): Micros {
  return micros + zoneOffsetMinutes(timeZone, micros) * MINUTE;
}

/**
 * The instant at which the zone's clocks show this. Of two, the earlier; where clocks skip it, as much later as they
 * skip.
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
