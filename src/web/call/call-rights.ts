import type { Session } from '../../contract/sessions.js';
import type { CallDetails } from '../../contract/v1-answers.js';

/** What a person may do with a call that they see. The server decides; pages offer nothing that it would refuse. */
export interface CallRights {
  /** Correct words and speakers. */
  readonly editTranscript: boolean;
  readonly deleteCall: boolean;
  readonly askForSummary: boolean;
  /** Delete comments of others. */
  readonly deleteComments: boolean;
  /** Change comments of others, and see and end their shares. */
  readonly actForOthers: boolean;
  /** Amend scores of others, and resolve disputes. */
  readonly manageScores: boolean;
  /** Acknowledge and dispute scores: it is their own call. */
  readonly answerScores: boolean;
}

export function rightsOf({ user }: Session, call: Pick<CallDetails, 'callerId'>): CallRights {
  const isAdmin = user.role === 'admin';
  const isManager = isAdmin || user.role === 'manager';
  const isOwn = call.callerId === user.id;
  return {
    editTranscript: isManager || isOwn,
    deleteCall: isAdmin,
    askForSummary: isManager,
    deleteComments: isManager,
    actForOthers: isAdmin,
    manageScores: isManager,
    answerScores: isOwn,
  };
}
