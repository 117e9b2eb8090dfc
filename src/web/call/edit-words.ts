import { v1Routes } from '../../client/index.js';
import type { TranscriptWord } from '../../contract/transcripts.js';
import { api, statusOf } from '../api.js';
import type { ShownWord } from './spoken-text.js';
import { editOf } from './word-edits.js';

/** A change of some neighbouring words of a call: their text, and who speaks them. */
export interface WordsChange {
  readonly callId: string;
  /** The words as they were when the change began, and the index of the first. */
  readonly words: readonly ShownWord[];
  readonly first: number;
  readonly text: string;
  readonly speaker: number;
}

/** What became of a change: it was made, by edits with these numbers; or somebody else had changed the same words. */
export type ChangeResult =
  | { readonly kind: 'made'; readonly edits: readonly number[]; readonly transcript: readonly TranscriptWord[] }
  | { readonly kind: 'conflict'; readonly theirs: readonly TranscriptWord[]; readonly first: number };

/**
 * Changes words of a transcript as it is now. What others changed elsewhere since does not matter.
 * @throws ApiError if the server refuses.
 */
export async function changeWords(change: WordsChange): Promise<ChangeResult> {
  for (;;) {
    const { data, etag } = await api.request(v1Routes.readTranscript, { params: { id: change.callId } });
    const now = data as { readonly words: readonly TranscriptWord[] };
    const first = placeOf(change, now.words);
    if (first === null) return { kind: 'conflict', ...spokenMeanwhile(change, now.words) };
    try {
      return await send(change, now.words, first, etag!);
    } catch (error) {
      // Somebody was quicker: their words are looked at first.
      if (statusOf(error) !== 412) throw error;
    }
  }
}

async function send(
  { callId, words, text, speaker }: WordsChange,
  now: readonly TranscriptWord[],
  first: number,
  etag: string,
): Promise<ChangeResult> {
  const transcript = [...now];
  const edits: number[] = [];
  let tag = etag;
  const patch = async (body: Parameters<typeof api.v1.editTranscript>[0]['body']) => {
    const { data, etag: next } = await api.request(v1Routes.editTranscript, {
      params: { id: callId },
      body,
      ifMatch: tag,
    });
    transcript.splice(data.from, data.removed.length, ...data.added);
    edits.push(data.number);
    tag = next!;
  };
  const edit = editOf(words, text);
  if (edit !== null) await patch({ from: first + edit.from, to: first + edit.to, words: [...edit.words] });
  const count = words.length + transcript.length - now.length;
  if (count > 0 && words.some(({ v }) => v !== speaker)) await patch({ from: first, to: first + count, speaker });
  return { kind: 'made', edits, transcript };
}

/** Where the words of a change are in a transcript; null if they are not as they were. */
function placeOf({ words, first }: WordsChange, now: readonly TranscriptWord[]): number | null {
  const isAt = (place: number) => words.every((word, i) => isSame(word, now[place + i]));
  if (isAt(first)) return first;
  const moved = now.findIndex((word, place) => isSame(words[0]!, word) && isAt(place));
  return moved < 0 ? null : moved;
}

function isSame(a: ShownWord, b: ShownWord | undefined): boolean {
  if (b === undefined || a.word !== b.word || a.v !== b.v) return false;
  return (a.p ?? '') === (b.p ?? '') && Number(a.start) === Number(b.start);
}

/** What a transcript has at the time of a change's words. */
function spokenMeanwhile({ words }: WordsChange, now: readonly TranscriptWord[]) {
  const [from, to] = [Number(words[0]!.start), Number(words.at(-1)!.start)];
  const first = now.findIndex(({ start }) => Number(start) >= from);
  const theirs = now.filter(({ start }) => Number(start) >= from && Number(start) <= to);
  return { theirs, first: Math.max(0, first) };
}

/** Takes edits back, the last one first. */
export async function undoEdits(callId: string, edits: readonly number[]): Promise<void> {
  for (const number of edits.toReversed()) {
    await api.v1.undoTranscriptEdit({ params: { id: callId, number } });
  }
}
