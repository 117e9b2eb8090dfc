import type { CueBlock } from './cue-blocks.js';
import { nameOf, speakerPrefixes } from './cue-names.js';
import { type Cue, undoHighlights, undoRolling } from './cue-repeats.js';
import { readCueText } from './cue-text.js';
import { createDraft } from './draft.js';
import type { KnownSpeaker, TranscriptFile } from './transcript-file.js';

/** Lines that are shown again for each of their words make files many times as long as the call. */
const MAX_PIECES = 4_000_000;

/**
 * Makes a transcript from the cues of a caption file: names before the text, repeated lines, and words. A cue without a
 * name goes on with the speaker before it, if names stand before the text; where they are tags, its speaker is unknown.
 */
export function readCaptions(
  format: 'webvtt' | 'srt',
  blocks: readonly CueBlock[],
  known: readonly KnownSpeaker[],
  notes: readonly string[],
): TranscriptFile {
  const draft = createDraft(format, known);
  for (const note of notes) draft.note(note);
  let pieces = 0;
  const texts = blocks.map(({ lines }) => {
    const tokens = readCueText(lines, format === 'webvtt' ? 'webvtt' : 'html', MAX_PIECES - pieces);
    pieces += tokens.length;
    return tokens;
  });
  const prefixes = speakerPrefixes(texts);
  const named = blocks.map(({ start, end }, i): Cue => {
    const [tokens, prefix] = [texts[i]!, prefixes[i]!];
    return { start, end, tokens: tokens.slice(prefix), name: prefix > 0 ? nameOf(tokens.slice(0, prefix)) : null };
  });
  const spoken = named.filter(({ tokens }) => tokens.length > 0);
  const highlights = undoHighlights(spoken);
  const rolling = undoRolling(highlights.cues);

  let name: string | null = null;
  for (const cue of rolling.cues) {
    name = cue.name ?? name;
    // The same cue may have several speakers: all of its text shares its time.
    const segment = draft.segment(cue.start, cue.end);
    for (const { text, start, end, voice } of cue.tokens) {
      const who = voice?.name || name;
      const number = voice?.number ?? null;
      const speaker = draft.speaker(number === null ? `name ${who ?? ''}` : `number ${number}`, { name: who, number });
      draft.words(text, { speaker, segment, start, end, isInterpolated: voice?.isInterpolated === true });
    }
  }
  const dropped = [
    { reason: 'has no text', count: named.length - spoken.length },
    { reason: 'shows the same words again', count: highlights.repeats + rolling.repeats },
  ].filter(({ count }) => count > 0);
  return draft.finish({ cues: { read: blocks.length, kept: rolling.cues.length, dropped } });
}
