import { AppError, invalid } from '../errors.js';

/** What a file's name says of its call. */
export interface CallNames {
  readonly externalId?: string;
  readonly callId?: string;
}

/** A pattern of file names. */
export interface FilePattern {
  readonly text: string;
  readonly matches: RegExp;
}

const PLACES = ['{externalId}', '{callId}'];
const TAKES = 'a file name with {externalId} or {callId} once, and * for anything: {externalId}.vtt';

/**
 * Reads a pattern such as `GMT*_{externalId}.vtt`. Throws `invalid` if it does not name the call exactly once.
 */
export function readPattern(text: string): FilePattern {
  const parts = text.split(/(\{\w*\}|\*)/);
  const unknown = parts.find((part) => part.startsWith('{') && !PLACES.includes(part));
  if (unknown !== undefined) throw invalid('--pattern', `has ${unknown}`, TAKES);
  if (parts.filter((part) => PLACES.includes(part)).length !== 1) throw invalid('--pattern', `is "${text}"`, TAKES);
  const matches = parts.map((part) => {
    if (PLACES.includes(part)) return `(?<${part.slice(1, -1)}>.+)`;
    return part === '*' ? '.*?' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return { text, matches: new RegExp(`^${matches.join('')}$`, 's') };
}

/** What a file's name says of its call. Throws `invalid` if it does not fit the pattern. */
export function callNames({ text, matches }: FilePattern, fileName: string): CallNames {
  const found = matches.exec(fileName)?.groups;
  if (found === undefined) {
    throw new AppError('invalid', `its name does not fit the pattern ${text}; --pattern takes ${TAKES}`);
  }
  return { ...found };
}
