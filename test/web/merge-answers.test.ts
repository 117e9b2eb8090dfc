import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answers, FilledAnswer } from '../../src/web/scores/answers.js';
import { mergeAnswers } from '../../src/web/scores/merge-answers.js';

const filled = (questionId: string, answer: number, comment: string | null = null): FilledAnswer => ({
  questionId,
  answer,
  reason: null,
  comment,
  moment: null,
});

test('changes of different questions are joined', () => {
  const base = { a: filled('a', 1), b: filled('b', 1), c: filled('c', 1) };
  const mine = { ...base, a: filled('a', 2) };
  const stored = { ...base, b: filled('b', 3), d: filled('d', 0) };
  const answers = { ...stored, a: filled('a', 2) };
  expect(mergeAnswers(base, mine, stored)).toEqual({ answers, others: {} });
});

test("where both changed a question, one's own answer stands, and the other is shown beside it", () => {
  const [base, mine, stored] = [{ a: filled('a', 1) }, { a: filled('a', 2) }, { a: filled('a', 3, 'Why') }];
  expect(mergeAnswers(base, mine, stored)).toEqual({ answers: mine, others: stored });
  expect(mergeAnswers(base, mine, mine)).toEqual({ answers: mine, others: {} });
});

test('what either entered is in the answers or beside them', () => {
  const answers = fc
    .dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 2 }))
    .map((given): Answers => Object.fromEntries(Object.entries(given).map(([id, answer]) => [id, filled(id, answer)])));
  fc.assert(
    fc.property(answers, answers, answers, (base, mine, stored) => {
      const merged = mergeAnswers(base, mine, stored);
      for (const side of [mine, stored]) {
        for (const [id, entered] of Object.entries(side)) {
          if (base[id]?.answer === entered.answer) continue;
          expect([merged.answers[id]?.answer, merged.others[id]?.answer]).toContain(entered.answer);
        }
      }
    }),
  );
});
