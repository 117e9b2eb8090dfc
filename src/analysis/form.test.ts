import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockStarts } from './blocks.js';
import { blockText, decodeForm, type Form } from './form.js';
import { encodeForm } from './form-encoder.js';
import { isOldForm, readForm, upgradeForm } from './form-upgrade.js';
import { madeWords, type Row, spokenWords } from './made-words.js';
import { decodeTimes } from './times.js';
import { hashToken, tokensOf } from './tokens.js';
import { matchTopics } from './topic-matcher.js';
import { compileTopics } from './topics.js';
import type { Words } from './words.js';

const textOf = (bytes: Uint8Array, from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to));

/** Every reader of the tokens throws. */
function expectForeignToken(bytes: Uint8Array): void {
  const set = compileTopics([{ id: 1, name: 'One', words: ['w1'] }]);
  for (const read of [(form: Form) => form.tokens(), (form: Form) => matchTopics(form, set)]) {
    expect(() => read(decodeForm(bytes))).toThrow('a token is not in its vocabulary');
  }
}

/** A form's contents, read back through its public columns alone. */
function told(form: Form) {
  const { hashes, offsets, bytes } = form.vocabulary();
  const terms = Array.from({ length: form.vocabulary().count }, (_, i) => textOf(bytes, offsets[i]!, offsets[i + 1]!));
  expect(Array.from(hashes)).toEqual(terms.map(hashToken));
  expect(new Set(terms).size).toBe(terms.length);
  const texts = form.blockBytes();
  expect(
    Array.from(form.blockWord.slice(1), (_, i) => textOf(texts.bytes, texts.starts[i]!, texts.starts[i + 1]!)),
  ).toEqual(form.blockTexts());
  return {
    starts: Array.from(form.times().start),
    ends: Array.from(form.times().end),
    blockWord: Array.from(form.blockWord),
    blockToken: Array.from(form.blockToken),
    speakers: Array.from(form.blockSpeaker),
    tokens: Array.from(form.tokens(), (token) => terms[token]),
    tokenWord: Array.from(form.places().tokenWord),
    wordToken: Array.from(form.places().wordToken),
    wordPiece: Array.from(form.places().wordPiece),
    sentenceEnds: Array.from(form.sentenceEnds()),
    texts: form.blockTexts(),
  };
}

/** The same contents, straight from the words. */
function expected(words: Words): ReturnType<typeof told> {
  const shown = words.text.map((text, i) => (text + words.punctuation[i]).replace(/\p{Cs}/gu, '\ufffd'));
  const perWord = shown.map(tokensOf);
  const runs = (sizes: number[]) => {
    let sum = 0;
    return [
      0,
      ...sizes.map((size) => {
        sum += size;
        return sum;
      }),
    ];
  };
  const wordToken = runs(perWord.map((tokens) => tokens.length));
  const blockWord = [...blockStarts(words), words.count];
  const ends = (text: string) => /[.?!。？！؟]$/.test(text.trimEnd());
  return {
    starts: Array.from(words.start),
    ends: Array.from(words.end),
    blockWord,
    blockToken: blockWord.map((word) => wordToken[word]!),
    speakers: blockStarts(words).map((word) => words.speaker[word]!),
    tokens: perWord.flat(),
    tokenWord: perWord.flatMap((tokens, word) => tokens.map(() => word)),
    wordToken,
    wordPiece: runs(shown.map((text) => text.split(/\s+/).filter((piece) => piece !== '').length)),
    sentenceEnds: shown.flatMap((text, word) =>
      ends(words.text[word]!) || ends(text) || blockWord.includes(word + 1) ? [word] : [],
    ),
    texts: blockStarts(words).map((first, block) =>
      shown
        .slice(first, blockWord[block + 1])
        .join(' ')
        .trim(),
    ),
  };
}

const time = fc.oneof(
  fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100),
  fc.integer({ min: 0, max: 10 ** 9 }).map((millionths) => millionths / 10 ** 6),
);
const anyTime = fc.oneof(time, fc.double({ min: 0, max: 1e6, noNaN: true }));
const text = fc.oneof(
  fc.constantFrom(
    'Yes',
    "don't",
    'follow-up',
    'e.g.',
    '',
    ' ',
    ' two words ',
    'tab\tand\nline',
    'What?',
    '…',
    'don’t',
    '$25,000',
    'C++',
    '你好。',
  ),
  fc.constantFrom(
    '👍🏽',
    'שלום',
    'مرحبا',
    '\u0301',
    'e\u0301',
    'Ｆｕｌｌ',
    'ß',
    'İ',
    'ﬃ',
    '\ufeff',
    '\u00a0',
    '\0',
    '\ud83d',
  ),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
);
const punctuation = fc.oneof(fc.constantFrom('', '', '.', '?', '!', ',', '?"', ' .', '。', '\u0301', "'s"), text);

function wordsFrom(times: fc.Arbitrary<number>): fc.Arbitrary<Words> {
  return fc
    .array(fc.tuple(fc.constantFrom(0, 0, 1, 65_535), times, times, text, punctuation), { maxLength: 40 })
    .map((rows) =>
      madeWords(
        rows
          .sort((a, b) => a[1] - b[1])
          .map(([speaker, start, length, word, p]): Row => [speaker, start, start + length, word, p]),
      ),
    );
}

describe('the analysis form', () => {
  it.each([
    ['decimals', wordsFrom(time)],
    ['any doubles', wordsFrom(anyTime)],
  ])('holds what its words are, with times that are %s', (_, words) => {
    fc.assert(
      fc.property(words, (made) => {
        expect(told(decodeForm(encodeForm(made)))).toEqual(expected(made));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps times exact to the double and to the sign of zero', () => {
    const times = [-0, 0, 0.1 + 0.2, 1 / 3, 1e-7, 123456.789012, 2 ** 51, 5e-324];
    for (const exact of times) {
      const form = decodeForm(encodeForm(madeWords([[0, exact, exact, 'a']])));
      expect(Object.is(form.times().start[0], exact)).toBe(true);
      expect(Object.is(form.times().end[0], exact)).toBe(true);
    }
  });

  it('packs decimal times into few bytes', () => {
    const rows = Array.from({ length: 1000 }, (_, i): Row => [0, (i * 30) / 100, (i * 30 + 25) / 100, 'a']);
    const raw = rows.map((row): Row => [0, row[1] + 1e-9, row[2] + 1e-9, 'a']);
    expect(encodeForm(madeWords(raw)).length - encodeForm(madeWords(rows)).length).toBe(14_000);
  });

  it('holds no words', () => {
    const form = decodeForm(encodeForm(madeWords([])));
    expect([form.wordCount, form.blockCount, form.blockTexts()]).toEqual([0, 0, []]);
    expect(told(form)).toEqual(expected(madeWords([])));
  });

  it('holds as many speakers as there are numbers for', () => {
    const words = madeWords(Array.from({ length: 65_536 }, (_, i): Row => [i, i, i + 1, 'a']));
    const form = decodeForm(encodeForm(words));
    expect(Array.from(form.blockSpeaker)).toEqual(Array.from(words.speaker));
  });

  it.each([65_536, 65_537])('holds %i distinct tokens', (count) => {
    const words = madeWords(Array.from({ length: count + 1 }, (_, i): Row => [0, i, i + 1, `w${i % count}`]));
    const form = decodeForm(encodeForm(words));
    expect(form.tokens().BYTES_PER_ELEMENT).toBe(count > 65_536 ? 4 : 2);
    expect(form.vocabulary().count).toBe(count);
    expect([form.tokens()[count - 1], form.tokens()[count]]).toEqual([count - 1, 0]);
  });

  it('holds a word of many tokens', () => {
    const long = Array.from({ length: 70_000 }, (_, i) => `t${i % 7}`).join('-');
    const form = decodeForm(encodeForm(madeWords([[0, 0, 1, long]])));
    expect(Array.from(form.places().wordToken)).toEqual([0, 70_000]);
    expect(form.vocabulary().count).toBe(7);
    expect(blockText(form, 0)).toBe(long);
  });

  it.each([...'.?!。？！؟'])('ends a sentence with a word or punctuation that ends in %s', (mark) => {
    const words = madeWords([
      [0, 0, 1, `a${mark}`],
      [0, 1, 2, 'b', mark],
      [0, 2, 3, `c${mark}`, '」'],
      [0, 3, 4, 'd', `${mark}」`],
      [0, 4, 5, `e${mark}f`],
      [0, 5, 6, 'g'],
    ]);
    expect(Array.from(decodeForm(encodeForm(words)).sentenceEnds())).toEqual([0, 1, 2, 5]);
  });

  it('ends sentences with words and punctuation that end in . ? or !, and with blocks', () => {
    const words = madeWords([
      [0, 0, 1, 'Acme', ' Inc.'],
      [0, 1, 2, 'etc.', ','],
      [0, 2, 3, 'so', '?"'],
      [0, 3, 4, 'well', '?!'],
      [0, 4, 5, 'no'],
      [1, 5, 6, 'yes'],
    ]);
    expect(Array.from(decodeForm(encodeForm(words)).sentenceEnds())).toEqual([0, 1, 3, 4, 5]);
  });

  it('gives a block’s text with words and punctuation joined by one space', () => {
    const form = decodeForm(encodeForm(spokenWords([0, 'Good morning, all.'], [1, 'Hi!'])));
    expect([blockText(form, 0), blockText(form, 1)]).toEqual(['Good morning, all.', 'Hi!']);
  });

  it('is read from any place in a buffer', () => {
    const bytes = encodeForm(spokenWords([0, 'Good morning, all.'], [1, 'Hi!']));
    for (const offset of [1, 2, 3, 4]) {
      const moved = new Uint8Array(bytes.length + 9);
      moved.set(bytes, offset);
      const form = decodeForm(moved.subarray(offset, offset + bytes.length));
      expect(told(form)).toEqual(told(decodeForm(bytes)));
    }
  });
});

describe('decodeForm', () => {
  const whole = encodeForm(spokenWords([0, 'Is this - follow-up?'], [1, 'Yes. It is.']));

  /** Reads every part. */
  function readAll(bytes: Uint8Array): void {
    const form = decodeForm(bytes);
    form.vocabulary();
    form.times();
    form.places();
    form.sentenceEnds();
    form.blockTexts();
    form.blockBytes();
  }

  it('refuses a form cut anywhere, or with more at its end', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeForm(whole.subarray(0, length))).toThrow(RangeError);
    }
    expect(() => decodeForm(Uint8Array.of(...whole, 0))).toThrow(RangeError);
  });

  it.each([[[]], [[2]], [[2, 4, 6]], [[2, 0x81]], [[2, ...Array(7).fill(0xff), 0x7f]]])(
    'refuses the times %j for one word',
    (bytes) => {
      expect(() => decodeTimes(2, Uint8Array.from(bytes), 1)).toThrow('do not fit');
    },
  );

  it('refuses another version', () => {
    expect(() => decodeForm(Uint8Array.of(1, ...whole.subarray(1)))).toThrow('version 1');
    expect(() => decodeForm(Uint8Array.of(3, ...whole.subarray(1)))).toThrow('version 3');
  });

  it('refuses a token that is not in the vocabulary', () => {
    const form = decodeForm(whole);
    const bytes = whole.slice();
    bytes[form.tokens().byteOffset - whole.byteOffset] = form.vocabulary().count;
    expectForeignToken(bytes);
  });

  it('refuses a token of four bytes that is not in the vocabulary', () => {
    const count = 65_537;
    const words = madeWords(Array.from({ length: count }, (_, i): Row => [0, i, i + 1, `w${i}`]));
    const bytes = encodeForm(words);
    const third = new DataView(bytes.buffer, decodeForm(bytes).tokens().byteOffset + 8, 4);
    for (const token of [count, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + count, 2 ** 32 - 1]) {
      third.setUint32(0, token, true);
      expectForeignToken(bytes);
    }
    third.setUint32(0, count - 1, true);
    expect(decodeForm(bytes).tokens()[2]).toBe(count - 1);
  });

  it('reads damaged forms, or throws a RangeError or TypeError', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const bytes = whole.slice();
        bytes[at] = byte;
        try {
          readAll(bytes);
        } catch (error) {
          expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

const UPGRADED: readonly Row[] = [
  [0, 0, 0.5, '$25,000', ','],
  [0, 0.5, 1, 'C++', '.'],
  [0, 1, 1.5, 'dis\u00adcount'],
  [0, 1.5, 2, ' thank  you '],
  [0, 2, 2.5, '你好。'],
  [0, 2.5, 3, '价格', '。'],
  [0, 3, 3.5, '\u00a0'],
  [0, 3.5, 4, '25', '?'],
  [0, 4, 4.5, 'Inc.', ','],
  [0, 4.5, 5, '100%'],
  [0, 5, 5.5, 're\ufeffnewal'],
  [1, 5.5, 6, '\u00a0'],
  [1, 6, 6.5, 'ราคา\u200b'],
  [1, 6.5, 7, '—'],
  [1, 7, 7.5, '3.5', '！'],
  [1, 7.5, 8, 'how much', '?!'],
  [1, 8, 8.5, '\t'],
  [0, 8.5, 9.123456, 'end'],
];

/** The form that version 0.1.0 stored for these words. */
const OLD = Buffer.from(
  'AQYCABIAAAAUAAAAEwAAAAMAAAATAAAARwAAAEgAAAAeAAAABwAAAH4AAAA5QwUf2PpFHJFfrUYE+/HI7O8Rm858ZKgRli7UjZPt' +
    'PBy5+GFzZwuqHvBC9v860A8BlV2ozDUWW+0jTBTj9YoFzEz9+bdPIFe9TK5qCwAAAAYAAAABAAAADgAAAAUAAAABAAAARgAAABcA' +
    'AAADAAAAAAABAAAAAAABAAIAAwAEAAUABgAHAAgAAAAJAAoACwAMAA0ADgAPABAAEQASAAIDAQMFBQMGBgMDAgUMAQEDBAMyNTAw' +
    'MGNkaXNjb3VudHRoYW5reW915L2g5aW95Lu35qC8aW5jMTAwcmVuZXdhbOC4o+C4suC4hOC4sjM1aG93bXVjaGVuZADAhD0AwIQ9' +
    'AMCEPQDAhD0AwIQ9AMCEPQDAhD0AwIQ9AMCEPQDAhD0AwIQ9AMCEPQDAhD0AwIQ9AMCEPQDAhD0AwIQ9AMCNTAACAQICAQECAgMA' +
    'AAQCAgEAAAIAAQECAQECAgEAAAIGAQIFAQEkMjUsMDAwLCBDKysuIGRpc8KtY291bnQgIHRoYW5rICB5b3UgIOS9oOWlveOAgiDk' +
    'u7fmoLzjgIIgwqAgMjU/IEluYy4sIDEwMCUgcmXvu79uZXdhbOC4o+C4suC4hOC4suKAiyDigJQgMy4177yBIGhvdyBtdWNoPyFl' +
    'bmQ=',
  'base64',
);

/** A form that differs from an old one only in its tokens and sentences. */
function marked(form: Uint8Array): Uint8Array {
  const bytes = form.slice();
  bytes[0] = 1;
  return bytes;
}

describe('upgradeForm', () => {
  it('makes what importing the same words stores', () => {
    expect(Buffer.from(upgradeForm(OLD)).equals(encodeForm(madeWords(UPGRADED)))).toBe(true);
  });

  it.each([
    ['decimals', wordsFrom(time)],
    ['any doubles', wordsFrom(anyTime)],
  ])('gives texts, words, times and sentences back as they were, with times that are %s', (_, words) => {
    fc.assert(
      fc.property(words, (made) => {
        const form = encodeForm(made);
        expect(Buffer.from(upgradeForm(marked(form))).equals(form)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a block of very many words', () => {
    const form = encodeForm(madeWords(Array.from({ length: 150_000 }, (_, i): Row => [0, i, i + 1, `w${i % 500}`])));
    expect(Buffer.from(upgradeForm(marked(form))).equals(form)).toBe(true);
  });

  it('refuses what is no whole form of the old version', () => {
    expect(() => upgradeForm(OLD.subarray(0, -1))).toThrow(RangeError);
    expect(() => upgradeForm(encodeForm(madeWords(UPGRADED)))).toThrow('version 2');
  });
});

describe('readForm', () => {
  it('reads both versions alike', () => {
    const form = encodeForm(madeWords(UPGRADED));
    expect([isOldForm(OLD), isOldForm(form)]).toEqual([true, false]);
    expect(readForm(OLD).vocabulary()).toEqual(decodeForm(form).vocabulary());
    expect(readForm(form).vocabulary()).toEqual(decodeForm(form).vocabulary());
    expect(() => readForm(Uint8Array.of(3, ...form.subarray(1)))).toThrow('version 3');
  });
});
