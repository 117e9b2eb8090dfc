import { decodeForm, type Form } from './form.js';
import { encodeForm } from './form-encoder.js';
import type { Words } from './words.js';

/** The previous version. Forms of it are still stored. */
const OLD_VERSION = 1;

/** Whether stored bytes are a form of the old version, which `upgradeForm` takes. */
export function isOldForm(bytes: Uint8Array): boolean {
  return bytes[0] === OLD_VERSION;
}

/**
 * Reads a stored form of either version. An old one is upgraded in memory first, so analysis always sees the new
 * version.
 */
export function readForm(bytes: Uint8Array): Form {
  return decodeForm(isOldForm(bytes) ? upgradeForm(bytes) : bytes);
}

/**
 * Upgrades a stored, inflated form of the old version. The result is made from the old form (texts, times, speakers),
 * not from the transcript, and equals byte for byte what importing the same words now would store. There is one
 * exception: a sentence whose last word ends in one of the new marks (`。`) and is followed by other punctuation. An old
 * form does not tell a word from its punctuation. The caller must store the sections, statistics, matches and question
 * counts computed from the upgraded form in the same transaction.
 * @throws RangeError or TypeError if the bytes are not a whole form of the old version.
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
 * Splits a block's text into its words, by the number of white-space pieces of each. The words, joined by a space each,
 * make up the text again. If two words have more white space between them, it does not matter which of them gets it.
 */
function partBlock(form: Form, block: number, words: string[]): void {
  const { wordPiece } = form.places();
  // White space and pieces alternate.
  const parts = form.blockTexts()[block]!.split(/(\S+)/);
  let at = 0;
  let gap = parts[0]!;
  const first = form.blockWord[block]!;
  for (let word = first; word < form.blockWord[block + 1]!; word++) {
    // A word of white space alone at either end of the text has no joint: the text was trimmed.
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
