import { decodeForm, type Form } from './form.js';
import { encodeForm } from './form-encoder.js';
import type { Words } from './words.js';

/** The version before the present one, of which forms are still stored. */
const OLD_VERSION = 1;

/** Whether stored bytes are a form of the old version, which `upgradeForm` takes. */
export function isOldForm(bytes: Uint8Array): boolean {
  return bytes[0] === OLD_VERSION;
}

/** Reads a stored form of either version: an old one is upgraded in memory first, so that all analysis is of the new. */
export function readForm(bytes: Uint8Array): Form {
  return decodeForm(isOldForm(bytes) ? upgradeForm(bytes) : bytes);
}

/**
 * The form of the present version for a stored, inflated one of the old version. It is made of what the old one has
 * (texts, times, speakers), not of the transcript, and is what importing the same words anew would store, byte for byte;
 * but for sentences that end with a word whose own text ends in one of the marks that are new (`。`) and has other
 * punctuation behind: an old form does not tell the two apart. Whoever stores it stores the sections, statistics, matches
 * and question counts that come of it in the same transaction.
 * @throws RangeError or TypeError where the bytes are not a whole form of the old version.
 */
export function upgradeForm(bytes: Uint8Array): Uint8Array {
  const form = decodeForm(bytes, OLD_VERSION);
  return encodeForm(spokenIn(form), new Set(form.sentenceEnds()));
}

/** The words of a form, each with its punctuation in its text. */
function spokenIn(form: Form): Words {
  const { wordCount, blockCount, blockWord, blockSpeaker } = form;
  const speaker = new Uint16Array(wordCount);
  const text: string[] = [];
  for (let block = 0; block < blockCount; block++) {
    speaker.fill(blockSpeaker[block]!, blockWord[block], blockWord[block + 1]);
    partBlock(form, block, text);
  }
  return { count: wordCount, ...form.times(), speaker, text, punctuation: text.map(() => '') };
}

/**
 * Parts a block's text into its words, by how many runs of anything but white space each has: joined by a space each,
 * they make up the text again. Which of two words has further white space between them makes no difference.
 */
function partBlock(form: Form, block: number, words: string[]): void {
  const { wordPiece } = form.places();
  // White space and runs in turn.
  const parts = form.blockTexts()[block]!.split(/(\S+)/);
  let at = 0;
  let gap = parts[0]!;
  const first = form.blockWord[block]!;
  for (let word = first; word < form.blockWord[block + 1]!; word++) {
    // There is none at the ends of the text, where words of white space alone are not in it.
    const joint = word > first ? gap.indexOf(' ') : -1;
    if (joint >= 0) {
      words[word - 1] += gap.slice(0, joint);
      gap = gap.slice(joint + 1);
    }
    let text = '';
    for (let piece = wordPiece[word]!; piece < wordPiece[word + 1]!; piece++) {
      text += gap + parts[++at]!;
      gap = parts[++at]!;
    }
    words.push(text);
  }
}
