import { AppError } from '../errors.js';
import { cleanText } from './spoken-text.js';

/** A piece of a cue's text between white space. */
export interface CueToken {
  readonly text: string;
  /** Seconds; null where the cue's text has no time for it. */
  readonly start: number | null;
  readonly end: number | null;
  /** Zero-based line of the cue. */
  readonly line: number;
  readonly isUnderlined: boolean;
  /** Who speaks it; null if the text does not say. */
  readonly voice: Voice | null;
}

/** A speaker in WebVTT's `<v Name>`. */
export interface Voice {
  readonly name: string;
  /** The number in `<v.speaker-3 Name>`, as Debrief writes it; null elsewhere. */
  readonly number: number | null;
  /** Whether `<v.interpolated Name>` says that the times of its words are. */
  readonly isInterpolated: boolean;
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  lrm: '\u200e',
  rlm: '\u200f',
};
const ENTITY = /&(?:(amp|lt|gt|quot|apos|nbsp|lrm|rlm)|#(\d{1,7})|#x([\da-f]{1,6}));/gi;
const MAX_CODE_POINT = 0x10ffff;

/** Replaces what stands for characters, such as `&amp;`. */
function decodeEntities(text: string): string {
  return text.replace(ENTITY, (written, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return NAMED_ENTITIES[name.toLowerCase()]!;
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return code <= MAX_CODE_POINT ? String.fromCodePoint(code) : written;
  });
}

const ALL_TAGS = /<[^<>]*>/g;
/** What SRT files have of HTML. Anything else in angle brackets is text. */
const HTML_TAGS = /<\/?(?:[bius]|font|span|c|v|em|strong|br)(?:[ .][^<>]*)?\/?>|\{\\an?\d+\}/gi;
const TIME = /^(?:(\d+):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?$/;

/** A time such as `01:02:03.400`, `02:03.400` or `00:02:03,400` in seconds; null if it is none. */
export function readTime(written: string): number | null {
  const found = TIME.exec(written);
  if (found === null) return null;
  const [, hours = '0', minutes, seconds, fraction = '0'] = found;
  const thousandths = Number(fraction.padEnd(3, '0'));
  return (Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000 + thousandths) / 1000;
}

/**
 * The pieces of a cue's text. `tags` tells whether it has WebVTT's tags, or the few of HTML that SRT files have.
 * @throws AppError `too_large` for more than `most` pieces.
 */
export function readCueText(lines: readonly string[], tags: 'webvtt' | 'html', most: number): CueToken[] {
  const text = lines.join('\n');
  const tokens: CueToken[] = [];
  let current: { text: string; start: number | null; end: number | null; isUnderlined: boolean } | null = null;
  let nextStart: number | null = null;
  let [line, underlines] = [0, 0];
  let voice: Voice | null = null;

  function close(): void {
    if (current !== null) tokens.push({ ...current, text: cleanText(current.text), line, voice });
    if (tokens.length > most) throw new AppError('too_large', 'The captions have too many words.');
    current = null;
  }
  function addText(part: string): void {
    for (const piece of decodeEntities(part).split(/(\s+)/)) {
      if (piece === '') continue;
      if (/^\s/.test(piece)) {
        close();
        line += piece.split('\n').length - 1;
      } else {
        current ??= { text: '', start: nextStart, end: null, isUnderlined: underlines > 0 };
        nextStart = null;
        current.text += piece;
        // A time inside a word tells nothing of the word's end.
        current.end = null;
      }
    }
  }
  function addTag(tag: string): void {
    const time = readTime(tag);
    if (time !== null && current !== null) current.end = time;
    else if (time !== null) nextStart = time;
    else if (/^v[ .\t\n]/.test(tag)) {
      close();
      voice = readVoice(tag);
    } else if (tag === '/v') {
      close();
      voice = null;
    } else if (/^u\b/i.test(tag)) underlines++;
    else if (/^\/u\b/i.test(tag)) underlines--;
    else if (/^br\b/i.test(tag)) addText('\n');
  }

  let from = 0;
  for (const found of text.matchAll(tags === 'webvtt' ? ALL_TAGS : HTML_TAGS)) {
    addText(text.slice(from, found.index));
    addTag(found[0].slice(1, -1));
    from = found.index + found[0].length;
  }
  addText(text.slice(from));
  close();
  return tokens;
}

function readVoice(tag: string): Voice {
  const [, classes = '', name = ''] = /^v((?:\.[^\s.]*)*)\s*([\s\S]*)$/.exec(tag) ?? [];
  const number = /\.speaker-(\d{1,5})(?:\.|$)/.exec(classes)?.[1];
  return {
    name: decodeEntities(name).replace(/\s+/g, ' ').trim(),
    number: number === undefined ? null : Number(number),
    isInterpolated: /\.interpolated(?:\.|$)/.test(classes),
  };
}

/** Text that a reader of WebVTT shows as it is. */
export function escapeCueText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text that a reader of SRT shows as it is: nearly always the text itself, since most programs know no entities. */
export function escapeSrtText(text: string): string {
  return text
    .replace(ENTITY, (entity) => `&amp;${entity.slice(1)}`)
    .replace(HTML_TAGS, (tag) => `${tag.startsWith('<') ? '&lt;' : '&#123;'}${tag.slice(1)}`);
}
