import { AppError } from '../errors.js';
import { readTranscript } from '../transcripts/read-transcript.js';
import { settleWords } from '../transcripts/settle.js';
import type { KnownSpeaker, TranscriptFile } from '../transcripts/transcript-file.js';
import { parseJson, type StoredTranscript, storedTranscript } from './call-body.js';

/** What a transcript file holds, with its words ready to be stored. */
export interface FileTranscript extends Pick<TranscriptFile, 'format' | 'language' | 'speakers' | 'cues' | 'notes'> {
  readonly transcript: StoredTranscript;
  /** Ranges of words whose times are interpolated: index of the first, index after the last, and so on. */
  readonly interpolated: readonly number[];
}

/**
 * Reads a transcript that another program made. The CPU time grows with it, so the server runs this in a worker thread.
 * `known` are the speakers that the call already has.
 * @throws AppError `invalid` that says what was found, or `too_large`; no other errors for bad input.
 */
export function readTranscriptFile(bytes: Uint8Array, known: readonly KnownSpeaker[]): FileTranscript {
  const { text, notes } = decodeText(bytes);
  const file = readTranscript(text, (json) => parseJson(Buffer.from(json)), known);
  const settled = settleWords(file.words, file.segments);
  const { format, language, speakers, cues } = file;
  return {
    format,
    language,
    speakers,
    cues,
    notes: [...notes, ...file.notes, ...settled.notes],
    transcript: storedTranscript(
      settled.words.map(({ text, punctuation, start, end, speaker }) => {
        return { start, end, word: text, p: punctuation, v: speaker };
      }),
    ),
    interpolated: settled.interpolated,
  };
}

/** Text in UTF-8, or in UTF-16 if it begins with its mark. Caption files of old programs are in Windows-1252. */
function decodeText(bytes: Uint8Array): { readonly text: string; readonly notes: readonly string[] } {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const encoding = !isUtf16 ? 'utf-8' : first === 0xff ? 'utf-16le' : 'utf-16be';
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), notes: [] };
  } catch {
    // JSON has no other encodings, and a file with NUL bytes is no text.
    if (isUtf16 || bytes.includes(0) || first === 0x7b || first === 0x5b) {
      throw new AppError('invalid', 'The transcript is no text in UTF-8; it takes text or JSON in UTF-8', {
        field: 'transcript',
        allowed: 'text or JSON in UTF-8',
      });
    }
    const note = 'The file is not in UTF-8. It was read as Windows-1252.';
    return { text: new TextDecoder('windows-1252').decode(bytes), notes: [note] };
  }
}
