import { decodeTimes, type Times } from './times.js';
import { decodeUtf8 } from './utf8.js';
import { decodeOffsets, decodeVarints } from './varints.js';

/**
 * The *analysis form*: a call's words, blocks and tokens in one buffer, from which all analysis runs. It is written
 * once, when a transcript arrives; callers store it raw-deflated. It is little-endian, as is every machine that runs
 * Node.
 *
 *     bytes 0..3   version, fraction digits of the times (RAW_TIMES: doubles), bytes per token id (2 or 4), 0
 *     uint32 × 10  counts of words, tokens, vocabulary and blocks; byte lengths of the six byte sections
 *     uint32       vocabulary: hash of each distinct token; signed numbers (`$25`) come last
 *     uint32 × 3   blocks: words, tokens, UTF-16 units of text of each
 *     2 or 4 bytes tokens: index into the vocabulary, in order (4-byte ones come before the speakers)
 *     uint16       blocks: speaker
 *     bytes        vocabulary lengths (varints) · vocabulary (UTF-8) · times · odd words (varints)
 *                  · sentence lengths (varints) · text (UTF-8)
 *
 * *Odd words* are those that do not have exactly one token in exactly one white-space piece. Each is a triple of
 * varints: distance from the last odd word, tokens, pieces. *Sentence lengths* are in words. A sentence ends with its
 * block, or with a word that ends, itself or in its punctuation, in `.`, `?`, `!` or the equivalent mark of another
 * script. *Text* is the texts of the blocks, one after the other.
 *
 * Version 1 had the same layout. Its tokens followed older rules, and only `.`, `?` and `!` ended sentences. Stored
 * forms are therefore read with `readForm` of `form-upgrade.ts`.
 */
export const FORM_VERSION = 2;

const HEADER_BYTES = 44;

/** A call's distinct tokens. */
export interface Vocabulary {
  readonly count: number;
  /** `hashToken` of each. Signed numbers (`$25`) come last. */
  readonly hashes: Uint32Array;
  /** Where each token begins in `bytes`, and at the end the length of `bytes`. */
  readonly offsets: Uint32Array;
  /** The UTF-8 of the tokens, one after the other. */
  readonly bytes: Uint8Array;
}

/** Where the tokens and words are. All numbers count over the whole call. */
export interface Places {
  /** The word of each token. */
  readonly tokenWord: Uint32Array;
  /** The first token of each word, and at the end the number of tokens. */
  readonly wordToken: Uint32Array;
  /** The first white-space piece of each word in the texts of all blocks, and at the end the number of pieces. */
  readonly wordPiece: Uint32Array;
}

interface BlockBytes {
  readonly bytes: Uint8Array;
  /** Where each block begins, and the end of the last. */
  readonly starts: Uint32Array;
}

/**
 * A decoded analysis form. Each method decodes its part on first use and keeps it; it throws a RangeError or TypeError
 * if that part is malformed.
 */
export interface Form {
  readonly wordCount: number;
  readonly blockCount: number;
  /** The first word of each block, and at the end the number of words. */
  readonly blockWord: Uint32Array;
  /** The first token of each block, and at the end the number of tokens. */
  readonly blockToken: Uint32Array;
  /** The zero-based speaker number of each block. */
  readonly blockSpeaker: Uint16Array;
  /** The vocabulary index of each token, in order. All are checked to be in range. */
  readonly tokens: () => Uint16Array | Uint32Array;
  /** The same, unchecked, for a pass that itself checks that every index is in the vocabulary. */
  readonly uncheckedTokens: Uint16Array | Uint32Array;
  readonly vocabulary: () => Vocabulary;
  readonly times: () => Times;
  readonly places: () => Places;
  /** The last word of each sentence, in order. The last word of every block is among them. */
  readonly sentenceEnds: () => Uint32Array;
  /** The text of each block. */
  readonly blockTexts: () => readonly string[];
  /** The same as stored: UTF-8, if the form is sound. */
  readonly blockBytes: () => BlockBytes;
}

/**
 * Decodes an analysis form. Where their alignment allows, the columns are views into `bytes`, which must not change
 * afterwards.
 * @throws RangeError if the bytes are not a whole form of the version.
 */
export function decodeForm(bytes: Uint8Array, version = FORM_VERSION): Form {
  if (bytes.length < HEADER_BYTES) throw malformed('it is too short');
  if (bytes[0] !== version) throw malformed(`it has version ${bytes[0]}`);
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const digits = bytes[1]!;
  const tokenBytes = bytes[2]!;
  if (tokenBytes !== 2 && tokenBytes !== 4) throw malformed(`it has ${tokenBytes}-byte tokens`);
  const header = new Uint32Array(aligned.buffer, aligned.byteOffset + 4, 10);
  const wordCount = header[0]!;
  const tokenCount = header[1]!;
  const vocabularyCount = header[2]!;
  const blockCount = header[3]!;
  let length = HEADER_BYTES + vocabularyCount * 4 + blockCount * 14 + tokenCount * tokenBytes;
  for (let i = 4; i < 10; i++) length += header[i]!;
  if (length !== bytes.length) throw malformed(`it has ${bytes.length} bytes where its header says ${length}`);

  let end = aligned.byteOffset + HEADER_BYTES;
  const take = (length: number) => {
    end += length;
    return end - length;
  };
  const uint32s = (count: number) => new Uint32Array(aligned.buffer, take(count * 4), count);
  const uint16s = (count: number) => new Uint16Array(aligned.buffer, take(count * 2), count);
  const section = (length: number) => new Uint8Array(aligned.buffer, take(length), length);
  const hashes = uint32s(vocabularyCount);
  const blockWord = offsets(uint32s(blockCount), wordCount);
  const blockToken = offsets(uint32s(blockCount), tokenCount);
  const blockUnits = uint32s(blockCount);
  const wideTokens = tokenBytes === 4 ? uint32s(tokenCount) : undefined;
  const blockSpeaker = uint16s(blockCount);
  const tokens = wideTokens ?? uint16s(tokenCount);
  const lengths = section(header[4]!);
  const tokenText = section(header[5]!);
  const timeBytes = section(header[6]!);
  const odd = section(header[7]!);
  const sentences = section(header[8]!);
  const text = section(header[9]!);

  return {
    wordCount,
    blockCount,
    blockWord,
    blockToken,
    blockSpeaker,
    tokens: lazy(() => checked(tokens, vocabularyCount)),
    uncheckedTokens: tokens,
    vocabulary: lazy(() => {
      const starts = decodeOffsets(lengths, tokenText.length);
      if (starts.length !== vocabularyCount + 1) throw malformed('its vocabulary does not fit');
      return { count: vocabularyCount, hashes, offsets: starts, bytes: tokenText };
    }),
    times: lazy(() => decodeTimes(digits, timeBytes, wordCount)),
    places: lazy(() => decodePlaces(decodeVarints(odd), wordCount, tokenCount)),
    sentenceEnds: lazy(() =>
      decodeOffsets(sentences, wordCount)
        .subarray(1)
        .map((next) => next - 1),
    ),
    blockTexts: lazy(() => {
      const texts = decodeUtf8(text);
      const starts = offsets(blockUnits, texts.length);
      return Array.from({ length: blockCount }, (_, block) => texts.slice(starts[block], starts[block + 1]));
    }),
    blockBytes: lazy(() => {
      const units = blockUnits.reduce((sum, length) => sum + length, 0);
      // A character beyond ASCII takes more bytes in UTF-8 than units in UTF-16.
      return { bytes: text, starts: units === text.length ? offsets(blockUnits, units) : utf8Starts(text, blockUnits) };
    }),
  };
}

/**
 * A block's text: its words, each with its punctuation appended, joined by one space, without white space at either
 * end. Splitting it on white space therefore gives the same pieces in every language.
 */
export function blockText(form: Form, block: number): string {
  return form.blockTexts()[block]!;
}

function decodePlaces(odd: Float64Array, wordCount: number, tokenCount: number): Places {
  if (odd.length % 3 !== 0) throw malformed('its odd words are cut off');
  const wordToken = new Uint32Array(wordCount + 1);
  const wordPiece = new Uint32Array(wordCount + 1);
  const tokenWord = new Uint32Array(tokenCount);
  let token = 0;
  let piece = 0;
  let next = odd.length > 0 ? odd[0]! : wordCount;
  let at = 0;
  for (let word = 0; word < wordCount; word++) {
    wordToken[word] = token;
    wordPiece[word] = piece;
    if (word < next) {
      tokenWord[token++] = word;
      piece++;
      continue;
    }
    const end = token + odd[at + 1]!;
    if (end > tokenCount) throw malformed('its words have too many tokens');
    while (token < end) tokenWord[token++] = word;
    piece += odd[at + 2]!;
    at += 3;
    next = at < odd.length ? word + odd[at]! : wordCount;
    if (next === word) throw malformed('an odd word comes twice');
  }
  if (token !== tokenCount || at !== odd.length) throw malformed('its words do not fit their tokens');
  wordToken[wordCount] = token;
  wordPiece[wordCount] = piece;
  return { tokenWord, wordToken, wordPiece };
}

/** Where each of these lengths begins when they are laid end to end, and the end, which must be `total`. */
function offsets(lengths: ArrayLike<number>, total: number): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  let sum = 0;
  for (let i = 0; i < lengths.length; i++) {
    sum += lengths[i]!;
    starts[i + 1] = sum;
  }
  if (sum !== total) throw malformed(`its parts make up ${sum} where it has ${total}`);
  return starts;
}

/** Where texts of these lengths in UTF-16 units begin in UTF-8, and the end of the last. */
function utf8Starts(bytes: Uint8Array, lengths: Uint32Array): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  let at = 0;
  for (let block = 0; block < lengths.length; block++) {
    let units = lengths[block]!;
    while (units > 0 && at < bytes.length) {
      const byte = bytes[at]!;
      units -= byte < 0xf0 ? 1 : 2;
      at += byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    }
    if (units !== 0) throw malformed('its blocks do not fit their text');
    starts[block + 1] = at;
  }
  if (at !== bytes.length) throw malformed('its blocks do not fit their text');
  return starts;
}

/**
 * Checks that every token is in the vocabulary, so that callers may index tables by tokens without a check of their
 * own.
 */
function checked(tokens: Uint16Array | Uint32Array, vocabularyCount: number): Uint16Array | Uint32Array {
  // A token out of range makes one of the two numbers negative. Math.max over 4-byte tokens would compute in doubles.
  const last = vocabularyCount - 1;
  let signs = 0;
  for (let i = 0; i < tokens.length; i++) signs |= tokens[i]! | (last - tokens[i]!);
  if (signs < 0) throw malformed('a token is not in its vocabulary');
  return tokens;
}

/** Returns a function that computes a value on its first call and keeps it. */
function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function malformed(why: string): RangeError {
  return new RangeError(`analysis form: ${why}`);
}
