import { dropLoops } from './loops.js';
import type { Recognition, RecognizedChannel, RecognizedWord } from './recognition.js';
import { type SettledWord, settleTimes } from './settled-times.js';

// Makes what an engine returned sound. docs/speech.md has the rules in words.

/** A word of a transcript as the wire has it. */
interface RecognizedWireWord {
  /** Seconds on the call's timeline: a decimal with at most 3 places. */
  readonly start: string;
  /** At or after `start`. */
  readonly end: string;
  readonly word: string;
  /** The punctuation after it. */
  readonly p?: string;
  /** The speaker's number. */
  readonly v: number;
}

/** A transcript that was recognised. */
export interface RecognizedTranscript {
  /** By start; words that start together in the order of the channels. */
  readonly words: readonly RecognizedWireWord[];
  /** The words whose times were interpolated: index of the first, index after the last, and so on. */
  readonly interpolated: readonly number[];
  /** What was mended, in sentences for people. */
  readonly notes: readonly string[];
}

/** The recording that was recognised. */
export interface RecognizedRecording {
  readonly durationSeconds: number;
  /** The speaker number of each of the recognition's channels: the channel's own, from 0. */
  readonly channels: readonly number[];
}

/** What the wire takes. */
const MAX_WORD_LENGTH = 1000;
const MAX_PUNCTUATION_LENGTH = 20;

interface SpokenWord extends RecognizedWord {
  readonly punctuation: string;
}

/**
 * Makes a transcript of what an engine returned. With several channels, each is a speaker. With one, the speakers are
 * those that the engine told apart, numbered from the channel's number as they come; or else the channel is the speaker.
 */
export function recognizedTranscript(
  recognition: Recognition,
  { durationSeconds, channels }: RecognizedRecording,
): RecognizedTranscript {
  if (recognition.channels.length !== channels.length) {
    throw new Error(`${recognition.channels.length} channels were recognised, but ${channels.length} are named`);
  }
  const counts = { repeated: 0, interpolated: 0, shortened: 0 };
  const all: (SettledWord<SpokenWord> & { readonly v: number })[] = [];
  for (const [index, channel] of recognition.channels.entries()) {
    const spoken = spokenWords(channel);
    const speakers = channels.length === 1 ? bySpeaker(spoken) : [spoken];
    for (const [number, words] of speakers.entries()) {
      const { kept, dropped } = dropLoops(words);
      const settled = settleTimes(kept, channel.segments, durationSeconds);
      counts.repeated += dropped;
      for (const word of settled) {
        if (word.isInterpolated) counts.interpolated++;
        if (word.isShortened) counts.shortened++;
        all.push({ ...word, v: channels[index]! + number });
      }
    }
  }
  all.sort((a, b) => a.startMs - b.startMs);
  return {
    words: all.map(({ word, startMs, endMs, v }) => ({
      start: String(startMs / 1000),
      end: String(endMs / 1000),
      word: word.text,
      ...(word.punctuation !== '' && { p: word.punctuation }),
      v,
    })),
    interpolated: ranges(all.map(({ isInterpolated }) => isInterpolated)),
    notes: notesOf(counts),
  };
}

/** The words of a channel in the order of its segments, each with its punctuation apart. */
function spokenWords({ words, segments }: RecognizedChannel): SpokenWord[] {
  const startOf = (word: RecognizedWord) => (word.segment === null ? undefined : segments[word.segment]?.start);
  // Programs may print their segments by speaker. Words without a segment stay where they are.
  const isOrdered = words.every((word, i) => i === 0 || !(startOf(word)! < startOf(words[i - 1]!)!));
  const ordered = isOrdered ? words : words.toSorted((a, b) => (startOf(a) ?? 0) - (startOf(b) ?? 0));
  const spoken: SpokenWord[] = [];
  for (const word of ordered) {
    const texts = textsOf(word.text);
    for (const [i, [text, punctuation]] of texts.entries()) {
      const previous = spoken.at(-1);
      if (text !== '') {
        // Of several words in one, the first has its start and the last its end.
        const start = i === 0 ? word.start : null;
        const end = i === texts.length - 1 ? word.end : null;
        spoken.push({ ...word, start, end, text, punctuation });
      } else if (previous !== undefined) {
        spoken[spoken.length - 1] = { ...previous, punctuation: punctuationOf(previous.punctuation + punctuation) };
      }
    }
  }
  return spoken;
}

/** What engines write for sound that is not speech: `[BLANK_AUDIO]`, `♪`. */
const NOT_SPEECH = /^(\[.*\]|[♪♫]+)$/su;

/** Splits a text at white space into words and the punctuation after each. A lone punctuation mark has the word ''. */
function textsOf(text: string): (readonly [string, string])[] {
  // Words of the wire have no NUL and no half surrogate pairs.
  const pieces = text
    .trim()
    .replace(NOT_SPEECH, '')
    .toWellFormed()
    .replaceAll('\0', '')
    .split(/\s+/u)
    .filter((piece) => piece !== '');
  return pieces.map((piece) => {
    // The dots of "U.S." and "p.m." are part of the word.
    if (/^(\p{L}\.){2,}$/u.test(piece)) return [piece, ''] as const;
    const [, word = '', punctuation = ''] = /^(.*?)([.,!?;:…。，、！？；：؟،।"”»)\]]*)$/su.exec(piece)!;
    return [word.slice(0, MAX_WORD_LENGTH).toWellFormed(), punctuationOf(punctuation)] as const;
  });
}

const punctuationOf = (text: string) => text.slice(0, MAX_PUNCTUATION_LENGTH);

/** The words of each speaker, by first appearance. A word without a speaker is the speaker's before it. */
function bySpeaker(words: readonly SpokenWord[]): SpokenWord[][] {
  const speakers = new Map<string | null, SpokenWord[]>();
  let current = words.find(({ speaker }) => speaker !== null)?.speaker ?? null;
  for (const word of words) {
    current = word.speaker ?? current;
    const own = speakers.get(current);
    if (own === undefined) speakers.set(current, [word]);
    else own.push(word);
  }
  return [...speakers.values()];
}

function ranges(marks: readonly boolean[]): number[] {
  const found: number[] = [];
  for (let i = 0; i <= marks.length; i++) {
    if ((marks[i] ?? false) !== (marks[i - 1] ?? false)) found.push(i);
  }
  return found;
}

function notesOf({ repeated, interpolated, shortened }: Record<'repeated' | 'interpolated' | 'shortened', number>) {
  const of = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);
  const notes: string[] = [];
  if (repeated > 0) {
    const words = of(repeated, 'word was', 'words were');
    notes.push(`The engine repeated itself as nobody speaks: ${words} left out.`);
  }
  if (interpolated > 0) {
    const words = of(interpolated, 'word', 'words');
    notes.push(`The times of ${words} are interpolated: the engine gave none, or none that can be right.`);
  }
  if (shortened === 1) notes.push('The end of 1 word was moved: it overlapped the next word.');
  if (shortened > 1) notes.push(`The ends of ${shortened} words were moved: they overlapped the next words.`);
  return notes;
}
