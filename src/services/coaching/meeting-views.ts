import type { Meeting } from '../../contract/coaching.js';
import type { MeetingRow } from '../../db/meetings.js';
import { POSSIBLE_SCORE, skillScores } from '../../rules/skill-scores.js';
import { formatInstant } from '../../wire/instants.js';

/** A meeting as /api/v1 shows it. */
export function toMeeting(row: MeetingRow): Meeting {
  return {
    id: Number(row.meetingId),
    planId: row.planId === null ? null : Number(row.planId),
    dateTime: formatInstant(row.scheduledAt),
    coachId: row.coachId,
    recipientId: row.recipientId,
    startTime: formatInstant(row.startedAt),
    endTime: formatInstant(row.endedAt),
    scores: Object.fromEntries(skillScores(row.callReviews)),
    callReviews: row.callReviews.map(({ callId, questions }) => ({
      callId,
      questions: questions.map(({ resultId, questionId, question, rawAnswer }) => ({
        resultId,
        questionId,
        question,
        possibleScore: POSSIBLE_SCORE,
        actualScore: rawAnswer,
        reviewWeight: null,
      })),
    })),
    questions: [...row.questions],
    comments: row.comments,
  };
}
