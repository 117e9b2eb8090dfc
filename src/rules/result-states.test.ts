import { expect, test } from 'vitest';
import { nextState, RESULT_STATES, type ResultMove, type ResultState, refusalOf } from './result-states.js';

const MOVES: readonly ResultMove[] = ['save', 'submit', 'amend', 'acknowledge', 'dispute', 'resolve', 'reopen'];

test('every state and every move', () => {
  const table: Record<ResultState, (ResultState | null)[]> = {
    DRAFT: ['DRAFT', 'SUBMITTED', null, null, null, null, null],
    SUBMITTED: [null, null, 'SUBMITTED', 'ACKNOWLEDGED', 'DISPUTED', null, null],
    ACKNOWLEDGED: [null, null, 'SUBMITTED', null, null, null, null],
    DISPUTED: [null, null, 'DISPUTED', null, null, 'SUBMITTED', null],
  };
  for (const state of RESULT_STATES) expect(MOVES.map((move) => nextState(state, move))).toEqual(table[state]);
});

test('a refusal says what there is', () => {
  expect(refusalOf('SUBMITTED', 'resolve')).toBe(
    'A result that is SUBMITTED cannot be resolved; it can be amended or acknowledged or disputed.',
  );
  expect(refusalOf('DRAFT', 'dispute')).toBe(
    'A result that is DRAFT cannot be disputed; it can be changed as a draft or submitted.',
  );
});
