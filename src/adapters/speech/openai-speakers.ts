import type { Answer } from './answer.js';
import type { FormFields } from './openai-request.js';
import type { SoundPiece } from './sound-pieces.js';
import { SAMPLE_RATE, type SpeechWav, wavHeader } from './speech-wav.js';

// A model that tells speakers apart names them anew in each piece of a recording. It is told who they were by a clip of
// each (`known_speaker_names[]`, `known_speaker_references[]`), and uses our names then.

/** What the API takes. */
const MAX_CLIPS = 4;
const LEAST_CLIP_SECONDS = 2;
const MAX_CLIP_SECONDS = 10;

/** The speakers of a channel so far. */
export interface SpeakerClips {
  /** What to send with the next piece. */
  fields(): FormFields;
  /** Returns the answer for a piece with our names of its speakers, and keeps a clip of those that are new. */
  named(answer: Answer, wav: SpeechWav, piece: SoundPiece): Promise<Answer>;
}

export function createSpeakerClips(): SpeakerClips {
  const clips = new Map<string, string>();
  let count = 0;
  return {
    fields() {
      return [...clips].flatMap(([name, clip]) => [
        ['known_speaker_names[]', name] as const,
        ['known_speaker_references[]', clip] as const,
      ]);
    },
    async named(answer, wav, { end }) {
      const names = new Map<string, string>();
      for (const { speaker } of answer.words) {
        if (speaker === null || names.has(speaker)) continue;
        names.set(speaker, clips.has(speaker) ? speaker : `speaker_${++count}`);
      }
      for (const [sent, name] of names) {
        if (clips.has(name) || clips.size === MAX_CLIPS) continue;
        const clip = longestSpeech(answer, sent);
        if (clip === null) continue;
        const from = Math.round(clip.start * SAMPLE_RATE);
        const to = Math.min(end, Math.round(Math.min(clip.end, clip.start + MAX_CLIP_SECONDS) * SAMPLE_RATE));
        const samples = await wav.read(from, to - from);
        const file = Buffer.concat([wavHeader(samples.length), Buffer.from(samples.buffer)]);
        clips.set(name, `data:audio/wav;base64,${file.toString('base64')}`);
      }
      const words = answer.words.map((word) => {
        return word.speaker === null ? word : { ...word, speaker: names.get(word.speaker)! };
      });
      return { ...answer, words };
    },
  };
}

/** The longest segment of a speaker, if it is long enough for a clip. */
function longestSpeech({ words, segments }: Answer, speaker: string): { start: number; end: number } | null {
  const own = new Set(words.filter((word) => word.speaker === speaker).map(({ segment }) => segment));
  const lengthOf = (index: number) => segments[index]!.end - segments[index]!.start;
  const [longest] = [...segments.keys()].filter((index) => own.has(index)).sort((a, b) => lengthOf(b) - lengthOf(a));
  return longest === undefined || lengthOf(longest) < LEAST_CLIP_SECONDS ? null : segments[longest]!;
}
