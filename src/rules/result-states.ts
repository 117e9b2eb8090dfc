// What can become of a result: one person's filled-in scorecard on one call. Pure.

export const RESULT_STATES = ['DRAFT', 'SUBMITTED', 'ACKNOWLEDGED', 'DISPUTED'] as const;
export type ResultState = (typeof RESULT_STATES)[number];

export type ResultMove = 'save' | 'submit' | 'amend' | 'acknowledge' | 'dispute' | 'resolve' | 'reopen';

/** Each state's moves, and where they lead. */
const moves: Record<ResultState, Partial<Record<ResultMove, ResultState>>> = {
  DRAFT: { save: 'DRAFT', submit: 'SUBMITTED' },
  SUBMITTED: { amend: 'SUBMITTED', acknowledge: 'ACKNOWLEDGED', dispute: 'DISPUTED' },
  // What was acknowledged is not what it says any more.
  ACKNOWLEDGED: { amend: 'SUBMITTED' },
  // The resolution is kept, and can be acknowledged or disputed again.
  DISPUTED: { amend: 'DISPUTED', resolve: 'SUBMITTED' },
};

const done: Record<ResultMove, string> = {
  save: 'changed as a draft',
  submit: 'submitted',
  amend: 'amended',
  acknowledge: 'acknowledged',
  dispute: 'disputed',
  resolve: 'resolved',
  reopen: 'made a draft again',
};

/** Where a move leads; null where there is none from this state. */
export function nextState(state: ResultState, move: ResultMove): ResultState | null {
  return moves[state][move] ?? null;
}

/** Why there is no such move, and which there are. */
export function refusalOf(state: ResultState, move: ResultMove): string {
  const allowed = (Object.keys(moves[state]) as ResultMove[]).map((each) => done[each]).join(' or ');
  return `A result that is ${state} cannot be ${done[move]}; it can be ${allowed}.`;
}
