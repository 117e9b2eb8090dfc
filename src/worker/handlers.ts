import type { Clock } from '../clock.js';
import { sweepChanges } from '../db/change-log.js';
import { sweepEnds } from '../db/feed-ends.js';
import { sweepFragments } from '../db/fragments.js';
import { sweepKeys } from '../db/idempotency-keys.js';
import { sweepListenSessions } from '../db/listen-sessions.js';
import { sweepSessions } from '../db/sessions.js';
import type { JobKind, JobKinds } from '../queue/jobs.js';
import { unlockStrayJobs } from '../queue/worker-recovery.js';
import { analyzeCall, type CallAnalysisDeps } from '../services/analysis/analyze-call.js';
import { enqueueDueRematches, planRematch, type RematchDeps, rematchPart } from '../services/analysis/rematch.js';
import { bindStoredCalls } from '../services/analysis/speaker-bindings.js';
import { type SummaryDeps, summarizeCall } from '../services/analysis/summaries.js';
import { cutClip } from '../services/clips/clip-sounds.js';
import { restampDuePlans } from '../services/coaching/due-plans.js';
import { removeDoomedObjects, sweepObjects } from '../services/objects/object-removal.js';
import { reassignMergedRows } from '../services/people/merged-rows.js';
import { followUserChange } from '../services/people/user-changes.js';
import { dropCompleteUploads } from '../services/recordings/dropped-uploads.js';
import { processRecording, type RecordingJobDeps } from '../services/recordings/processing.js';
import { resumeHeldCalls } from '../services/recordings/retries.js';
import { restampEntries } from '../services/restamp.js';
import { recomputePercentages } from '../services/scorecards/percentages.js';

interface JobContext {
  /** Aborted when the worker is told to stop: long work ends at its next step, and another worker continues it. */
  readonly signal: AbortSignal;
  /** Whether an earlier attempt began and did not finish. */
  readonly isRepeated: boolean;
}

type Handlers = { readonly [K in JobKind]: (payload: JobKinds[K], context: JobContext) => Promise<void> };

/** Makes the handlers of all kinds of jobs. Each may run twice for a job, with the same result. */
export function createHandlers(
  deps: RematchDeps &
    CallAnalysisDeps &
    SummaryDeps &
    RecordingJobDeps & { readonly clock: Clock; readonly keepsUploads: boolean },
): Handlers {
  return {
    analyze: ({ accountId, callId }) => analyzeCall(deps, { accountId }, callId),
    summarize: (payload, { signal }) => summarizeCall(deps, payload, signal),
    rematch: ({ accountId }) => planRematch(deps.db, { accountId }),
    rematch_part: (payload, { isRepeated }) => rematchPart(deps, payload, isRepeated),
    user_changed: (payload) => followUserChange(deps.db, payload),
    merge_user: ({ accountId, userId }, { signal }) => reassignMergedRows(deps.db, { accountId }, userId, signal),
    entries_changed: (payload) => restampEntries(deps, payload),
    process_recording: ({ accountId, callId }, { signal }) => processRecording(deps, { accountId }, callId, signal),
    cut_clip: (payload, { signal }) => cutClip(deps, payload, signal),
    remove_objects: ({ accountId }, { signal }) => removeDoomedObjects(deps, { accountId }, signal),
    sweep_objects: (_payload, { signal }) => sweepObjects(deps, signal),
    restamp_plans: (_payload, { signal }) => restampDuePlans(deps, signal),
    sweep: async (_payload, { signal }) => {
      const now = deps.clock.now();
      await sweepFragments(deps.db, now);
      await sweepEnds(deps.db, now);
      await sweepKeys(deps.db, now);
      await sweepChanges(deps.db, now);
      await sweepSessions(deps.db, now);
      await sweepListenSessions(deps.db, now);
      await unlockStrayJobs(deps.db);
      await enqueueDueRematches(deps.db);
      await recomputePercentages(deps.db, signal);
      await bindStoredCalls(deps.db, signal);
      if (deps.recognizer !== null) await resumeHeldCalls(deps.db);
      if (!deps.keepsUploads) await dropCompleteUploads(deps.db, signal);
    },
  };
}
