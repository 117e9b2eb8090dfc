import { readCaptions } from './captions.js';
import { type CueBlock, linesOf, readTiming } from './cue-blocks.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';

/** Whether a text is WebVTT: by its first line, as the format demands. */
export function isWebVtt(text: string): boolean {
  return /^\ufeff?WEBVTT(?:[ \t\r\n]|$)/.test(text);
}

/** Blocks that are no cues, unless a timing line follows: then the line is a cue's name, such as "NOTE Taker". */
const OTHER_BLOCK = /^(?:NOTE(?:[ \t]|$)|(?:STYLE|REGION)[ \t]*$)/;

/**
 * Reads WebVTT, as Zoom, Teams, Meet and others write it (https://www.w3.org/TR/webvtt1/). A timing line always begins a
 * cue; a line before it, at the start of a block, is the cue's name; an empty line ends it.
 */
export function readWebVtt(text: string, known: readonly KnownSpeaker[] = []): TranscriptFile {
  const blocks: (CueBlock & { readonly lines: string[] })[] = [];
  let stray = 0;
  // The lines of a block without a timing line so far; undefined inside a cue.
  let open: string[] | undefined = [];
  let cue: string[] | undefined;
  const endBlock = (followedByTiming: boolean) => {
    if (open !== undefined && open.length > 0 && !OTHER_BLOCK.test(open[0]!)) {
      stray += open.length - (followedByTiming ? 1 : 0);
    }
    [open, cue] = [[], undefined];
  };
  const lines = linesOf(text);
  const header = lines.findIndex((line, i) => i > 0 && (line === '' || readTiming(line) !== null));
  for (const line of header < 0 ? [] : lines.slice(header)) {
    const timing = readTiming(line);
    if (timing !== null) {
      endBlock(true);
      cue = [];
      blocks.push({ ...timing, lines: cue });
    } else if (line === '') endBlock(false);
    else if (cue !== undefined) cue.push(line);
    else open?.push(line);
  }
  endBlock(false);
  const notes = stray === 0 ? [] : [`${stray} lines stand outside of all cues; they are left out.`];
  return readCaptions('webvtt', blocks, known, notes);
}
