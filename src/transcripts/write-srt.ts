import { type CueLayout, layOut } from './cue-layout.js';
import { prefixOf, speakerPrefixes } from './cue-names.js';
import { escapeSrtText, readCueText } from './cue-text.js';
import { type ShownSpeaker, type ShownTranscript, shownName } from './shown-transcript.js';
import { writtenTime } from './written-time.js';

/**
 * A transcript as SRT, with the speaker's name before the text. SRT has no times of words: where the words of a cue have
 * times of their own, it is shown once for each word, with that word underlined, as whisper does.
 */
export function writeSrt(transcript: ShownTranscript): string {
  const cues = layOut(transcript);
  const names = needsNames(cues, transcript.speakers)
    ? (speaker: number) => `${prefixOf(shownName(transcript.speakers, speaker))} `
    : () => '';
  const blocks = cues.flatMap(({ words, speaker, start, end, isPlain }) => {
    const texts = words.map(({ text, punctuation }) => escapeSrtText(`${text}${punctuation}`));
    const block = (from: number, to: number, shown: readonly string[]) =>
      `${writtenTime(from, ',')} --> ${writtenTime(to, ',')}\n${names(speaker)}${shown.join(' ')}\n`;
    if (isPlain) return [block(start, end, texts)];
    return words.map((word, i) =>
      block(
        word.start,
        word.end,
        texts.map((text, at) => (at === i ? `<u>${text}</u>` : text)),
      ),
    );
  });
  return blocks.map((block, i) => `${i + 1}\n${block}`).join('\n');
}

/** Whether speakers must be named: any has a name or another number than 0, or a reader would take words for a name. */
function needsNames(cues: readonly CueLayout[], speakers: readonly ShownSpeaker[]): boolean {
  if (cues.some(({ speaker }) => speaker !== 0) || speakers.some(({ name }) => name !== null)) return true;
  const texts = cues.map(({ words }) => words.map(({ text, punctuation }) => `${text}${punctuation}`).join(' '));
  return speakerPrefixes(
    texts.map((text) => readCueText([escapeSrtText(text)], 'html', Number.POSITIVE_INFINITY)),
  ).some((count) => count > 0);
}
