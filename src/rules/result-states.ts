// The states of a result (one person's filled-in scorecard on one call), and the moves between them.

export const RESULT_STATES = ['DRAFT', 'SUBMITTED', 'ACKNOWLEDGED', 'DISPUTED'] as const;
export type ResultState = (typeof RESULT_STATES)[number];

/** What can be done to a result. `reopen` is allowed from no state: it names what a refusal is about. */
export type ResultMove = 'save' | 'submit' | 'amend' | 'acknowledge' | 'dispute' | 'resolve' | 'reopen';

/**
 * By state, the moves from it and the states they lead to. A draft is its reviewer's. The call's caller, mostly a rep,
 * acknowledges or disputes a submitted result. Its reviewer or a manager amends it, and resolves a dispute.
 * services/scorecards/result-moves.ts checks who makes a move.
 */
const moves: Record<ResultState, Partial<Record<ResultMove, ResultState>>> = {
  DRAFT: { save: 'DRAFT', submit: 'SUBMITTED' },
  SUBMITTED: { amend: 'SUBMITTED', acknowledge: 'ACKNOWLEDGED', dispute: 'DISPUTED' },
  // The caller acknowledged other answers: the amended ones are to be acknowledged again.
  ACKNOWLEDGED: { amend: 'SUBMITTED' },
  // After the resolution the caller can acknowledge or dispute it again.
  DISPUTED: { amend: 'DISPUTED', resolve: 'SUBMITTED' },
};

/** Each move as a participle, for a refusal. */
const done: Record<ResultMove, string> = {
  save: 'changed as a draft',
  submit: 'submitted',
  amend: 'amended',
  acknowledge: 'acknowledged',
  dispute: 'disputed',
  resolve: 'resolved',
  reopen: 'made a draft again',
};

/** The state after a move; null where the move is not allowed. */
export function nextState(state: ResultState, move: ResultMove): ResultState | null {
  return moves[state][move] ?? null;
}

/** Says that a move is not allowed, and which ones are. */
export function refusalOf(state: ResultState, move: ResultMove): string {
  const allowed = (Object.keys(moves[state]) as ResultMove[]).map((each) => done[each]).join(' or ');
  return `A result that is ${state} cannot be ${done[move]}; it can be ${allowed}.`;
}
