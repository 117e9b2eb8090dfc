import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeForm } from './form.js';
import { encodeForm } from './form-encoder.js';
import { madeWords, type Row, spokenWords } from './made-words.js';
import { spokenSentences } from './sentences.js';
import { type CitedSummary, summarizeFromSentences } from './summary.js';
import { bare, tidyEnglish } from './tidy-text.js';
import type { Words } from './words.js';

const NAMES = new Map([
  [0, 'Ann Lee'],
  [1, 'Bo Berg'],
]);

function summarized(words: Words, language = 'en'): CitedSummary | null {
  const sentences = spokenSentences(decodeForm(encodeForm(words)));
  return summarizeFromSentences({ sentences, speakerNames: NAMES, internalSpeakers: new Set([0]), language });
}

/** Talk that is long enough to be summarised, and has neither steps nor questions. */
const TALK: readonly (readonly [number, string])[] = [
  [1, 'Our warehouse in Fresno loses two hours a day because the carriers call about every delivery appointment.'],
  [0, 'The carriers book their own appointments in our portal, and the warehouse sees them at once.'],
  [1, 'We need that before the winter, because the warehouse has no people to answer the phone.'],
  [0, 'A site costs nine hundred dollars a month, and the portal for the carriers is included.'],
];

describe('spokenSentences', () => {
  const said = (words: Words) => spokenSentences(decodeForm(encodeForm(words))).map(({ text }) => text);

  it('joins a sentence over an aside', () => {
    const words = spokenWords(
      [0, 'It calls the server,'],
      [1, 'mm-hm.'],
      [0, 'and it writes back. Fine.'],
      [1, 'Good.'],
    );
    expect(said(words)).toEqual(['It calls the server, and it writes back.', 'Fine.', 'mm-hm.', 'Good.']);
  });

  it('gives each sentence the seconds of its own words', () => {
    const sentences = spokenSentences(decodeForm(encodeForm(spokenWords([0, 'One two. Three four five.']))));
    expect(sentences.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
      [0, 1.5],
      [2, 4.5],
    ]);
  });

  it('does not end one with a title or an initial', () => {
    expect(said(spokenWords([0, 'Ask Mr. Bell or J. Smith. Then call.']))).toEqual([
      'Ask Mr. Bell or J. Smith.',
      'Then call.',
    ]);
  });

  it('ends them with pauses where a transcript has no punctuation', () => {
    const rows = Array.from(
      { length: 80 },
      (_, i): Row => [0, i + (i >= 20 ? 1 : 0), i + 0.9 + (i >= 20 ? 1 : 0), 'word'],
    );
    expect(said(madeWords(rows)).map((text) => text.split(' ').length)).toEqual([20, 30, 30]);
  });

  it.each([
    [
      'what breaks off',
      [
        [0, 'So I was going to—'],
        [1, 'Never mind that.'],
      ] as const,
      [false, true],
    ],
    [
      'the rest of another speaker’s sentence',
      [
        [0, 'We sell in the first'],
        [1, 'quarter of the year.'],
      ] as const,
      [false, false],
    ],
  ])('knows %s as no whole sentence', (_, turns, whole) => {
    const sentences = spokenSentences(decodeForm(encodeForm(spokenWords([0, 'Yes.'], [1, 'Fine.'], ...turns))));
    expect(sentences.slice(2).map(({ isWhole }) => isWhole)).toEqual(whole);
  });
});

describe('tidyEnglish', () => {
  it.each([
    ['Um, it was a, a drop nobody um, wanted.', 'It was a drop nobody wanted.'],
    ['You know, I mean, we lost it.', 'We lost it.'],
    ['Okay, so the rules behind it matter.', 'The rules behind it matter.'],
    ['And if I get it wrong, uh?', 'If I get it wrong?'],
    ['It says four four one nine.', 'It says four four one nine.'],
    ['I like, like, that.', 'I like, that.'],
    ['You know that he had had enough.', 'You know that he had had enough.'],
  ])('makes of %j %j', (text, tidy) => expect(tidyEnglish(text)).toBe(tidy));

  it('keeps what answers a question', () => {
    expect(tidyEnglish('Yeah, um, we do.')).toBe('We do.');
    expect(tidyEnglish('Yeah, um, we do.', true)).toBe('Yeah, we do.');
  });
});

describe('next steps', () => {
  const steps = (...turns: readonly (readonly [number, string])[]) =>
    summarized(spokenWords(...TALK, ...turns))!.nextSteps.map(({ text }) => text);

  it.each([
    [[[0, "I'll send you the quote by Friday."]], ["Ann Lee: “I'll send you the quote by Friday.”"]],
    [[[1, 'So, um, I can get you that by Friday.']], ['Bo Berg: “I can get you that by Friday.”']],
    [[[0, "You'll hear from me by Monday."]], ["Ann Lee: “You'll hear from me by Monday.”"]],
    [[[0, 'We meet Tuesday at 12:30, thirty minutes.']], ['Ann Lee: “We meet Tuesday at 12:30, thirty minutes.”']],
    [
      [
        [1, 'Could you send me the slides?'],
        [0, "I'll send them right after this call."],
      ],
      ["Ann Lee: “I'll send them right after this call.”"],
    ],
    [
      [
        [1, 'Could you send me the slides?'],
        [0, 'Sure, no problem.'],
      ],
      ['Bo Berg: “Could you send me the slides?”'],
    ],
    [
      [
        [1, 'Could you send me the slides?'],
        [0, 'They are not mine to give.'],
      ],
      [],
    ],
    [
      [
        [0, 'Can we do Friday at ten?'],
        [1, "Friday's fine."],
      ],
      ['Ann Lee: “Can we do Friday at ten?”'],
    ],
    [[[0, "I'll be honest, it took until Wednesday."]], []],
    [[[0, "I'll show you the board now."]], []],
    [[[1, 'If it breaks again, I will call you on Monday.']], []],
    [[[0, "I'll send you the"]], []],
  ] as const)('finds in %j %j', (turns, expected) => expect(steps(...turns)).toEqual(expected));
});

describe('questions and answers', () => {
  const pairs = (...turns: readonly (readonly [number, string])[]) =>
    summarized(spokenWords(...TALK, ...turns))!.questionsAndAnswers.map(({ question, answer }) => [
      question.text,
      answer.text,
    ]);

  it.each([
    [
      [
        [1, 'So, what does the portal cost?'],
        [0, 'Um, it is in every plan. No extra charge.'],
      ],
      [['What does the portal cost?', 'It is in every plan. No extra charge.']],
    ],
    [
      [
        [1, 'What happens without a network? We lose it often.'],
        [0, 'Yes, the dock keeps running then.'],
      ],
      [['What happens without a network?', 'Yes, the dock keeps running then.']],
    ],
    [
      [
        [1, 'What does the portal cost?'],
        [0, 'Which portal do you mean?'],
      ],
      [],
    ],
    [
      [
        [1, 'What does the portal cost?'],
        [0, 'Hm.'],
      ],
      [],
    ],
    [
      [
        [1, 'How are you today, Ann?'],
        [0, 'Oh, I am very well, and it is warm.'],
      ],
      [],
    ],
    [
      [
        [0, 'What does the portal cost?'],
        [2, 'It is in every plan of ours.'],
      ],
      [['What does the portal cost?', 'It is in every plan of ours.']],
    ],
  ] as const)('finds in %j %j', (turns, expected) => expect(pairs(...turns)).toEqual(expected));

  it('takes no answer from the same side', () => {
    const words = spokenWords(...TALK, [0, 'What does the portal cost?'], [2, 'It is in every plan of ours.']);
    const sentences = spokenSentences(decodeForm(encodeForm(words)));
    const both = { sentences, speakerNames: NAMES, internalSpeakers: new Set([0, 2]), language: 'en' };
    expect(summarizeFromSentences(both)!.questionsAndAnswers).toEqual([]);
  });
});

describe('a summary', () => {
  it('says who spoke and about what, and quotes what they said', () => {
    expect(summarized(spokenWords(...TALK))!.summary).toEqual([
      { text: 'Bo Berg and Ann Lee spoke for 1 minute, mostly about carriers, warehouse.', seconds: null },
      { text: `Bo Berg: “${TALK[0]![1]}”`, seconds: 0 },
      { text: `Ann Lee: “${TALK[1]![1]}”`, seconds: 17 },
      { text: `Bo Berg: “${TALK[2]![1]}”`, seconds: 33 },
    ]);
  });

  it('quotes the answer to a question rather than a long story', () => {
    const story = `${'We went fishing with the carriers of the warehouse once. '.repeat(8)}It was fun.`;
    const told = spokenWords(...TALK, [1, 'Fine.'], [0, 'Fine.'], [1, story], [0, 'Good.'], ...TALK);
    expect(JSON.stringify(summarized(told)!.summary)).not.toContain('fishing');
  });

  it('puts the marks and capitals that a transcript lacks', () => {
    const said = [
      ['our warehouse in fresno loses two hours a day because the carriers call', 1],
      ['the carriers book their own appointments in our portal', 0],
      ['what does the portal cost for the carriers', 1],
      ['i think it is in every plan of the warehouse', 0],
      ["that is what i need and i'll send you the carriers by friday", 1],
    ] as const;
    let at = 0;
    const rows = said.flatMap(([text, speaker]) => {
      at += 1;
      return text.split(' ').map((word): Row => {
        at += 0.3;
        return [speaker, at - 0.3, at, word];
      });
    });
    const { nextSteps, questionsAndAnswers } = summarized(madeWords(rows))!;
    expect(nextSteps.map(({ text }) => text)).toEqual([
      "Bo Berg: “That is what I need and I'll send you the carriers by friday.”",
    ]);
    expect(questionsAndAnswers.map(({ question, answer }) => [question.text, answer.text])).toEqual([
      ['What does the portal cost for the carriers?', 'I think it is in every plan of the warehouse.'],
    ]);
  });

  it('has no greetings', () => {
    const words = spokenWords(
      [0, 'Good morning everyone, and thank you so much for joining our warehouse call.'],
      ...TALK,
    );
    expect(JSON.stringify(summarized(words))).not.toContain('Good morning');
  });

  it.each([
    ['nobody says anything', []],
    ['little is said', [[0, 'Hello, this is the warehouse of Ann Lee.']] as const],
  ])('is null where %s', (_, turns) => expect(summarized(spokenWords(...turns))).toBeNull());

  it('leaves the words of other languages as they are, and has no English rules for them', () => {
    const german = spokenWords(
      [1, 'Also, unser Lager verliert jeden Tag zwei Stunden, weil die Spediteure wegen jeder Lieferung anrufen.'],
      [0, 'Die Spediteure buchen ihre Termine selbst, und das Lager sieht jede Lieferung sofort.'],
      [1, 'Was kostet das für ein Lager?'],
      [0, 'Ein Lager kostet neunhundert Euro im Monat, und jede Lieferung ist enthalten.'],
      [0, 'So, I will schicken am Friday das Angebot für Ihr Lager und jede Lieferung.'],
    );
    for (const language of ['de', 'en']) {
      const summary = summarized(german, language)!;
      expect(summary.nextSteps).toEqual([]);
      expect(summary.summary.map(({ text }) => text)).toContain(
        'Ann Lee: “Die Spediteure buchen ihre Termine selbst, und das Lager sieht jede Lieferung sofort.”',
      );
      expect(summary.questionsAndAnswers[0]!.question.text).toBe('Was kostet das für ein Lager?');
    }
  });

  it('never throws, quotes what was said at its seconds, and is the same each time', () => {
    const word = fc.constantFrom(
      ...'we will send you the quote by Friday what is price budget um so yes I need it 9 😀 你好 ß ́'.split(' '),
    );
    const mark = fc.constantFrom('', '', '', '', ',', '.', '?', '!', '—', '…');
    const said = fc.array(fc.tuple(fc.nat(2), word, mark, fc.double({ min: 0, max: 3, noNaN: true })), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(said, fc.constantFrom('en', 'de', 'ja'), (given, language) => {
        let at = 0;
        const rows = given.map(([speaker, text, punctuation, pause]): Row => {
          at += pause;
          return [speaker, at, at + 0.2, text, punctuation];
        });
        const words = madeWords(rows);
        const summary = summarized(words, language);
        expect(summarized(words, language)).toEqual(summary);
        if (summary === null) return;
        const pairs = summary.questionsAndAnswers.flatMap(({ question, answer }) => [question, answer]);
        for (const { text, seconds } of [...summary.summary, ...summary.nextSteps, ...pairs]) {
          if (seconds === null) continue;
          const first = rows.findIndex((row) => row[1] === seconds);
          expect(first).toBeGreaterThanOrEqual(0);
          const quoted = (/“(.*)”$/s.exec(text)?.[1] ?? text).split(' ').map(bare);
          const later = rows.slice(first).map((row) => bare(row[3]));
          // Its words come in their order among those said from that moment on.
          let place = 0;
          for (const each of quoted) {
            place = later.indexOf(each, place) + 1;
            expect(place, `"${each}" of "${text}"`).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
