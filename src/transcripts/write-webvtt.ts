import { layOut } from './cue-layout.js';
import { escapeCueText } from './cue-text.js';
import { type ShownTranscript, type ShownWord, shownName } from './shown-transcript.js';
import { writtenTime } from './written-time.js';

/**
 * A transcript as WebVTT. Each cue names its speaker by a voice tag, with the number as its class, and `interpolated` as
 * another where a reader could not know it. Where the words have
 * times of their own, these stand in the cue's text: behind a word its end, and before the next its start if later.
 */
export function writeWebVtt(transcript: ShownTranscript): string {
  const cues = layOut(transcript).map(({ words, speaker, start, end, isPlain, needsMark }) => {
    const text = isPlain ? words.map(wordText).join(' ') : timedText(words);
    const voice = `<v.speaker-${speaker}${needsMark ? '.interpolated' : ''} ${escapeCueText(shownName(transcript.speakers, speaker))}>`;
    return `${writtenTime(start)} --> ${writtenTime(end)}\n${voice}${text}</v>\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

function wordText({ text, punctuation }: ShownWord): string {
  return escapeCueText(`${text}${punctuation}`);
}

function timedText(words: readonly ShownWord[]): string {
  return words
    .map((word, i) => {
      const before = words[i - 1];
      const start = before !== undefined && word.start > before.end ? `<${writtenTime(word.start)}>` : '';
      const end = i < words.length - 1 ? `<${writtenTime(word.end)}>` : '';
      return `${start}${wordText(word)}${end}`;
    })
    .join(' ');
}
