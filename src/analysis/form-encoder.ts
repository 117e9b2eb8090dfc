import { blockStarts } from './blocks.js';
import { FORM_VERSION } from './form.js';
import { encodeTimes } from './times.js';
import { hashToken, tokensOf, unsignedToken } from './tokens.js';
import { encodeUtf8 } from './utf8.js';
import { encodeVarints } from './varints.js';
import type { Words } from './words.js';

/** What is read from a word as shown. It is the same wherever the word occurs. */
interface Reading {
  /** Indices into the vocabulary. */
  readonly tokens: readonly number[];
  /** The number of runs of characters other than white space. */
  readonly pieces: number;
  readonly endsSentence: boolean;
}

/** Columns and texts of the blocks, and columns over all words: see the layout in `form.ts`. */
interface Columns {
  readonly tokens: number[];
  readonly blockTokens: Uint32Array;
  readonly blockUnits: Uint32Array;
  readonly odd: number[];
  readonly sentences: number[];
  readonly text: Uint8Array;
}

/** The largest vocabulary that 2-byte token ids can index. */
const NARROW_VOCABULARY = 65_536;

/**
 * Writes a call's analysis form (see `form.ts` for its layout). `words` must be in canonical order. Times are exact to
 * the double. Texts are unchanged, but lone surrogates become U+FFFD. A word whose index is in `sentenceEnds` ends a
 * sentence even where its text does not show it.
 */
export function encodeForm(words: Words, sentenceEnds: ReadonlySet<number> = new Set()): Uint8Array {
  const starts = blockStarts(words);
  const blockWords = Uint32Array.from(starts, (first, block) => (starts[block + 1] ?? words.count) - first);
  const blockSpeakers = Uint16Array.from(starts, (first) => words.speaker[first]!);
  const vocabulary = new Map<string, number>();
  const columns = readColumns(words, blockWords, vocabulary, sentenceEnds);
  const terms = signedLast([...vocabulary.keys()], columns.tokens);
  const termBytes = terms.map(encodeUtf8);
  const times = encodeTimes(words);
  const wide = terms.length > NARROW_VOCABULARY;
  const tokens = wide ? Uint32Array.from(columns.tokens) : Uint16Array.from(columns.tokens);

  const sections = [
    encodeVarints(termBytes.map((term) => term.length)),
    joinBytes(termBytes),
    times.bytes,
    encodeVarints(columns.odd),
    encodeVarints(columns.sentences),
    columns.text,
  ];
  const counts = [words.count, columns.tokens.length, terms.length, starts.length];
  return joinBytes([
    Uint8Array.of(FORM_VERSION, times.digits, tokens.BYTES_PER_ELEMENT, 0),
    bytesOf(Uint32Array.from([...counts, ...sections.map((section) => section.length)])),
    bytesOf(Uint32Array.from(terms, hashToken)),
    bytesOf(blockWords),
    bytesOf(columns.blockTokens),
    bytesOf(columns.blockUnits),
    ...(wide ? [bytesOf(tokens), bytesOf(blockSpeakers)] : [bytesOf(blockSpeakers), bytesOf(tokens)]),
    ...sections,
  ]);
}

function readColumns(
  words: Words,
  blockWords: Uint32Array,
  vocabulary: Map<string, number>,
  sentenceEnds: ReadonlySet<number>,
): Columns {
  const readings = new Map<string, Reading>();
  const punctuated = new Map<string, Reading>();
  const tokens: number[] = [];
  const odd: number[] = [];
  const sentences: number[] = [];
  const blockTokens = new Uint32Array(blockWords.length);
  const blockUnits = new Uint32Array(blockWords.length);
  const texts: string[] = [];
  let lastOdd = 0;
  let word = 0;
  for (let block = 0; block < blockWords.length; block++) {
    const end = word + blockWords[block]!;
    const tokensBefore = tokens.length;
    let sentenceStart = word;
    let text = '';
    for (; word < end; word++) {
      const shown = words.text[word]! + words.punctuation[word]!;
      text += text === '' ? shown : ` ${shown}`;
      const bare = words.text[word]!;
      // A word's own end counts besides that of its punctuation (`Inc.` followed by a comma), so the key says where one
      // ends and the other begins.
      const [known, key] = shown === bare ? [readings, bare] : [punctuated, `${bare.length} ${shown}`];
      const reading = known.get(key) ?? readWord(bare, shown, vocabulary);
      known.set(key, reading);
      for (const token of reading.tokens) tokens.push(token);
      if (reading.tokens.length !== 1 || reading.pieces !== 1) {
        odd.push(word - lastOdd, reading.tokens.length, reading.pieces);
        lastOdd = word;
      }
      if (reading.endsSentence || word === end - 1 || sentenceEnds.has(word)) {
        sentences.push(word + 1 - sentenceStart);
        sentenceStart = word + 1;
      }
    }
    blockTokens[block] = tokens.length - tokensBefore;
    texts.push(text.trim());
    blockUnits[block] = texts[block]!.length;
  }
  return { tokens, blockTokens, blockUnits, odd, sentences, text: encodeUtf8(texts.join('')) };
}

/**
 * Moves signed numbers behind all other terms, where a search finds these few at once, and renumbers `tokens` to match.
 */
function signedLast(terms: readonly string[], tokens: number[]): readonly string[] {
  const isSigned = terms.map((term) => unsignedToken(term) !== term);
  if (!isSigned.includes(true)) return terms;
  const order = [...terms.keys()].sort((a, b) => Number(isSigned[a]) - Number(isSigned[b]));
  const places = new Uint32Array(terms.length);
  order.forEach((term, place) => {
    places[term] = place;
  });
  for (let i = 0; i < tokens.length; i++) tokens[i] = places[tokens[i]!]!;
  return order.map((term) => terms[term]!);
}

function readWord(bare: string, shown: string, vocabulary: Map<string, number>): Reading {
  const tokens = tokensOf(shown).map((token) => {
    const id = vocabulary.get(token) ?? vocabulary.size;
    vocabulary.set(token, id);
    return id;
  });
  return {
    tokens,
    pieces: shown.match(/\S+/g)?.length ?? 0,
    endsSentence: SENTENCE_END.test(bare) || SENTENCE_END.test(shown),
  };
}

/** A mark before a closing quote does not end a sentence. */
const SENTENCE_END = /[.?!。？！؟]\s*$/;

function bytesOf(column: Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
