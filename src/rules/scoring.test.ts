import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answersOf, isLow, overall, SCHEMES, type Scheme, scoreOf } from './scoring.js';

describe("the reference's table", () => {
  const table: [scheme: Scheme, answer: number, raw: number, percentage: number, low: boolean][] = [
    ['OneToFive', 0, 0, 0, true],
    ['OneToFive', 1, 1, 20, true],
    ['OneToFive', 2, 2, 40, true],
    ['OneToFive', 3, 3, 60, false],
    ['OneToFive', 4, 4, 80, false],
    ['OneToFive', 5, 5, 100, false],
    ['OneToThree', 0, 0, 0, true],
    ['OneToThree', 1, 1, 33, true],
    ['OneToThree', 2, 3, 66, false],
    ['OneToThree', 3, 5, 100, false],
    ['OneTwo', 0, 0, 0, true],
    ['OneTwo', 1, 3, 50, true],
    ['OneTwo', 2, 5, 100, false],
    ['YesNo', 0, 0, 0, true],
    ['YesNo', 1, 5, 100, false],
    ['PassFail', 0, 0, 0, true],
    ['PassFail', 1, 5, 100, false],
  ];
  test.each(table)('%s %i: raw %i, %i %%', (scheme, answer, raw, percentage, low) => {
    expect(scoreOf(scheme, answer)).toEqual({ raw, percentage });
    expect(isLow(scheme, answer)).toBe(low);
  });

  test('is all that there is', () => {
    for (const scheme of SCHEMES) {
      const count = table.filter(([each]) => each === scheme).length;
      for (const answer of [-1, 0.5, count, count + 0.5, Number.NaN]) expect(scoreOf(scheme, answer)).toBeNull();
    }
    expect(SCHEMES.map(answersOf)).toEqual([
      'a whole number from 0 to 5',
      'a whole number from 0 to 3',
      'a whole number from 0 to 2',
      '0 (no), 1 (yes)',
      '0 (fail), 1 (pass)',
    ]);
  });
});

describe('the overall percentage', () => {
  const answered = (answer: number, weight = 1, autoFail = false) => ({ answer, weight, autoFail });
  test.each<[why: string, scheme: Scheme, answers: ReturnType<typeof answered>[], percentage: number | null]>([
    ['nothing answered', 'YesNo', [], null],
    ['no weight at all', 'YesNo', [answered(1, 0), answered(0, 0)], null],
    ['one answer', 'OneToThree', [answered(2)], 66],
    ['truncated', 'YesNo', [answered(1), answered(1), answered(0)], 66],
    ['by weight', 'OneToFive', [answered(5, 3), answered(1, 1)], 80],
    ['a weight of 0 counts nothing', 'OneToFive', [answered(5, 1), answered(0, 0)], 100],
    ['fractions that binary has not', 'YesNo', [answered(1, 0.1), answered(1, 0.2), answered(1, 0.7)], 100],
    ['of weights in large and small', 'YesNo', [answered(1, 1_000_000), answered(0, 5e-324)], 99],
    ['truncated once, at the end', 'OneToThree', [answered(2, 1), answered(1, 1), answered(3, 2)], 75],
    ['thirds that add up', 'OneToThree', [answered(1), answered(2)], 50],
    ['a whole percent in hundredths', 'OneToThree', [answered(3, 0.83), answered(2, 0.1), answered(1, 0.07)], 92],
    ['a whole percent in tenths', 'OneToFive', [answered(1, 0.1), answered(5, 0.7), answered(2, 0.2)], 80],
  ])('%s', (_, scheme, answers, percentage) => {
    expect(overall(scheme, answers)).toEqual({ percentage, autoFailed: false });
  });

  test('is what fractions of whole numbers come to, whatever the unit of the weights', () => {
    const hundredths = fc.integer({ min: 0, max: 100_000 });
    const answers = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), hundredths), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(answers, (given) => {
        const sum = (of: (answer: number, weight: number) => number) =>
          given.reduce((total, [answer, weight]) => total + of(answer, weight), 0);
        const [reached, possible] = [sum((answer, weight) => answer * weight), sum((_, weight) => 3 * weight)];
        const { percentage } = overall(
          'OneToThree',
          given.map(([answer, weight]) => answered(answer, weight / 100)),
        );
        if (possible === 0) expect(percentage).toBeNull();
        else {
          expect(percentage! * possible).toBeLessThanOrEqual(100 * reached);
          expect((percentage! + 1) * possible).toBeGreaterThan(100 * reached);
        }
      }),
    );
  });

  test('a failed question fails everything, whatever its weight; passed, it is like any other', () => {
    expect(overall('PassFail', [answered(1, 100), answered(0, 0, true)])).toEqual({ percentage: 0, autoFailed: true });
    expect(overall('PassFail', [answered(0), answered(1, 1, true)])).toEqual({ percentage: 50, autoFailed: false });
  });
});
