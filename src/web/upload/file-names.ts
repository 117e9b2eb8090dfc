import { instantOf, localTimeOf } from '../local-times.js';

// What the name of a file tells about its call.

/** Whether a file is a transcript; any other is taken for a recording. */
export const isTranscript = (name: string): boolean => /\.(vtt|srt|json|vcon)$/i.test(name);

/** A name without its ending, in small letters: a recording and its transcript have the same. */
export const stemOf = (name: string): string => name.toLowerCase().replace(/(\.transcript)?\.[^.]*$/, '');

/** 2026-03-01 14:30, 20260301-143000, 2026-03-01T14-30-05Z, and the like; Zoom writes GMT20260301-143000. */
const TIME =
  /(GMT)?(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)[T_ .-]+([0-2]\d)[-_:.h]?([0-5]\d)(?:[-_:.m]?[0-5]\d)?(Z)?(?!\d)/i;

/** When a call began, as a local time: by the file's name, or else by when the file was last changed. */
export function guessLocalTime(file: Pick<File, 'name' | 'lastModified'>, timeZone: string): string {
  const [found, gmt, year, month, day, hour, minute, zulu] = TIME.exec(file.name) ?? [];
  const named = `${year}-${month}-${day}T${hour}:${minute}`;
  if (found === undefined || Number.isNaN(Date.parse(`${named}Z`))) return localTimeOf(file.lastModified, timeZone);
  return gmt || zulu ? localTimeOf(instantOf(named, 'UTC'), timeZone) : named;
}

/** INBOUND or OUTBOUND by the file's name; null if it does not tell. */
export function guessDirection(name: string): 'INBOUND' | 'OUTBOUND' | null {
  const [, direction] = /(?<![a-z])(in|out)(?:bound|going|coming)(?![a-z])/i.exec(name) ?? [];
  return direction === undefined ? null : direction.toLowerCase() === 'in' ? 'INBOUND' : 'OUTBOUND';
}
