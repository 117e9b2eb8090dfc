// What can become of a call (api-v2 §4): one table.

export const CALL_STATES = ['PENDING', 'TRANSCRIBING', 'ANALYZING', 'COMPLETE', 'ERROR'] as const;
export type CallState = (typeof CALL_STATES)[number];

/**
 * What happens to a call: its recording is to be recognized, or waits for an engine to be configured; it gets a transcript
 * that it did not have; its transcript is cleared; an analysis of its transcript is stored; its processing ends in an error.
 */
export type CallMove = 'recognize' | 'hold' | 'transcribe' | 'clear' | 'analyze' | 'fail';

/** Each state's moves, and where they lead. */
const moves: Record<CallState, Partial<Record<CallMove, CallState>>> = {
  // Without a transcript there is nothing to analyse.
  PENDING: { recognize: 'TRANSCRIBING', hold: 'PENDING', transcribe: 'ANALYZING', clear: 'PENDING', fail: 'ERROR' },
  TRANSCRIBING: {
    recognize: 'TRANSCRIBING',
    hold: 'PENDING',
    transcribe: 'ANALYZING',
    clear: 'PENDING',
    fail: 'ERROR',
  },
  ANALYZING: { transcribe: 'ANALYZING', clear: 'PENDING', analyze: 'COMPLETE', fail: 'ERROR' },
  // It stays complete while it is analysed again: its entry keeps its statistics until the new ones are there.
  COMPLETE: { transcribe: 'ANALYZING', clear: 'PENDING', analyze: 'COMPLETE', fail: 'ERROR' },
  // What failed may succeed with other participants or topics.
  ERROR: {
    recognize: 'TRANSCRIBING',
    hold: 'PENDING',
    transcribe: 'ANALYZING',
    clear: 'PENDING',
    analyze: 'COMPLETE',
    fail: 'ERROR',
  },
};

/** The state that a call begins in. */
export function firstCallState(hasTranscript: boolean): CallState {
  return hasTranscript ? 'ANALYZING' : 'PENDING';
}

/** Where a move leads; null where there is none from this state. */
export function nextCallState(state: CallState, move: CallMove): CallState | null {
  return moves[state][move] ?? null;
}
